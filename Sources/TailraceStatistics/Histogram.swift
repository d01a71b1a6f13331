/// Counts of values by logarithmic bucket, with exact count, sum, minimum and maximum.
///
/// Storage grows by one octave when a value first falls into it; from then on recording there
/// allocates nothing. It has one owner and can be handed to another thread.
@frozen
@safe
public struct Histogram: ~Copyable, @unchecked Sendable {
  /// The map from values to buckets.
  public let buckets: LogBuckets

  @usableFromInline var recorded: UInt64 = 0
  @usableFromInline var total: UInt128 = 0
  @usableFromInline var lowest: UInt64 = .max
  @usableFromInline var highest: UInt64 = 0

  /// The row of counters that each octave has, or `absentRow`.
  @usableFromInline var rows: InlineArray<64, UInt8>

  /// `rowCount` rows of `2^subBucketBits` counters, in order of first use.
  @usableFromInline var counters: UnsafeMutablePointer<UInt64>?
  var rowCount = 0

  @inlinable static var absentRow: UInt8 { 255 }

  /// Creates an empty histogram, which allocates nothing.
  public init(_ buckets: LogBuckets) {
    self.buckets = buckets
    self.rows = InlineArray(repeating: Self.absentRow)
    unsafe self.counters = nil
  }

  deinit {
    unsafe counters?.deallocate()
  }

  /// Counts one value; constant time, allocating only on the first use of an octave.
  @inlinable
  @inline(__always)
  public mutating func record(_ value: UInt64) {
    let index = buckets.index(of: value)
    var row = rows[index &>> buckets.subBucketBits]
    if row == Self.absentRow { row = addRow(index &>> buckets.subBucketBits) }
    recorded += 1
    // No counter exceeds their sum, which was checked; 2^64 values below 2^64 fit in 128 bits.
    unsafe counters.unsafelyUnwrapped[offset(of: index, row: row)] &+= 1
    total &+= UInt128(value)
    if value < lowest { lowest = value }
    if value > highest { highest = value }
  }

  /// Adds all that another sample recorded, as if recorded here; linear in its buckets in use.
  public mutating func merge(_ other: borrowing some BucketedSample & ~Copyable) {
    precondition(buckets == other.buckets, "only histograms with the same buckets can be merged")
    guard let otherMinimum = other.minimum, let otherMaximum = other.maximum else { return }
    var next = other.bucket(from: 0)
    while let bucket = next {
      let octave = bucket.index >> buckets.subBucketBits
      let row = rows[octave] == Self.absentRow ? addRow(octave) : rows[octave]
      unsafe counters.unsafelyUnwrapped[offset(of: bucket.index, row: row)] += bucket.count
      next = other.bucket(from: bucket.index + 1)
    }
    recorded += other.count
    total += other.sum
    lowest = Swift.min(lowest, otherMinimum)
    highest = Swift.max(highest, otherMaximum)
  }

  @inlinable
  @inline(__always)
  func offset(of index: Int, row: UInt8) -> Int {
    (Int(row) &<< buckets.subBucketBits) | (index & ((1 &<< buckets.subBucketBits) &- 1))
  }

  @usableFromInline
  @inline(never)
  mutating func addRow(_ octave: Int) -> UInt8 {
    let width = 1 << buckets.subBucketBits
    let used = rowCount * width
    let grown = UnsafeMutablePointer<UInt64>.allocate(capacity: used + width)
    if let counters = unsafe counters {
      unsafe grown.moveInitialize(from: counters, count: used)
      unsafe counters.deallocate()
    }
    unsafe (grown + used).initialize(repeating: 0, count: width)
    unsafe counters = grown
    let row = UInt8(rowCount)
    rows[octave] = row
    rowCount += 1
    return row
  }
}

extension Histogram: BucketedSample {
  /// The number of values recorded.
  public var count: UInt64 { recorded }

  /// The exact sum of the values recorded, in their unit.
  public var sum: UInt128 { total }

  /// The smallest value recorded, exactly; nil when empty.
  public var minimum: UInt64? { count == 0 ? nil : lowest }

  /// The largest value recorded, exactly; nil when empty.
  public var maximum: UInt64? { count == 0 ? nil : highest }

  /// The first non-empty bucket whose index is at least the given one; nil when there is none.
  public func bucket(from index: Int) -> Bucket? {
    precondition(0 <= index, "no such bucket")
    var index = index
    while index < buckets.bucketCount {
      let octave = index >> buckets.subBucketBits
      guard rows[octave] != Self.absentRow else {
        index = (octave + 1) << buckets.subBucketBits
        continue
      }
      let counter = unsafe counters.unsafelyUnwrapped[offset(of: index, row: rows[octave])]
      if counter > 0 { return Bucket(index: index, count: counter, in: buckets) }
      index += 1
    }
    return nil
  }
}
