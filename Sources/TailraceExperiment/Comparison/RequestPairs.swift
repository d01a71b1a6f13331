import TailraceModel
import TailraceStatistics

/// Requests of one workload that two designs served in one replication, held against each other.
///
/// Sums are whole nanoseconds: the parts of the difference sum to the difference exactly.
struct RequestPairs: Sendable {
  let workload: String
  /// One request in 2^least was looked at.
  let least: Int
  /// Requests that both served, and those that got slower or faster.
  private(set) var count: UInt64 = 0
  /// Differences by bucket, of those that got slower and of those that got faster.
  private(set) var slower: HistogramSnapshot
  private(set) var faster: HistogramSnapshot
  /// Sums of their latencies.
  private(set) var base: UInt128 = 0
  private(set) var against: UInt128 = 0
  /// Requests that only one of them served.
  private(set) var onlyBase = Others()
  private(set) var onlyAgainst = Others()
  /// Nanoseconds by component and phase: against less base.
  private(set) var moved: [MovedPart] = []

  struct Others: Sendable {
    var count: UInt64 = 0
    var latency: UInt128 = 0

    mutating func add(_ latency: UInt64) {
      count += 1
      self.latency += UInt128(latency)
    }
  }

  /// A part of the critical paths of the requests that both served.
  struct MovedPart: Sendable {
    var component: String
    var phase: Phase
    var base: UInt64
    var against: UInt64
  }

  init(workload: String, _ one: RequestLatencies, _ other: RequestLatencies) {
    self.workload = workload
    var (one, other) = (one, other)
    least = max(one.least, other.least)
    one.raise(to: least)
    other.raise(to: least)
    var slow = Histogram(.fine)
    var fast = Histogram(.fine)
    var (i, j) = (0, 0)
    while i < one.entries.count || j < other.entries.count {
      let a = i < one.entries.count ? one.entries[i].number : .max
      let b = j < other.entries.count ? other.entries[j].number : .max
      if a < b {
        onlyBase.add(one.entries[i].latency)
        i += 1
      } else if b < a {
        onlyAgainst.add(other.entries[j].latency)
        j += 1
      } else {
        let (before, after) = (one.entries[i].latency, other.entries[j].latency)
        count += 1
        base += UInt128(before)
        against += UInt128(after)
        if after > before { slow.record(after - before) }
        if after < before { fast.record(before - after) }
        i += 1
        j += 1
      }
    }
    slower = HistogramSnapshot(slow)
    faster = HistogramSnapshot(fast)
  }

  /// Adds where the time of the requests that both served went; by component and phase.
  mutating func addBlame(
    base: [UInt64], _ baseNames: [String], against: [UInt64], _ againstNames: [String]
  ) {
    let phases = Phase.allCases
    let names = Set(baseNames).union(againstNames).sorted()
    for name in names {
      let mine = baseNames.firstIndex(of: name)
      let theirs = againstNames.firstIndex(of: name)
      for phase in phases {
        func sum(_ cells: [UInt64], _ component: Int?) -> UInt64 {
          guard let component, !cells.isEmpty else { return 0 }
          return cells[component * phases.count + phase.rawValue]
        }
        let part = MovedPart(
          component: name, phase: phase, base: sum(base, mine), against: sum(against, theirs))
        if part.base > 0 || part.against > 0 { moved.append(part) }
      }
    }
  }
}
