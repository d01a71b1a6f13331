import TailraceEngine
import TailraceStatistics

/// Many histograms of which each uses few octaves: 32 buckets per octave, within 1.6 %.
///
/// An octave of a histogram takes memory when a value first falls into it.
struct HistogramPile: ~Copyable {
  private static let buckets = LogBuckets.medium
  private static let octaves = 64 - 4
  private static let width = 1 << 5

  /// The row of counters of each octave of each histogram; -1 where there is none yet.
  private let rows: Table<Int32>
  private var counters: Table<UInt64>
  private var rowsUsed: Int32 = 0
  private let sums: Table<PileSum>

  init(count: Int) {
    rows = Table(repeating: -1, count: count * Self.octaves)
    counters = Table(repeating: 0, count: count == 0 ? 0 : 16 * Self.width)
    sums = Table(repeating: PileSum(), count: count)
  }

  /// Counts a value in one of the histograms; constant time.
  @inline(never) mutating func record(_ value: UInt64, in i: Int) {
    let index = Self.buckets.index(of: value)
    let place = i &* Self.octaves &+ index &>> 5
    if rows[place] < 0 { addRow(place) }
    counters[Int(rows[place]) &* Self.width &+ index & (Self.width &- 1)] &+= 1
    sums[i].record(value)
  }

  private mutating func addRow(_ place: Int) {
    let needed = (Int(rowsUsed) + 1) * Self.width
    if needed > counters.count { counters.grow(to: counters.count * 2, with: 0) }
    rows[place] = rowsUsed
    rowsUsed += 1
  }

  /// What one of the histograms holds.
  mutating func snapshot(_ i: Int) -> HistogramSnapshot {
    var indices: [Int] = []
    var counts: [UInt64] = []
    for octave in 0..<Self.octaves where rows[i * Self.octaves + octave] >= 0 {
      let first = Int(rows[i * Self.octaves + octave]) * Self.width
      for k in 0..<Self.width where counters[first + k] > 0 {
        indices.append(octave * Self.width + k)
        counts.append(counters[first + k])
      }
    }
    return HistogramSnapshot(
      Self.buckets, indices: indices, counts: counts, sum: sums[i].total,
      minimum: sums[i].smallest, maximum: sums[i].largest)
  }
}

/// Exact totals of a histogram's values.
struct PileSum: BitwiseCopyable {
  var total: UInt128 = 0
  var smallest = UInt64.max
  var largest: UInt64 = 0

  mutating func record(_ value: UInt64) {
    total &+= UInt128(value)
    smallest = min(smallest, value)
    largest = max(largest, value)
  }
}
