import TailraceEngine

// How replicas come back: they refuse for a while, and are slow for another.
extension Machine {
  /// Whether a replica is not down.
  mutating func isUp(_ station: Int32) -> Bool {
    let q = stations[station].queue
    return q < 0 || queues[q].downs == 0
  }

  /// Whether a replica is up and takes visits.
  mutating func isServing(_ station: Int32) -> Bool {
    isUp(station)
      && (mishaps.starts.count == 0 || time >= mishaps.starts[station].servesFrom)
  }

  /// A replica is up again: it serves once it has started.
  mutating func start(station s: Int32) {
    if mishaps.starts.count == 0 { return }
    mishaps.starts[s].servesFrom = time &+ mishaps.starts[s].startUp
  }

  /// A piece of work that begins now at a replica that may be warming up: as many times as long as
  /// it is slow at this instant, which eases linearly to once.
  mutating func warmed(_ work: UInt64, _ s: Int32) -> UInt64 {
    let row = mishaps.starts[s]
    let age = time &- row.servesFrom
    if row.servesFrom == 0 || age >= row.warmUp { return work }
    let left = 1 - Double(age) / Double(row.warmUp)
    return max(1, TimeRounding.nanoseconds(Double(work) * (1 + (row.slowness - 1) * left)))
  }
}

// Addresses that replicas hand on: see `preserve_source_ip`.
extension Machine {
  /// A visit to a replica that hands addresses on notes the one that it sees.
  @inline(never) mutating func noteAddress(_ f: Int32) {
    if Int(f) >= mishaps.addresses.count {
      mishaps.addresses.grow(to: max(frames.count, mishaps.addresses.count * 2), with: 0)
    }
    mishaps.addresses[f] = address(of: frames[f].parent) ?? 0
    frames[f].pc &+= 1
  }

  /// The address that a call of a visit or a branch of it shows; nil is the client's own.
  mutating func shownAddress(_ first: Int32) -> UInt64? {
    var f = first
    let s = frames[f].station
    // Above the numbers of keys that can be declared.
    let own: UInt64 = 1 &<< 41 &+ UInt64(truncatingIfNeeded: s)
    if mishaps.preserves.count == 0 || !mishaps.preserves[s] { return own }
    while f >= 0 && frames[f].kind == .branch { f = frames[f].parent }
    // What renews a cached value belongs to no visit.
    if f < 0 || frames[f].kind != .visit { return nil }
    let seen = mishaps.addresses[f]
    return seen == 0 ? nil : seen
  }
}
