import TailraceEngine

// Closed loops: a client sends its next request a think time after the last has ended.
extension Machine {
  /// Plans each client's first request, spread over the ramp.
  mutating func startClients() {
    for c in 0..<clients.count {
      let s = clients[c].source
      let row = sources[s]
      let start = row.rampUp / Double(row.clientCount) * Double(clients[c].index)
      planTurn(Int32(c), at: TimeRounding.nanoseconds(start))
    }
  }

  private mutating func planTurn(_ c: Int32, at due: UInt64) {
    agenda.push(
      EventKey(due, .arrival), Happening.turn.rawValue &<< 60 | UInt64(UInt32(bitPattern: c)))
  }

  /// Whether what is counted has ended, so that nobody needs to come any more.
  private var isOver: Bool {
    mutating get { time >= window.upperBound && countedLive == 0 }
  }

  /// In the place of a client: those that are waiting for this instant's last arrival go now.
  private static let allClients: Int32 = 0xfff_ffff

  /// A client's turn has come.
  ///
  /// Of several at one instant the first in the plan goes first: the order in which their last
  /// requests ended at another instant may differ between departures on arrival and as events.
  @inline(never) mutating func comeToTurn(_ c: Int32) {
    let isLast = agenda.isQuiet(through: EventKey(time, .arrival))
    if c == Self.allClients {
      handled &-= 1
      if !isLast {
        planTurn(c, at: time)
        return
      }
      turns.sort()
      for c in turns { takeTurn(c) }
      turns.removeAll(keepingCapacity: true)
    } else if isLast && turns.isEmpty {
      takeTurn(c)
    } else {
      if turns.isEmpty { planTurn(Self.allClients, at: time) }
      turns.append(c)
    }
  }

  /// A client sends a request; its number names client and turn, and so does its luck.
  private mutating func takeTurn(_ c: Int32) {
    if isOver { return }
    let number = UInt64(UInt32(bitPattern: clients[c].index)) &<< 32 | UInt64(clients[c].turn)
    clients[c].turn &+= 1
    let s = Int(clients[c].source)
    startRequest(s, number: number, luck: Luck.root(base: sources[s].base, request: number))
  }

  /// A client's request has ended: it thinks, for at least a nanosecond.
  @inline(never) mutating func think(after f: Int32) {
    if isOver { return }
    let s = Int32(frames[f].source)
    let number = frames[f].number
    let luck = Luck.root(base: sources[s].base, request: number)
    let pause = sampler.time(
      sources[s].law, luck: luck, salt: sources[s].salt, number: number, source: s)
    planTurn(
      sources[s].firstClient &+ Int32(truncatingIfNeeded: number &>> 32), at: time &+ max(1, pause))
  }
}
