/// A weighted choice in constant time, by one word and one look into a table.
///
/// Points into an `AliasTable`, which must outlive it.
@frozen
@safe
public struct AliasChoice: BitwiseCopyable, @unchecked Sendable {
  @usableFromInline let entries: UnsafePointer<AliasEntry>
  @usableFromInline let size: UInt64

  init(entries: UnsafePointer<AliasEntry>, count: UInt64) {
    unsafe self.entries = unsafe entries
    size = count
  }

  /// The number of outcomes.
  @inlinable
  public var count: Int { Int(truncatingIfNeeded: size) }

  /// Draws an outcome in 0..<count.
  ///
  /// The product of a word and the count gives the column in its high half and an independent
  /// fraction in its low half.
  @inlinable @inline(__always)
  public func draw<Source: RandomSource>(from source: inout Source) -> Int {
    let product = source.next().multipliedFullWidth(by: size)
    let column = Int(truncatingIfNeeded: product.high)
    let entry = unsafe entries[column]
    return product.low < entry.threshold ? column : Int(truncatingIfNeeded: entry.other)
  }
}

/// A column of an alias table: its own outcome below the threshold, another one above.
@frozen
@usableFromInline
struct AliasEntry: BitwiseCopyable, Sendable {
  @usableFromInline let threshold: UInt64
  @usableFromInline let other: UInt64
}
