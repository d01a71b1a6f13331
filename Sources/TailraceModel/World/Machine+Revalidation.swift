import TailraceEngine

// Values beyond their time to live that are asked about before they are fetched anew: polling, as
// by a conditional request. A value is right if its key was not written since it was stored.
extension Machine {
  /// A lookup has found an expired value: its step asks whether it is still right.
  ///
  /// Whether that is a hit is known afterwards.
  ///
  /// - Returns: whether it goes on now; else it waits for somebody else's fetch.
  mutating func revalidate(
    _ f: Int32, _ use: CacheUseRow, _ row: CacheRow, _ i: Int32, _ key: UInt64, bytes: UInt64
  ) -> Bool {
    if row.locks && !startsFetch(f, row, i, key) {
      noteMiss(i, bytes: bytes)
      return false
    }
    noteFetch(f, use, instance: i)
    frames[f].pc = use.stale
    return true
  }

  private mutating func noteMiss(_ i: Int32, bytes: UInt64) {
    cacheSums[i].misses &+= inWindow
    cacheSums[i].missBytes &+= bytes
    seriesLookedUp(i, isHit: false)
  }

  /// The answer has come: the value lives on, or is fetched after all.
  ///
  /// - Returns: whether the frame goes on; one that only renewed a value ends here.
  @inline(never) mutating func revalidated(_ f: Int32) -> Bool {
    let use = cacheUses[steps[frames[f].pc].target]
    let row = cacheRows[use.cache]
    let i = instance(use, f)
    let key = key(use, f)
    let bytes = size(of: key, row) &* inWindow
    let isLookup = !isRefreshing(f, i, key)
    let entry = caches[i].peek(key)
    if entry >= 0 && !outdated.contains(i, key) {
      let until = time &+ life(row, frames[f].luck)
      caches[i].renew(entry, expires: until, staleUntil: row.staleUntil(expires: until))
      cacheSums[i].note(.revalidated, inWindow)
      judgeHit(f, row.store, i, key, counted: isLookup ? inWindow : 0)
      if isLookup {
        cacheSums[i].hits &+= inWindow
        cacheSums[i].hitBytes &+= bytes
        seriesLookedUp(i, isHit: true)
      }
      frames[f].pc = use.hit
      return !row.tracks || land(f, i, key, .success)
    }
    if isLookup { noteMiss(i, bytes: bytes) }
    cacheSums[i].fetches &+= inWindow
    noteFetch(f, use, instance: i)
    // What is fetched from now on is newer than any write until now.
    let flight = flights.find(i, key)
    if flight >= 0 && flights[flight].leader == f { flights[flight].isVoid = false }
    frames[f].pc = use.miss
    return true
  }

  /// Nobody could say whether a value is right: that is a miss whose fetch has failed.
  @inline(never) mutating func failRevalidation(_ f: Int32) -> Bool {
    let use = cacheUses[steps[frames[f].pc].target]
    let i = instance(use, f)
    let key = key(use, f)
    if !isRefreshing(f, i, key) {
      noteMiss(i, bytes: size(of: key, cacheRows[use.cache]) &* inWindow)
    }
    return giveUpFetch(f)
  }

  /// Whether a frame renews a value that is served meanwhile.
  private mutating func isRefreshing(_ f: Int32, _ i: Int32, _ key: UInt64) -> Bool {
    let flight = flights.find(i, key)
    return flight >= 0 && flights[flight].leader == f && flights[flight].isRefresh
  }

  /// A key was written by way of one cache: others that poll may hold an old value of it.
  @inline(never) mutating func markOutdated(_ key: UInt64, _ row: CacheRow, _ cache: Int32) {
    for i in 0..<Int32(caches.count) where cacheSums[i].cache != cache {
      let other = cacheRows[cacheSums[i].cache]
      if other.revalidates && other.space == row.space && caches[i].peek(key) >= 0 {
        outdated.insert(i, key)
      }
    }
  }
}

/// A set of keys at instances of caches, each with the version of its value.
struct KeyMarks: ~Copyable {
  private struct Mark: BitwiseCopyable {
    var key: UInt64 = 0
    var instance: Int32 = -1
    var version: UInt32 = 0
    /// The next free row.
    var next: Int32 = -1
  }

  private var index = KeyIndex()
  private var rows = Rows<Mark>()
  private var free: Int32 = -1
  private var used: Int32 = 0

  deinit {
    var (index, rows) = (index, rows)
    index.deallocate()
    rows.deallocate()
  }

  private static func word(_ instance: Int32, _ key: UInt64) -> UInt64 {
    Luck.child(key, UInt64(UInt32(bitPattern: instance)))
  }

  private func find(_ instance: Int32, _ key: UInt64) -> Int32 {
    index.row(of: Self.word(instance, key)) {
      rows[$0].key == key && rows[$0].instance == instance
    }
  }

  func contains(_ instance: Int32, _ key: UInt64) -> Bool { find(instance, key) >= 0 }

  mutating func insert(_ instance: Int32, _ key: UInt64) {
    if contains(instance, key) { return }
    var row = free
    if row >= 0 {
      free = rows[row].next
    } else {
      row = used
      if Int(row) == rows.count { rows.grow(to: max(16, rows.count * 2), with: Mark()) }
      used &+= 1
    }
    rows[row] = Mark(key: key, instance: instance)
    index.insert(Self.word(instance, key), row: row)
  }

  /// The version of a key's value; 0 where it is not in the set.
  func version(_ instance: Int32, _ key: UInt64) -> UInt32 {
    let row = find(instance, key)
    return row < 0 ? 0 : rows[row].version
  }

  /// Notes the version of a key's value; version 0 takes no room.
  mutating func set(_ instance: Int32, _ key: UInt64, version: UInt32) {
    if version == 0 {
      remove(instance, key)
    } else {
      insert(instance, key)
      rows[find(instance, key)].version = version
    }
  }

  /// Bytes of a key at most: rows double, and so does the index.
  static let bytesPerKey = 2 * MemoryLayout<Mark>.stride + 24

  mutating func remove(_ instance: Int32, _ key: UInt64) {
    let row = find(instance, key)
    if row < 0 { return }
    index.remove(Self.word(instance, key), row: row)
    rows[row].next = free
    free = row
  }
}
