/// A row of a `Table` or `Slab` for several accesses: its place is looked up and checked once.
///
/// Fields are reached by name, `row` is all of it. Not to be kept while its table may grow; the
/// rows of a slab never move.
@frozen @safe @dynamicMemberLookup
public struct RowReference<Row: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline let address: UnsafeMutablePointer<Row>

  @unsafe @inlinable @inline(__always) init(_ address: UnsafeMutablePointer<Row>) {
    unsafe self.address = unsafe address
  }

  /// The whole row in place.
  @inlinable public var row: Row {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(address) }
    @inline(__always) nonmutating unsafeMutableAddress { unsafe address }
  }

  /// A field of the row in place.
  @inlinable public subscript<Field>(dynamicMember field: WritableKeyPath<Row, Field>) -> Field {
    @inline(__always) get { unsafe address.pointee[keyPath: field] }
    @inline(__always) nonmutating set { unsafe address.pointee[keyPath: field] = newValue }
    @inline(__always) nonmutating _modify { yield unsafe &address.pointee[keyPath: field] }
  }

  /// A constant or computed field of the row.
  @inlinable public subscript<Field>(dynamicMember field: KeyPath<Row, Field>) -> Field {
    @inline(__always) get { unsafe address.pointee[keyPath: field] }
  }
}
