import TailraceEngine

// Values beyond their time to live and before its end, and keys that do not exist.
extension Machine {
  // MARK: Keys that do not exist

  /// Whether a key of a cache does not exist: the same whenever it is asked for.
  @inline(__always) mutating func isAbsent(_ key: UInt64, _ row: CacheRow) -> Bool {
    if row.absent == 0 { return false }
    var draw = Luck.draw(Luck.root(base: row.absentBase, request: key), salt: 0)
    return draw.unit() < row.absent
  }

  /// Keeps the answer that a key does not exist, where caches keep it at all.
  ///
  /// Its life is its own: no jitter, no renewal by hits, no use once it has expired.
  mutating func storeAbsence(of key: UInt64, _ row: CacheRow, _ i: Int32) {
    if row.negativeLife == 0 || caches[i].isFresh(key, at: time) { return }
    caches[i].insert(key, Cache.Value(size: 0, expires: time &+ row.negativeLife), now: time)
    settle(i)
  }

  // MARK: Early refresh

  /// Whether a hit fetches the value anew before it expires, as a miss does.
  ///
  /// Probabilistic early expiration (XFetch: Vattani, Chierichetti, Lowenstein, VLDB 2015): the
  /// clock is moved ahead by cost x beta x an exponential draw of mean 1. With a lock it is enough
  /// if one does.
  mutating func fetchesEarly(
    _ f: Int32, _ use: CacheUseRow, _ row: CacheRow, _ i: Int32, _ key: UInt64,
    _ value: Cache.Value
  ) -> Bool {
    if value.cost == 0 || row.locks && flights.find(i, key) >= 0 { return false }
    var draw = Luck.draw(frames[f].luck, salt: use.earlySalt)
    let ahead = -PortableMath.log(draw.openUnit()) * Double(value.cost) * row.beta
    if ahead < Double(value.expires &- time) { return false }
    cacheSums[i].note(.earlyRefreshes, inWindow)
    return true
  }

  /// A frame begins the steps of a miss.
  @inline(__always)
  mutating func noteFetch(_ f: Int32, _ use: CacheUseRow, instance i: Int32) {
    if use.noteColumn < 0 { return }
    let cell = noteCell(f, use)
    if cell >= fetchNotes.count {
      fetchNotes.grow(to: max(frames.count &* noteColumns, cell + 1), with: FetchNote())
    }
    fetchNotes[cell] = FetchNote(start: time, instance: i)
  }

  /// Where a frame's notes on a step stand.
  @inline(__always) mutating func noteCell(_ f: Int32, _ use: CacheUseRow) -> Int {
    Int(f) &* noteColumns &+ Int(use.noteColumn)
  }

  /// Nanoseconds since then.
  mutating func fetchTime(_ f: Int32, _ use: CacheUseRow) -> Float {
    Float(time &- fetchNotes[noteCell(f, use)].start)
  }

  // MARK: Failed fetches

  /// Whether a cache holds a value that may answer for a fetch that failed.
  mutating func maySettle(_ i: Int32, _ key: UInt64, forErrorsOf row: CacheRow) -> Bool {
    if i < 0 || row.staleIfError == 0 || isAbsent(key, row) { return false }
    let entry = caches[i].peek(key)
    return entry >= 0 && time < caches[i][entry].expires &+ row.staleIfError
  }

  /// The steps of a miss have failed, and an expired value answers: degraded, but in time.
  ///
  /// - Returns: whether the frame goes on.
  mutating func answerError(_ f: Int32, _ use: CacheUseRow, _ i: Int32, _ key: UInt64) -> Bool {
    frames[f].outcome = .degraded
    // The step inside has counted a failure of the whole visit, at this instant.
    if frames[f].kind == .visit { accounts[frames[f].station].failed &-= inWindow }
    frames[f].pc = use.hit
    let isAlone = land(f, i, key, .degraded)
    if isAlone { cacheSums[i].note(.servedOnError, inWindow) }
    return isAlone
  }
}
