/// A bounds-checked table of plain rows with one owner: all unsafe code of the model stands here.
///
/// Subscripts address the row in place, so `rows[i].field &+= 1` copies nothing and retains nothing.
@frozen @safe public struct Table<Row: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  @usableFromInline var base: UnsafeMutablePointer<Row>
  @usableFromInline var rowCount: Int

  /// Rows allocated.
  @inlinable public var count: Int { rowCount }

  /// A table of equal rows.
  @inlinable public init(repeating row: Row, count: Int) {
    precondition(count >= 0)
    unsafe base = Self.memory(count)
    unsafe base.initialize(repeating: row, count: count)
    rowCount = count
  }

  /// A table that holds a copy of the rows.
  @inlinable public init(_ rows: [Row]) {
    unsafe base = Self.memory(rows.count)
    for (i, row) in rows.enumerated() { unsafe (base + i).initialize(to: row) }
    rowCount = rows.count
  }

  @inlinable deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

  /// Rows of whole cache lines begin at one.
  @inlinable static func memory(_ count: Int) -> UnsafeMutablePointer<Row> {
    let bytes = max(1, count) * MemoryLayout<Row>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    return unsafe memory.bindMemory(to: Row.self, capacity: max(1, count))
  }

  /// The row in place; the index is checked.
  @inlinable public subscript(_ i: Int) -> Row {
    @inline(__always) unsafeAddress {
      precondition(UInt(bitPattern: i) < UInt(bitPattern: rowCount))
      return unsafe UnsafePointer(base + i)
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      precondition(UInt(bitPattern: i) < UInt(bitPattern: rowCount))
      return unsafe base + i
    }
  }

  /// The row in place; the index is checked.
  @inlinable public subscript(_ i: Int32) -> Row {
    @inline(__always) unsafeAddress {
      precondition(UInt(bitPattern: Int(i)) < UInt(bitPattern: rowCount))
      return unsafe UnsafePointer(base + Int(i))
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      precondition(UInt(bitPattern: Int(i)) < UInt(bitPattern: rowCount))
      return unsafe base + Int(i)
    }
  }

  /// The row for several accesses; the index is checked.
  @inlinable @inline(__always) public func row(_ i: Int32) -> RowReference<Row> { row(Int(i)) }

  /// The row for several accesses; the index is checked.
  @inlinable @inline(__always) public func row(_ i: Int) -> RowReference<Row> {
    precondition(UInt(bitPattern: i) < UInt(bitPattern: rowCount))
    return unsafe RowReference(base + i)
  }

  /// Makes room for `capacity` rows; new rows are copies of `row`. Addresses change.
  @inlinable @inline(never) public mutating func grow(to capacity: Int, with row: Row) {
    precondition(capacity >= count)
    let larger = unsafe Self.memory(capacity)
    unsafe larger.update(from: base, count: count)
    unsafe (larger + count).initialize(repeating: row, count: capacity - count)
    unsafe UnsafeMutableRawPointer(base).deallocate()
    unsafe base = larger
    rowCount = capacity
  }

  /// The rows as an array, for results.
  public func rows() -> [Row] {
    var copy: [Row] = []
    copy.reserveCapacity(count)
    for i in 0..<count { copy.append(self[i]) }
    return copy
  }

  /// The rows for reading by a kernel that checks its own indices.
  @inlinable @unsafe public var pointer: UnsafeMutablePointer<Row> { unsafe base }
}
