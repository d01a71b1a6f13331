import TailraceEngine
import TailraceStatistics

/// What happens interval by interval from time 0 on: counts, latencies and areas under levels.
///
/// A level (how many wait, work or are present) is kept as its changes: a change within an
/// interval adds its rest to that interval's area, and its whole length to those after it. So a
/// change costs the same however long the level lasts, and may be told ahead of its time.
struct SeriesTable: ~Copyable {
  let grid: IntervalGrid
  /// Levels of requests present by workload, then of visits waiting and working by `StationGroups`.
  private let levels: Table<LevelCell>
  private let counts: Table<SeriesCounts>
  private let refused: Table<UInt64>
  private let lookups: Table<LookupCounts>
  private var latencies: HistogramPile
  private let workloads: Int
  private let groups: StationGroups
  /// The group of each station.
  private let groupOf: Table<Int32>

  /// No intervals at all.
  init() {
    self.init(nil, workloads: 0, stations: [], caches: 0)
  }

  /// No intervals at all where `grid` is nil; `stations` says how many each service has.
  init(_ grid: IntervalGrid?, workloads: Int, stations: [Int], caches: Int) {
    let n = grid?.count ?? 0
    self.grid = grid ?? IntervalGrid(length: 1, horizon: 1)
    self.workloads = workloads
    groups = StationGroups(stations: stations, intervals: n)
    groupOf = Table(groups.ofStation)
    levels = Table(repeating: LevelCell(), count: n * (workloads + 2 * groups.count))
    counts = Table(repeating: SeriesCounts(), count: n * workloads)
    refused = Table(repeating: 0, count: n * stations.count)
    lookups = Table(repeating: LookupCounts(), count: n * caches)
    latencies = HistogramPile(count: n * workloads)
  }

  // MARK: Recording

  @inline(__always) private mutating func change(_ row: Int, by step: UInt64, at time: UInt64) {
    guard let i = grid.index(of: time) else { return }
    let cell = row &* grid.count &+ i
    levels[cell].rest &+= step &* (grid.end(of: i) &- time)
    levels[cell].change &+= step
  }

  /// A request begins.
  @inline(never) mutating func began(_ s: Int, at time: UInt64) {
    guard let i = grid.index(of: time) else { return }
    counts[s &* grid.count &+ i].started &+= 1
    change(s, by: 1, at: time)
  }

  /// A request that was born at a time ends at another.
  @inline(never) mutating func ended(_ s: Int, born: UInt64, at time: UInt64, outcome: Outcome) {
    guard let i = grid.index(of: born) else { return }
    change(s, by: ~0, at: time)
    if let last = grid.index(of: time) { counts[s &* grid.count &+ last].ended &+= 1 }
    if outcome.isAnswered {
      counts[s &* grid.count &+ i].answered &+= 1
      latencies.record(time &- born, in: s &* grid.count &+ i)
    } else {
      counts[s &* grid.count &+ i].failed &+= 1
    }
  }

  /// More (1) or fewer (-1) visits wait at a station.
  mutating func wait(_ station: Int32, by step: Int64, at time: UInt64) {
    change(workloads &+ 2 &* Int(groupOf[station]), by: UInt64(bitPattern: step), at: time)
  }

  /// More (1) or fewer (-1) slots of a station are used.
  mutating func use(_ station: Int32, by step: Int64, at time: UInt64) {
    change(workloads &+ 2 &* Int(groupOf[station]) &+ 1, by: UInt64(bitPattern: step), at: time)
  }

  /// A key is looked up in a cache.
  @inline(never) mutating func lookUp(_ cache: Int, isHit: Bool, at time: UInt64) {
    guard let i = grid.index(of: time) else { return }
    if isHit {
      lookups[cache &* grid.count &+ i].hits &+= 1
    } else {
      lookups[cache &* grid.count &+ i].misses &+= 1
    }
  }

  /// A service refuses a visit.
  @inline(never) mutating func refuse(_ service: Int, at time: UInt64) {
    if let i = grid.index(of: time) { refused[service &* grid.count &+ i] &+= 1 }
  }

  // MARK: Results

  private mutating func areas(_ row: Int) -> [UInt64] {
    var level: UInt64 = 0
    return (0..<grid.count).map { i in
      let cell = levels[row * grid.count + i]
      defer { level &+= cell.change }
      return cell.rest &+ level &* (grid.end(of: i) - grid.start(of: i))
    }
  }

  mutating func workload(_ s: Int) -> [WorkloadInterval] {
    let present = areas(s)
    return (0..<grid.count).map { i in
      let count = counts[s * grid.count + i]
      return WorkloadInterval(
        started: count.started, answered: count.answered, failed: count.failed,
        ended: count.ended, presentArea: present[i],
        latencies: latencies.snapshot(s * grid.count + i))
    }
  }

  /// What each of a service's groups of stations did: first all together, then each where they are
  /// several.
  mutating func service(_ service: Int) -> (all: [ServiceInterval], each: [[ServiceInterval]]) {
    let each = groups.ofService[service].map { group in
      let waiting = areas(workloads + 2 * group)
      let busy = areas(workloads + 2 * group + 1)
      return (0..<grid.count).map { ServiceInterval(queueArea: waiting[$0], busyArea: busy[$0]) }
    }
    let all = (0..<grid.count).map { i in
      each.reduce(ServiceInterval(refused: refused[service * grid.count + i])) {
        $0.adding($1[i])
      }
    }
    return (all, each.count > 1 ? each : [])
  }

