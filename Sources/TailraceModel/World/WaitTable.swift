import TailraceEngine
import TailraceStatistics

/// Histograms of waiting times, 8 buckets per octave: one per replica of which few octaves are used.
///
/// Eight octaves of a histogram take memory together, when a wait first falls into them; a service
/// of a thousand replicas with hardly a wait costs 32 bytes a replica, not 3.7 KB.
struct WaitTable: ~Copyable {
  /// Buckets of a histogram: 8 per octave up to 2^59 ns.
  static let cells = 58 << 3
  private static let width = 64
  private static let rowsPerHistogram = (cells + width - 1) / width

  /// The row of counters of each eight octaves of each histogram; -1 where there is none yet.
  private let rows: Table<Int32>
  private var counters: Table<UInt64>
  private var rowsUsed: Int32 = 0

  init(count: Int) {
    rows = Table(repeating: -1, count: count * Self.rowsPerHistogram)
    counters = Table(repeating: 0, count: 16 * Self.width)
  }

  /// Counts a wait in one of the histograms; constant time.
  @inline(__always) mutating func record(_ wait: UInt64, in histogram: Int) {
    let cell = LogBuckets.coarse.index(of: wait)
    let place = histogram &* Self.rowsPerHistogram &+ cell &>> 6
    if rows[place] < 0 { addRow(place) }
    counters[Int(rows[place]) &* Self.width &+ cell & (Self.width &- 1)] &+= 1
  }

  @inline(never) private mutating func addRow(_ place: Int) {
    if (Int(rowsUsed) + 1) * Self.width > counters.count {
      counters.grow(to: counters.count * 2, with: 0)
    }
    rows[place] = rowsUsed
    rowsUsed += 1
  }

  /// The counts of one of the histograms, up to the last one that is not zero.
  mutating func counts(_ histogram: Int) -> [UInt64] {
    var counts: [UInt64] = []
    for row in 0..<Self.rowsPerHistogram {
      let first = rows[histogram * Self.rowsPerHistogram + row]
      guard first >= 0 else { continue }
      counts += Array(repeating: 0, count: row * Self.width - counts.count)
      for k in 0..<Self.width { counts.append(counters[Int(first) * Self.width + k]) }
    }
    while counts.last == 0 { counts.removeLast() }
    return counts
  }
}

/// Where a service's waiting times are counted.
struct WaitRow: BitwiseCopyable, Sendable {
  /// Services with more replicas than this keep one histogram in all.
  static let replicasMax: Int32 = 1_000

  /// Its first histogram.
  var first: Int32
  /// From one replica's histogram to the next; 0 where all share one.
  var stride: Int32
}
