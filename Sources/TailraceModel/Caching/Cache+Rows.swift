import TailraceEngine

/// Rows: found by key, taken, given back.
extension Cache {
  /// Entries that a cache may hold at most: a row's number and a policy's word must reach.
  public static let entriesMax = 1 << 28

  @inline(__always) func row(of key: UInt64) -> Int32 {
    index.row(of: key) { keys[$0] == key }
  }

  /// Reads what a lookup of a key will read first: it is asked for early, to be there in time.
  ///
  /// - Returns: of no meaning, but to be used.
  @inline(__always) public func touch(_ key: UInt64) -> Int32 { index.touch(key) &- 1 }

  /// Reads what a hit will read of a row, or of any other if there is no such row: whether there is
  /// cannot be foreseen, and nobody may wait for that here.
  @inline(__always) public func touch(row i: Int32) -> Int32 {
    if keys.count == 0 { return 0 }
    return links[Int(min(UInt32(bitPattern: i), UInt32(truncatingIfNeeded: keys.count &- 1)))].next
  }

  /// Whether a row that was found by its key is a ghost.
  @inline(__always) func isGhost(_ i: Int32) -> Bool {
    let chain = links[i].chain
    return chain == Self.ghosts || chain == Self.ghosts + 1
  }

  /// What an entry takes of the capacity.
  @inline(__always) func charge(ofSize size: UInt64) -> Int64 {
    countsBytes ? Int64(clamping: max(1, size)) : 1
  }

  @inline(__always) func charge(of i: Int32) -> Int64 {
    countsBytes ? charge(ofSize: value(of: i).size) : 1
  }

  /// Whether any value ever expired or had a size: without, an access need not look at values.
  @inline(__always) var readsValues: Bool { values.count > 0 }

  @inline(__always) func value(of i: Int32) -> Value { readsValues ? values[i] : .plain }

  /// From now on values are looked at.
  @inline(never) mutating func keepValues() { values.grow(to: max(1, keys.count), with: .plain) }

  @inline(__always) func hasRoom(for more: Int64) -> Bool { charge <= limit &- more }

  /// A share of the capacity in thousandths, rounded down but at least 1 where there is any.
  @inline(__always) func share(_ thousandths: Int64) -> Int64 {
    // Never overflows: a capacity is at most 2^60, of which the low part is below 1000.
    max(min(1, limit), limit / 1000 &* thousandths &+ limit % 1000 &* thousandths / 1000)
  }

  /// Adds the pending value at the front of a chain, or to none.
  @inline(__always)
  mutating func add(_ key: UInt64, charge more: Int64, to chain: Int) -> Int32 {
    let i = takeRow()
    keys[i] = key
    if readsValues { values[i] = pending }
    links[i].tag = 0
    index.insert(key, row: i)
    count &+= 1
    charge &+= more
    if chain < chains.count {
      push(i, to: chain)
    } else {
      links[i].chain = Self.noChain
      links[i].previous = -1
    }
    return i
  }

  /// Takes an entry out for want of room; it must be in a chain.
  @inline(__always) mutating func evict(_ i: Int32) {
    counters.evictions &+= 1
    if _slowPath(notesLeaving) { noteLeaving(keys[i]) }
    unchain(i)
    release(i)
  }

  /// Evicts the last entry of a chain, and reads already which key will go next.
  @inline(__always) mutating func evictLast(of chain: Int) {
    evict(last(of: chain))
    let next = last(of: chain)
    if next >= 0 { touched &+= Int32(truncatingIfNeeded: keys[next]) }
  }

  /// Evicts an entry but remembers its key at the front of a chain of ghosts.
  mutating func evict(_ i: Int32, rememberIn chain: Int) {
    counters.evictions &+= 1
    if _slowPath(notesLeaving) { noteLeaving(keys[i]) }
    count &-= 1
    charge &-= charge(of: i)
    unchain(i)
    links[i].note = 0
    push(i, to: chain)
  }

  @inline(never) mutating func noteLeaving(_ key: UInt64) {
    if leavingCount == leaving.count { leaving.grow(to: max(16, leavingCount * 2), with: 0) }
    leaving[leavingCount] = key
    leavingCount &+= 1
  }

  /// A key that left since this was last asked, the latest first; nil if there is none.
  public mutating func takeLeaving() -> UInt64? {
    if leavingCount == 0 { return nil }
    leavingCount &-= 1
    return leaving[leavingCount]
  }

  /// Forgets a ghost.
  mutating func dropGhost(_ i: Int32) {
    unchain(i)
    putBack(i)
  }

  /// Gives back the row of an entry that is in no chain.
  @inline(__always) mutating func release(_ i: Int32) {
    count &-= 1
    charge &-= charge(of: i)
    putBack(i)
  }

  @inline(__always) private mutating func putBack(_ i: Int32) {
    index.remove(keys[i], row: i)
    links[i].chain = Self.free
    links[i].next = freeRow
    freeRow = i
  }

  @inline(__always) private mutating func takeRow() -> Int32 {
    let i = freeRow
    if i >= 0 {
      freeRow = links[i].next
      return i
    }
    if Int(rowsUsed) == keys.count { growRows() }
    rowsUsed &+= 1
    return rowsUsed &- 1
  }

  @inline(never) private mutating func growRows() {
    precondition(keys.count < 2 * Self.entriesMax, "too many entries in a cache")
    let wanted = max(16, keys.count * 2)
    let isOpen = countsBytes || tuning.remembersCounts
    let most = isOpen ? 2 * Self.entriesMax : Self.rowsMax(policy, entries: Int(limit))
    let count = max(keys.count + 1, min(wanted, most))
    keys.grow(to: count, with: 0)
    links.grow(to: count, with: Link())
    if readsValues { values.grow(to: count, with: .plain) }
  }

  /// Rows that a cache of so many entries may need: one more than it holds, and the ghosts.
  static func rowsMax(_ policy: any EvictionPolicy.Type, entries: Int) -> Int {
    entries + 1 + Int(policy.ghostsPerEntry * Double(entries)) + 1
  }

  /// The bound to index keys by, or 0.
  static func indexBound(
    _ policy: any EvictionPolicy.Type, entries: Int, keysBelow bound: UInt64?
  ) -> Int {
    KeyIndex.usefulBound(keys: rowsMax(policy, entries: entries), below: bound)
  }

  /// Bytes of a cache that is full with so many entries, itself included.
  ///
  /// Exact where capacity is in entries; where it is in bytes, up to twice as much.
  public static func bytes(
    _ policy: any EvictionPolicy.Type, entries: Int, keysBelow bound: UInt64? = nil
  ) -> Int {
    let rows = rowsMax(policy, entries: entries)
    let bytesPerRow =
      MemoryLayout<UInt64>.stride + MemoryLayout<Link>.stride + MemoryLayout<Value>.stride
    let index = KeyIndex.bytes(
      keys: rows, below: indexBound(policy, entries: entries, keysBelow: bound))
    return MemoryLayout<Cache>.stride + rows * bytesPerRow + index + policy.extraBytes * entries
  }
}
