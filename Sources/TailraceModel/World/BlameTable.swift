import TailraceEngine
import TailraceStatistics

/// Where the time of answered requests went, apart by workload and bucket of latency.
///
/// A bucket is 16 fine ones: 32 per octave. Its rows, one for each component, take memory when a
/// latency first falls into it. Their number is bounded: a request's latency lies below 2^59 ns, in
/// one of 1,632 buckets, so a workload and a component take at most 1,632 x 72 B. Where workloads x
/// components would take more than `bytesMax` (from 2,285 pairs on), buckets are twice as wide, or
/// four times, and so on. All that is decided by the scenario, not by what happens, so equal
/// scenarios have equal buckets, and replications can be added up.
struct BlameTable: ~Copyable {
  /// Most bytes of rows, if every bucket were used.
  static let bytesMax = 1 << 28
  private static let narrowest = 4

  private let components: Int
  /// The binary logarithm of the number of fine buckets in one.
  let shift: Int
  /// Buckets of a workload.
  private let cells: Int
  /// The first row of each bucket of each workload; -1 where there is none yet.
  private let firsts: Table<Int32>
  var rows: Table<BlameRow>
  private var used = 0
  /// Requests that are one visit, by workload and bucket: folded into the rows at the end.
  private let visits: Table<VisitParts>
  /// The same of those of which all was known when they came.
  private let foreseen: Table<VisitParts>

  /// The shift of a scenario of so many pairs of a workload and a component.
  static func shift(pairs: Int) -> Int {
    var shift = narrowest
    while pairs * cells(shift) * MemoryLayout<BlameRow>.stride > bytesMax { shift += 1 }
    return shift
  }

  private static func cells(_ shift: Int) -> Int { (Tally.latencyCells - 1) >> shift + 1 }

  /// Bytes for each workload before the first request.
  static var bytesAhead: Int {
    cells(narrowest) * (2 * MemoryLayout<VisitParts>.stride + MemoryLayout<Int32>.stride)
  }

  /// `hasApart` makes room for a second set of sums of each workload, after those of all.
  init(sources count: Int, components: Int, hasApart: Bool) {
    let sources = hasApart ? 2 * count : count
    self.components = components
    shift = Self.shift(pairs: count * components)
    cells = Self.cells(shift)
    firsts = Table(repeating: -1, count: sources * cells)
    rows = Table(repeating: BlameRow(), count: 16 * components)
    visits = Table(repeating: VisitParts(), count: sources * cells)
    foreseen = Table(repeating: VisitParts(), count: sources * cells)
  }

  /// The first row of the bucket that a workload's latency falls into; constant time.
  @inline(__always) mutating func row(_ s: Int, _ fine: Int) -> Int32 {
    let place = s &* cells &+ fine &>> shift
    let row = firsts[place]
    return row >= 0 ? row : addRows(place)
  }

  @inline(never) private mutating func addRows(_ place: Int) -> Int32 {
    if used + components > rows.count {
      rows.grow(to: max(used + components, rows.count * 2), with: BlameRow())
    }
    let first = Int32(used)
    used += components
    firsts[place] = first
    return first
  }

  /// Adds a request that was one visit.
  @inline(__always)
  mutating func addVisit(_ s: Int, _ fine: Int, queued: UInt64, worked: UInt64) {
    let cell = visits.row(s &* cells &+ fine &>> shift)
    cell.queued &+= queued
    cell.worked &+= worked
  }

  /// Adds a request that was one visit, of which all was known when it came.
  @inline(__always)
  mutating func addForeseen(_ s: Int, _ fine: Int, queued: UInt64, worked: UInt64) {
    let cell = foreseen.row(s &* cells &+ fine &>> shift)
    cell.queued &+= queued
    cell.worked &+= worked
  }

  /// Adds a workload's requests of one visit to a component's rows; `arePauses` says that they
  /// waited for a cache's answer and did not work.
  ///
  /// - Returns: the sum of the latencies of those that had been foreseen.
  mutating func foldVisits(of s: Int, component: Int32, arePauses: Bool) -> UInt128 {
    var total: UInt128 = 0
    for cell in 0..<cells {
      let ahead = foreseen[s * cells + cell]
      let parts = visits[s * cells + cell]
      if parts.queued | parts.worked | ahead.queued | ahead.worked == 0 { continue }
      visits[s * cells + cell] = VisitParts()
      foreseen[s * cells + cell] = VisitParts()
      total += UInt128(ahead.queued) + UInt128(ahead.worked)
      let row = rows.row(row(s, cell << shift) + component)
      row.queue &+= parts.queued &+ ahead.queued
      let worked = parts.worked &+ ahead.worked
      if arePauses { row.wait &+= worked } else { row.work &+= worked }
    }
    return total
  }

