import TailraceEngine

/// Records of requests: all of them, or as many as may be kept, drawn evenly.
///
/// Every request has a lot that depends on its name alone; those with the smallest lots stay. So
/// the sample is the same in whatever order requests end, and memory is bounded.
struct RequestSample {
  /// Most records.
  let most: Int
  /// In order of their ends; a heap with the largest lot first once there are `most`.
  private(set) var records: [RequestRecord] = []

  init(most: Int) { self.most = most }

  /// Whether a record with this lot would be kept.
  func wants(_ lot: UInt64) -> Bool {
    records.count < most || (most > 0 && lot < records[0].lot)
  }

  mutating func add(_ record: RequestRecord) {
    if records.count < most {
      records.append(record)
      if records.count == most {
        for i in stride(from: most / 2 - 1, through: 0, by: -1) { sink(i) }
      }
    } else if wants(record.lot) {
      records[0] = record
      sink(0)
    }
  }

  private mutating func sink(_ start: Int) {
    var i = start
    while true {
      var largest = i
      for child in [2 * i + 1, 2 * i + 2]
      where child < records.count && records[child].lot > records[largest].lot {
        largest = child
      }
      if largest == i { return }
      records.swapAt(i, largest)
      i = largest
    }
  }
}

/// One request as it went.
public struct RequestRecord: Sendable, Equatable {
  public var workload: Int
  public var number: UInt64
  public var began: UInt64
  /// When it ended; for an unfinished one, when the run did.
  public var ended: UInt64
  public var outcome: Outcome
  /// Index among `Replication.classes`.
  public var classIndex: Int
  /// Nanoseconds of its critical path in queues, at work and on the network.
  public var queued: UInt64 = 0
  public var worked: UInt64 = 0
  public var network: UInt64 = 0
  /// The service where its critical path spent most; an index, -1 if none.
  public var critical = -1
  /// Decides whether it is kept where not all are.
  var lot: UInt64 = 0

  /// By start, then workload, then number.
  static func startsBefore(_ a: RequestRecord, _ b: RequestRecord) -> Bool {
    (a.began, a.workload, a.number) < (b.began, b.workload, b.number)
  }
}

extension Machine {
  /// Keeps a record of a root frame that has ended, or has not when the run ends.
  @inline(never) mutating func keep(_ f: Int32, outcome: Outcome, at end: UInt64) {
    let s = Int(frames[f].source)
    let number = frames[f].number
    var draws = Luck.draw(
      Luck.root(base: sources[s].base, request: TracedNumber.plain(number)), salt: Self.sampleSalt)
    let lot = draws.next()
    guard sample.wants(lot) else { return }
    var record = RequestRecord(
      workload: s, number: TracedNumber.plain(number), began: frames[f].born, ended: end,
      outcome: outcome,
      classIndex: Int(sampler.classes.index(source: Int32(s), number: number)))
    record.lot = lot
    var shares: [(service: Int32, time: UInt64)] = []
    if outcome != .unfinished { addParts(f, to: &record, &shares) }
    for share in shares where share.time > 0 {
      let best = shares.first { $0.service == Int32(record.critical) }?.time ?? 0
      if share.time > best || (share.time == best && share.service < Int32(record.critical)) {
        record.critical = Int(share.service)
      }
    }
    sample.add(record)
  }

  private static var sampleSalt: UInt64 { 0x7361_6d70_6c65 }

  private mutating func addParts(
    _ f: Int32, to record: inout RequestRecord, _ shares: inout [(service: Int32, time: UInt64)]
  ) {
    let frame = frames[f]
    if frame.kind != .call {
      record.queued += frame.queued
      record.worked += frame.worked
    }
    record.network += frame.wire
    var service: Int32 = -1
    switch frame.kind {
    case .visit, .call: service = edges[frame.edge].service
    case .branch where frame.station >= 0: service = stations[frame.station].service
    case .branch, .client: break
    }
    if service >= 0 {
      let time = frame.queued + frame.worked + frame.wire + frame.delayed
      if let known = shares.firstIndex(where: { $0.service == service }) {
        shares[known].time += time
      } else {
        shares.append((service, time))
      }
    }
    var child = frame.path
    while child >= 0 {
      addParts(child, to: &record, &shares)
      child = frames[child].next
    }
  }
}
