import TailraceEngine

// Steps of one instant that touch shared state take turns in request order.
extension Machine {
  /// Whether a step that touches shared state may go now; else it joins this instant's batch.
  @inline(__always) mutating func isAlone(_ f: Int32) -> Bool {
    if isFlushing || (batch.isEmpty && agenda.isQuiet(through: EventKey(time, .arrival))) {
      return true
    }
    return joinBatch(f)
  }

  @inline(never) mutating func joinBatch(_ f: Int32) -> Bool {
    // Arrivals come after all else at their instant, one by one: already in request order.
    if frames[f].serial == serial && frames[f].born == time && batch.isEmpty
      && agenda.now.bits == EventKey(time, .arrival).bits && agenda.isQuiet(through: agenda.now)
    {
      return true
    }
    if batch.isEmpty { agenda.push(EventKey(time, .flush), Happening.flush.rawValue &<< 60) }
    frames[f].state = .batched
    batch.append(word(.resumed, f))
    return false
  }

  @inline(never) mutating func flush() {
    var due: [(serial: UInt32, luck: UInt64, word: UInt64)] = []
    for word in batch where isCurrent(word) {
      let f = Int32(truncatingIfNeeded: word & 0xfff_ffff)
      due.append((frames[f].serial, frames[f].luck, word))
    }
    due.sort { ($0.serial, $0.luck) < ($1.serial, $1.luck) }
    batch.removeAll(keepingCapacity: true)
    isFlushing = true
    for entry in due where isCurrent(entry.word) {
      walk(Int32(truncatingIfNeeded: entry.word & 0xfff_ffff))
      if !ready.isEmpty { runReady() }
    }
    isFlushing = false
  }
}
