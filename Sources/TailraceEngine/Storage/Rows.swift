/// Plain rows that grow in place and are freed by hand, so that it may stand in a table's row.
///
/// Subscripts are checked and address the row itself. Unused it takes no memory of its own.
@frozen @safe public struct Rows<Row: BitwiseCopyable>: BitwiseCopyable, @unchecked Sendable {
  @usableFromInline var base: UnsafeMutablePointer<Row>
  @usableFromInline var rowCount = 0

  /// Rows there are.
  @inlinable @inline(__always) public var count: Int { rowCount }

  /// None.
  @inlinable public init() {
    unsafe base = .init(bitPattern: MemoryLayout<Row>.alignment).unsafelyUnwrapped
  }

  /// Frees the rows; there are none again, and copies must not be used.
  @inlinable public mutating func deallocate() {
    if rowCount > 0 { unsafe base.deallocate() }
    self = Rows()
  }

  /// The row in place.
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

  /// The row in place.
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

  /// Makes room for `count` rows in all; new ones are copies of `row`. Addresses change.
  @inlinable @inline(never) public mutating func grow(to count: Int, with row: Row) {
    precondition(count >= rowCount)
    if count == rowCount { return }
    let larger = UnsafeMutablePointer<Row>.allocate(capacity: count)
    unsafe larger.update(from: base, count: rowCount)
    unsafe (larger + rowCount).initialize(repeating: row, count: count - rowCount)
    if rowCount > 0 { unsafe base.deallocate() }
    unsafe base = larger
    rowCount = count
  }

  /// Makes every row equal to `row`. Takes time linear in their number.
  @inlinable public func fill(with row: Row) {
    unsafe base.update(repeating: row, count: rowCount)
  }
}
