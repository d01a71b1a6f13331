import TailraceEngine

/// A compiled fault that strikes messages.
struct MessageFaultRow: BitwiseCopyable, Sendable {
  var verb: FaultVerb
  /// Whether it is in force; of a partition.
  var isOn = false
  /// Whether callers meet silence instead of a failure.
  var drops = false
  /// Whether it holds for messages the other way, too.
  var bothWays = false
  /// Chance that a message is lost.
  var chance = 0.0
  /// The law of a delay; -1 if it is none.
  var law: Int32 = -1
  /// Who sends, of a partition; else nobody.
  var from = EndSet()
  /// Who receives; of a loss or a delay those whom it strikes at present.
  var to = EndSet()
  var salt: UInt64
}

/// A set of replicas, and of clients by their zone.
struct EndSet: BitwiseCopyable, Sendable {
  /// The first word of its bits, one for each station; -1 for all whom the other set lacks.
  var first: Int32 = -1
  /// Clients in this zone belong to it; -1 if none do.
  var zone: Int32 = -1

  var isRest: Bool { first < 0 }
}

/// One end of a message: a station, or a client in a zone.
struct MessageEnd: BitwiseCopyable {
  /// -1 for a client.
  var station: Int32
  var zone: Int32 = -1
}

/// Faults of messages, and how replicas start: nothing of it is used in a scenario without them.
struct MishapDesk: ~Copyable {
  let rows: Table<MessageFaultRow>
  /// Bits of sets of stations.
  let words: Table<UInt64>
  /// By call site that such faults may strike, their numbers.
  let numbers: Table<Int32>
  /// By station, where any service takes time to start.
  let starts: Table<StartRow>
  let warmsUp: Bool
  /// By station, whether the replica hands on the address that it sees; empty where none does.
  let preserves: Table<Bool>
  /// By frame of a visit to such a replica, the address that it saw; 0 is the client's own.
  var addresses: Table<UInt64>

  init(_ plan: MishapPlan) {
    rows = Table(plan.rows)
    words = Table(plan.words)
    numbers = Table(plan.numbers)
    starts = Table(plan.starts)
    warmsUp = plan.starts.contains { $0.warmUp > 0 }
    preserves = Table(plan.preserves)
    addresses = Table(repeating: 0, count: 0)
  }

  /// A fault begins or ends for messages to a station.
  mutating func mark(_ row: Int32, _ station: Int32, _ isOn: Bool) {
    let word = rows[row].to.first &+ station / 64
    let bit: UInt64 = 1 &<< UInt64(station % 64)
    if isOn { words[word] |= bit } else { words[word] &= ~bit }
  }

  /// Whether an end is one of a set that lists its members.
  mutating func lists(_ end: MessageEnd, _ set: EndSet) -> Bool {
    if end.station < 0 { return end.zone >= 0 && end.zone == set.zone }
    return words[set.first &+ end.station / 64] &>> UInt64(end.station % 64) & 1 == 1
  }

  /// Whether a partition in force lies between a sender and a receiver.
  mutating func isCut(_ row: MessageFaultRow, from: MessageEnd, to: MessageEnd) -> Bool {
    if !row.isOn { return false }
    return isBetween(row, from, to) || row.bothWays && isBetween(row, to, from)
  }

  private mutating func isBetween(
    _ row: MessageFaultRow, _ from: MessageEnd, _ to: MessageEnd
  ) -> Bool {
    if row.from.isRest { return !lists(from, row.to) && lists(to, row.to) }
    if row.to.isRest { return lists(from, row.from) && !lists(to, row.from) }
    return lists(from, row.from) && lists(to, row.to)
  }
}

/// What the plan says of faults of messages and of starts.
struct MishapPlan: Sendable {
  var rows: [MessageFaultRow] = []
  var words: [UInt64] = []
  var numbers: [Int32] = []
  var starts: [StartRow] = []
  var preserves: [Bool] = []
}

/// How a replica starts.
struct StartRow: BitwiseCopyable, Sendable {
  /// How long it refuses once it is up.
  var startUp: UInt64 = 0
  /// How long it is slow after that, and how slow at first.
  var warmUp: UInt64 = 0
  var slowness = 1.0
  /// Since when it has served after its last start; 0 for the whole run.
  var servesFrom: UInt64 = 0
}