  /// Hits and misses of a cache.
  mutating func cache(_ cache: Int) -> [LookupCounts] {
    (0..<grid.count).map { lookups[cache * grid.count + $0] }
  }
}

/// Which stations have a level of their own in time series: each of a service with up to 64, while
/// there is room; else all of a service have one together.
struct StationGroups {
  /// Most stations of a service that are told apart.
  static let stationsMax = 64
  /// Most groups times intervals where stations are told apart: 3.2 MB.
  static let cellsMax = 100_000

  /// How many there are.
  private(set) var count = 0
  /// By station.
  private(set) var ofStation: [Int32] = []
  /// By service.
  private(set) var ofService: [Range<Int>] = []

  /// Groups of services with so many stations each, in order.
  init(stations: [Int], intervals: Int) {
    var left = Self.cellsMax / max(1, intervals)
    for count in stations {
      let isApart = count <= Self.stationsMax && count <= left
      if isApart { left -= count }
      let groups = self.count..<(self.count + (isApart ? count : 1))
      ofStation += (0..<count).map { Int32(groups.lowerBound + (isApart ? $0 : 0)) }
      ofService.append(groups)
      self.count = groups.upperBound
    }
  }
}

/// Lookups of a cache in an interval.
public struct LookupCounts: BitwiseCopyable, Sendable, Equatable {
  public var hits: UInt64 = 0
  public var misses: UInt64 = 0
}

/// A level's change in an interval, and what it adds to the interval's own area; both wrap.
struct LevelCell: BitwiseCopyable {
  var change: UInt64 = 0
  var rest: UInt64 = 0
}

struct SeriesCounts: BitwiseCopyable {
  var started: UInt64 = 0
  var answered: UInt64 = 0
  var failed: UInt64 = 0
  var ended: UInt64 = 0
}

/// What a workload's requests did in one interval.
public struct WorkloadInterval: Sendable {
  /// Requests whose intended start lies in it, and how many of these were answered or failed.
  public var started: UInt64
  public var answered: UInt64
  public var failed: UInt64
  /// Requests that ended in it, whenever they began.
  public var ended: UInt64
  /// Time in the system of all requests within it, in nanoseconds.
  public var presentArea: UInt64
  /// Latencies of the answered ones by intended start, within 1.6 %.
  public var latencies: HistogramSnapshot
}

/// What a service's replicas, or one of them, did in one interval; refusals are known of all together.
public struct ServiceInterval: Sendable {
  /// Time spent waiting and slot time used, in nanoseconds.
  public var queueArea: UInt64 = 0
  public var busyArea: UInt64 = 0
  public var refused: UInt64 = 0
}

/// All intervals of a replication.
public struct SeriesOutcome: Sendable {
  public var grid: IntervalGrid
  /// By workload and interval.
  public var workloads: [[WorkloadInterval]]
  /// By service and interval.
  public var services: [[ServiceInterval]]
  /// By service, station and interval; no stations where they are not told apart.
  public var stations: [[[ServiceInterval]]]
  /// By cache and interval.
  public var caches: [[LookupCounts]]

  /// The sums of two replications with the same intervals.
  public func merging(_ other: SeriesOutcome) -> SeriesOutcome {
    precondition(grid == other.grid, "only equal intervals can be merged")
    var sum = self
    for w in workloads.indices {
      for i in workloads[w].indices { sum.workloads[w][i].add(other.workloads[w][i]) }
    }
    for s in services.indices {
      for i in services[s].indices { sum.services[s][i].add(other.services[s][i]) }
      for station in stations[s].indices {
        for i in stations[s][station].indices {
          sum.stations[s][station][i].add(other.stations[s][station][i])
        }
      }
    }
    for c in caches.indices {
      for i in caches[c].indices {
        sum.caches[c][i].hits += other.caches[c][i].hits
        sum.caches[c][i].misses += other.caches[c][i].misses
      }
    }
    return sum
  }
}

extension WorkloadInterval {
  /// The sums of both.
  public func adding(_ other: WorkloadInterval) -> WorkloadInterval {
    var sum = self
    sum.add(other)
    return sum
  }

  fileprivate mutating func add(_ other: WorkloadInterval) {
    started += other.started
    answered += other.answered
    failed += other.failed
    ended += other.ended
    presentArea += other.presentArea
    var merged = Histogram(latencies.buckets)
    merged.merge(latencies)
    merged.merge(other.latencies)
    latencies = HistogramSnapshot(merged)
  }
}

extension ServiceInterval {
  /// The sums of both.
  public func adding(_ other: ServiceInterval) -> ServiceInterval {
    var sum = self
    sum.add(other)
    return sum
  }

  fileprivate mutating func add(_ other: ServiceInterval) {
    queueArea += other.queueArea
    busyArea += other.busyArea
    refused += other.refused
  }
}
