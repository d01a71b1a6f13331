/// Finds rows by 64-bit keys: open addressing, linear probing, deletion by backward shift.
///
/// The index holds 32 bits of a key's hash and the number of its row; the keys stand in the rows,
/// and the caller compares them. The hash is a fixed bijection, and at most two thirds of the
/// slots are taken: no operation depends on anything but the order of insertions. A slot takes
/// eight bytes. Like `Rows` it is freed by hand; an unused index takes no memory of its own.
///
/// Where all keys lie below a bound that is not much larger than their number, a table by key does
/// without hashes: four bytes for each key there is, and neighbours share cache lines.
@frozen public struct KeyIndex: BitwiseCopyable, Sendable {
  /// Hash in the high half; in the low half the row plus one, or zero where a slot is empty.
  @usableFromInline var slots = Rows<UInt64>()
  @usableFromInline var mask = 0
  /// Keys held.
  public private(set) var count = 0
  @usableFromInline var countMax = 0
  /// By key its row plus one, or zero; only where keys have a bound.
  @usableFromInline var rowOf = Rows<Int32>()
  /// Above all keys; 0 where keys are hashed.
  @usableFromInline let bound: Int

  /// An empty index of any keys, or of keys below a bound.
  public init(keysBelow bound: Int = 0) { self.bound = bound }

  /// Bytes of an index that holds `count` keys, of any size or below a bound.
  public static func bytes(keys count: Int, below bound: Int = 0) -> Int {
    bound > 0 ? 4 * bound : 8 * slotCount(keys: count)
  }

  /// The bound to index so many keys by, or 0 if they had better be hashed: a table by key may
  /// take twice the memory.
  public static func usefulBound(keys count: Int, below bound: UInt64?) -> Int {
    guard let bound, bound <= UInt64(4 * slotCount(keys: count)) else { return 0 }
    return Int(bound)
  }

  static func slotCount(keys count: Int) -> Int {
    var size = 16
    while size * 2 < count * 3 { size *= 2 }
    return size
  }

  /// Frees the memory; the index is empty again.
  public mutating func deallocate() {
    slots.deallocate()
    rowOf.deallocate()
    self = KeyIndex(keysBelow: bound)
  }

  /// Forgets all keys and keeps the memory. Takes time linear in the number of slots.
  public mutating func removeAll() {
    slots.fill(with: 0)
    rowOf.fill(with: 0)
    count = 0
  }

  @inlinable @inline(__always) static func hash(_ key: UInt64) -> UInt64 {
    Mixing.scramble(key) &>> 32
  }

  /// The row of a key, or -1; `isKey` says whether a row is the key's.
  @inlinable @inline(__always)
  public func row(of key: UInt64, where isKey: (Int32) -> Bool) -> Int32 {
    if count == 0 { return -1 }
    if bound > 0 { return key < UInt64(bound) ? rowOf[Int(truncatingIfNeeded: key)] &- 1 : -1 }
    let hash = Self.hash(key)
    var i = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[i]
      if slot == 0 { return -1 }
      if slot &>> 32 == hash {
        let row = Int32(truncatingIfNeeded: slot) &- 1
        if isKey(row) { return row }
      }
      i = (i &+ 1) & mask
    }
  }

  /// Reads what a search for a key will read first: whoever does so ahead of time need not wait.
  ///
  /// - Returns: nothing of meaning, but to be used, so that it is read.
  @inlinable @inline(__always) public func touch(_ key: UInt64) -> Int32 {
    if count == 0 { return 0 }
    if bound > 0 { return key < UInt64(bound) ? rowOf[Int(truncatingIfNeeded: key)] : 0 }
    return Int32(truncatingIfNeeded: slots[Int(truncatingIfNeeded: Self.hash(key)) & mask])
  }

  /// Adds a key that is not there; `row` is not negative.
  public mutating func insert(_ key: UInt64, row: Int32) {
    precondition(row >= 0 && row < .max)
    if bound > 0 {
      if rowOf.count == 0 { rowOf.grow(to: bound, with: 0) }
      rowOf[Int(key)] = row &+ 1
      count &+= 1
      return
    }
    if count == countMax { grow() }
    count &+= 1
    place(Self.hash(key) &<< 32 | UInt64(UInt32(bitPattern: row &+ 1)))
  }

  @inline(__always) private func place(_ slot: UInt64) {
    var i = Int(truncatingIfNeeded: slot &>> 32) & mask
    while slots[i] != 0 { i = (i &+ 1) & mask }
    slots[i] = slot
  }

  /// Removes the key of a row; it must be there.
  public mutating func remove(_ key: UInt64, row: Int32) {
    precondition(count > 0)
    if bound > 0 {
      // Checked in debug builds only: a write alone need not wait for memory.
      assert(rowOf[Int(key)] == row &+ 1, "a key that is not there")
      rowOf[Int(key)] = 0
      count &-= 1
      return
    }
    let wanted = Self.hash(key) &<< 32 | UInt64(UInt32(bitPattern: row &+ 1))
    var hole = Int(truncatingIfNeeded: wanted &>> 32) & mask
    while slots[hole] != wanted {
      precondition(slots[hole] != 0, "a key that is not there")
      hole = (hole &+ 1) & mask
    }
    count &-= 1
    // Whoever lies behind the hole, and not before its own home, moves into it.
    var i = (hole &+ 1) & mask
    while true {
      let slot = slots[i]
      if slot == 0 { break }
      let home = Int(truncatingIfNeeded: slot &>> 32) & mask
      if (i &- home) & mask >= (i &- hole) & mask {
        slots[hole] = slot
        hole = i
      }
      i = (i &+ 1) & mask
    }
    slots[hole] = 0
  }

  /// Takes memory for a power of two of slots, of eight bytes each, unless there are as many; for
  /// hashed keys.
  public mutating func reserve(slots size: Int) {
    precondition(bound == 0 && size & (size - 1) == 0)
    if slots.count < size { grow(to: size) }
  }

  @inline(never) private mutating func grow() { grow(to: max(16, slots.count * 2)) }

  private mutating func grow(to size: Int) {
    var old = slots
    slots = Rows()
    slots.grow(to: size, with: 0)
    mask = size - 1
    countMax = size * 2 / 3
    for i in 0..<old.count where old[i] != 0 { place(old[i]) }
    old.deallocate()
  }
}
