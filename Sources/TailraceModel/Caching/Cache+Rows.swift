import TailraceEngine

/// Rows: found by key, taken, given back.
extension Cache {
  /// Entries that a cache may hold at most: a row's number and a policy's word must reach.
  public static let entriesMax = 1 << 28

  @inline(__always) func row(of key: UInt64) -> Int32 {
    index.row(of: key) { rows[$0].key == key }
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

  @inline(__always) func charge(of i: Int32) -> Int64 { charge(ofSize: rows[i].value.size) }

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
    rows[i].key = key
    rows[i].value = pending
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
    if _slowPath(notesLeaving) { noteLeaving(rows[i].key) }
    unchain(i)
    release(i)
  }

  /// Evicts an entry but remembers its key at the front of a chain of ghosts.
  mutating func evict(_ i: Int32, rememberIn chain: Int) {
    counters.evictions &+= 1
    if _slowPath(notesLeaving) { noteLeaving(rows[i].key) }
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
    index.remove(rows[i].key, row: i)
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
    if Int(rowsUsed) == rows.count { growRows() }
    rowsUsed &+= 1
    return rowsUsed &- 1
  }

  @inline(never) private mutating func growRows() {
    precondition(rows.count < 2 * Self.entriesMax, "too many entries in a cache")
    let wanted = max(16, rows.count * 2)
    let isOpen = countsBytes || tuning.remembersCounts
    let most = isOpen ? 2 * Self.entriesMax : Self.rowsMax(policy, entries: Int(limit))
    let count = max(rows.count + 1, min(wanted, most))
    rows.grow(to: count, with: Entry())
    links.grow(to: count, with: Link())
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
    let bytesPerRow = MemoryLayout<Entry>.stride + MemoryLayout<Link>.stride
    let index = KeyIndex.bytes(
      keys: rows, below: indexBound(policy, entries: entries, keysBelow: bound))
    return MemoryLayout<Cache>.stride + rows * bytesPerRow + index + policy.extraBytes * entries
  }
}
