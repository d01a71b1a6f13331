/// A growing table of plain rows that never move: memory comes in pieces of 256 rows.
///
/// Growing copies nothing, and a reference to a row stays good as long as the slab.
@frozen @safe public struct Slab<Row: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  @usableFromInline static var pieceBits: Int { 8 }
  @usableFromInline static var pieceMask: Int { 255 }

  @usableFromInline var pieces: UnsafeMutablePointer<UnsafeMutablePointer<Row>>
  @usableFromInline var pieceCapacity = 16
  @usableFromInline var rowCount = 0

  /// Rows allocated: a multiple of 256.
  @inlinable public var count: Int { rowCount }

  /// A slab of no rows.
  @inlinable public init() {
    unsafe pieces = .allocate(capacity: 16)
  }

  @inlinable deinit {
    for i in 0..<(rowCount >> Self.pieceBits) {
      unsafe UnsafeMutableRawPointer(pieces[i]).deallocate()
    }
    unsafe pieces.deallocate()
  }

  /// Adds 256 rows, copies of `row`.
  @inlinable @inline(never) public mutating func grow(with row: Row) {
    let next = rowCount >> Self.pieceBits
    if next == pieceCapacity {
      let larger = UnsafeMutablePointer<UnsafeMutablePointer<Row>>.allocate(capacity: next * 2)
      unsafe larger.update(from: pieces, count: next)
      unsafe pieces.deallocate()
      unsafe pieces = larger
      pieceCapacity = next * 2
    }
    // Rows of whole cache lines begin at one.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: (Self.pieceMask + 1) * MemoryLayout<Row>.stride, alignment: 64)
    let piece = unsafe memory.initializeMemory(
      as: Row.self, repeating: row, count: Self.pieceMask + 1)
    unsafe pieces[next] = piece
    rowCount += Self.pieceMask + 1
  }

  @inlinable @inline(__always) func address(_ i: Int) -> UnsafeMutablePointer<Row> {
    precondition(UInt(bitPattern: i) < UInt(bitPattern: rowCount))
    return unsafe pieces[i &>> Self.pieceBits] + (i & Self.pieceMask)
  }

  /// The row in place; the index is checked.
  @inlinable public subscript(_ i: Int32) -> Row {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(address(Int(i))) }
    @inline(__always) nonmutating unsafeMutableAddress { unsafe address(Int(i)) }
  }

  /// The row for several accesses; the index is checked.
  @inlinable @inline(__always) public func row(_ i: Int32) -> RowReference<Row> {
    unsafe RowReference(address(Int(i)))
  }
}