  /// What a workload's requests left behind.
  mutating func tail(of s: Int) -> TailBlame {
    var tail = TailBlame(shift: shift, components: components)
    for cell in 0..<cells where firsts[s * cells + cell] >= 0 {
      let first = Int(firsts[s * cells + cell])
      for component in 0..<components {
        for phase in Phase.allCases where rows[first + component][phase] > 0 {
          tail.parts.append(
            BlamePart(
              bucket: Int32(cell),
              cell: Int32(component * Phase.allCases.count + phase.rawValue),
              nanoseconds: rows[first + component][phase]))
        }
      }
    }
    return tail
  }
}

/// Parts of requests that were one visit each.
struct VisitParts: BitwiseCopyable {
  var queued: UInt64 = 0
  var worked: UInt64 = 0
}

/// Nanoseconds on critical paths, by phase; each sum stays below 2^64 ns, 584 years.
struct BlameRow: BitwiseCopyable, Sendable {
  var queue: UInt64 = 0
  var work: UInt64 = 0
  var network: UInt64 = 0
  var wait: UInt64 = 0
  var coalesced: UInt64 = 0
  var backOff: UInt64 = 0
  var hedgeDelay: UInt64 = 0
  var lost: UInt64 = 0
  var deadline: UInt64 = 0

  subscript(_ phase: Phase) -> UInt64 {
    switch phase {
    case .queue: queue
    case .work: work
    case .network: network
    case .wait: wait
    case .coalesced: coalesced
    case .backOff: backOff
    case .hedgeDelay: hedgeDelay
    case .lost: lost
    case .deadline: deadline
    }
  }
}

/// Where the time of a workload's answered requests went, by bucket of latency.
public struct TailBlame: Sendable, Equatable {
  /// A bucket holds 2^shift neighbouring buckets of the latency histogram.
  public var shift: Int
  public var components: Int
  /// The parts that are not 0, by bucket, component and phase: 16 bytes each.
  public var parts: [BlamePart] = []

  /// Nanoseconds by component and phase of the requests from a bucket on.
  public func sums(from bucket: Int = 0) -> [UInt64] {
    var sums = [UInt64](repeating: 0, count: components * Phase.allCases.count)
    for part in parts where part.bucket >= bucket { sums[Int(part.cell)] &+= part.nanoseconds }
    return sums
  }
}

extension TailBlame {
  /// The sums of both; the buckets must be of one width.
  func adding(_ other: TailBlame) -> TailBlame {
    precondition(shift == other.shift && components == other.components)
    var sum = self
    sum.parts = (parts + other.parts).sorted { ($0.bucket, $0.cell) < ($1.bucket, $1.cell) }
    var count = 0
    for part in sum.parts {
      if count > 0, sum.parts[count - 1].bucket == part.bucket,
        sum.parts[count - 1].cell == part.cell
      {
        sum.parts[count - 1].nanoseconds += part.nanoseconds
      } else {
        sum.parts[count] = part
        count += 1
      }
    }
    sum.parts.removeSubrange(count...)
    return sum
  }
}

/// One component's phase in one bucket of latency.
public struct BlamePart: Sendable, Equatable {
  public var bucket: Int32
  /// The component times the number of phases, plus the phase.
  public var cell: Int32
  public var nanoseconds: UInt64
}

extension Machine {
  // MARK: Waits of a kind of their own

  /// A new frame has not waited for anybody yet.
  @inline(never) mutating func clearPauses(_ f: Int32) {
    if pauses.count < frames.count {
      pauses.grow(to: max(frames.count, pauses.count * 2), with: PauseRow())
    }
    pauses[f] = PauseRow()
  }

  /// Of a frame's waits, takes out those that have a phase of their own.
  @inline(never)
  mutating func tellPauses(
    _ f: Int32, _ frame: RowReference<Frame>, _ cells: RowReference<BlameRow>
  ) {
    // Plain visits never wait so, and have not been cleared.
    if frame.flags.contains(.plain) { return }
    let pause = pauses[f]
    cells.wait &-= pause.coalesced &+ pause.deadline
    cells.coalesced &+= pause.coalesced
    cells.deadline &+= pause.deadline
  }
}

/// Parts of a frame's waits: for somebody else's fetch, and for answers until a deadline.
struct PauseRow: BitwiseCopyable {
  var coalesced: UInt64 = 0
  var deadline: UInt64 = 0
}
