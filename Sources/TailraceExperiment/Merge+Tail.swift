import TailraceModel
import TailraceStatistics

extension Merge {
  /// Where the time of a workload's answered requests went: of all, and of those above quantiles.
  ///
  /// A band is missing where the sample does not support its quantile.
  func breakdown(
    _ own: [WorkloadOutcome], _ merged: borrowing Histogram, unfinished: UInt64
  ) -> (all: [BreakdownRow], bands: [BreakdownBand]) {
    guard merged.count > 0, let shift = own.first?.tail.shift else { return ([], []) }
    var bands: [BreakdownBand] = []
    for q in BreakdownBand.quantiles {
      guard let value = merged.quantile(q, unfinished: unfinished) else { continue }
      let bucket = LogBuckets.fine.index(of: value) >> shift
      var requests: UInt64 = 0
      merged.forEachBucket { if $0.index >> shift >= bucket { requests += $0.count } }
      let cells = cells(own, from: bucket)
      bands.append(
        BreakdownBand(
          quantile: q, start: LogBuckets.fine.lowerBound(of: bucket << shift),
          requests: requests, mean: Double(cells.reduce(0, +)) / Double(requests),
          rows: rows(cells, over: requests)))
    }
    return (rows(cells(own, from: 0), over: merged.count), bands)
  }

  private func cells(_ own: [WorkloadOutcome], from bucket: Int) -> [UInt128] {
    var cells = [UInt128](repeating: 0, count: own[0].blame.count)
    for part in own {
      for (i, sum) in part.tail.sums(from: bucket).enumerated() { cells[i] += UInt128(sum) }
    }
    return cells
  }

  private func rows(_ cells: [UInt128], over requests: UInt64) -> [BreakdownRow] {
    let phases = Phase.allCases
    let total = cells.reduce(0, +)
    return cells.enumerated().filter { $0.element > 0 }.map { i, cell in
      BreakdownRow(
        phase: phases[i % phases.count].word,
        entity: replications[0].components[i / phases.count],
        mean: Double(cell) / Double(requests), share: Double(cell) / Double(total))
    }
  }

  // MARK: Stragglers

  /// Who was last in each scatter, by workload, caller and callee.
  func stragglers() -> [StragglerReport] {
    var merged: [(key: ScatterKey, parts: [StragglerOutcome])] = []
    for outcome in replications.flatMap(\.stragglers) {
      let key = ScatterKey(outcome.workload, outcome.from, outcome.to, outcome.isByReplica)
      if let i = merged.firstIndex(where: { $0.key == key }) {
        merged[i].parts.append(outcome)
      } else {
        merged.append((key, [outcome]))
      }
    }
    return merged.sorted { $0.key < $1.key }.map { report($0.parts) }
  }

  private func report(_ parts: [StragglerOutcome]) -> StragglerReport {
    let first = parts[0]
    var cells: [Int: StragglerPart] = [:]
    func key(_ member: Int, _ cause: Int) -> Int { member * StragglerCause.count + cause }
    for part in parts.flatMap(\.parts) {
      let empty = StragglerPart(member: part.member, cause: part.cause)
      cells[key(part.member, part.cause), default: empty].add(part)
    }
    let sample = Self.sample(parts)
    var gaps: [Int: (count: UInt64, sum: UInt128)] = [:]
    for join in sample {
      let member = first.tellsMembers ? Int(join.member) : 0
      let gap = gaps[key(member, Int(join.cause)), default: (0, 0)]
      gaps[key(member, Int(join.cause))] = (gap.count + 1, gap.sum + UInt128(join.secondOverMedian))
    }
    /// Exact to the second last, and from there to the median as far as that is known.
    func overMedian(_ part: StragglerPart, _ count: UInt64, _ sum: UInt128) -> Double? {
      Self.ratio(Double(sum), count).map { Double(part.overSecond) / Double(part.count) + $0 }
    }
    let ordered = cells.keys.sorted().compactMap { cells[$0] }
    var whole = StragglerPart(member: 0, cause: 0)
    var causes = [UInt64](repeating: 0, count: StragglerCause.count)
    var members: [(member: Int, count: UInt64)] = []
    for cell in ordered {
      whole.add(cell)
      causes[cell.cause] += cell.count
      if members.last?.member == cell.member {
        members[members.count - 1].count += cell.count
      } else {
        members.append((cell.member, cell.count))
      }
    }
    members.sort { ($1.count, $0.member) < ($0.count, $1.member) }
    let shown = Set(members.prefix(StragglerReport.membersMax).map(\.member))
    return StragglerReport(
      workload: first.workload.map { replications[0].workloads[$0].name },
      from: replications[0].components[first.from],
      to: replications[0].services[first.to].name, members: first.members,
      isByReplica: first.isByReplica, joins: whole.count, gathered: UInt64(sample.count),
      overSecond: Double(whole.overSecond) / Double(whole.count),
      overMedian: overMedian(
        whole, UInt64(sample.count),
        sample.reduce(0) { $0 + UInt128($1.secondOverMedian) }),
      causes: causes.indices.filter { causes[$0] > 0 }
        .sorted { (causes[$1], $0) < (causes[$0], $1) }
        .map { (StragglerCause.word($0), causes[$0]) },
      rows: ordered.filter { shown.contains($0.member) }.map { cell in
        let gap = gaps[key(cell.member, cell.cause), default: (0, 0)]
        return StragglerRow(
          member: first.tellsMembers ? cell.member : nil,
          cause: StragglerCause.word(cell.cause), count: cell.count,
          overSecond: Double(cell.overSecond) / Double(cell.count),
          overMedian: overMedian(cell, gap.count, gap.sum))
      },
      times: [
        StragglerTime(share: 1, sample.map(\.time)),
        StragglerTime(share: 0.99, sample.map(\.time99)),
        StragglerTime(share: 0.95, sample.map(\.time95)),
      ])
  }

  /// Joins of which all answers are known: of each replication's requests the same part.
  static func sample(_ parts: [StragglerOutcome]) -> [GatheredJoin] {
    let least = parts.map(\.leastLot).max() ?? 0
    return parts.flatMap { $0.joins.filter { $0.lot >= least } }
  }
}

extension StragglerTime {
  /// The quantiles and the mean of a sample, in nanoseconds.
  fileprivate init(share: Double, _ sample: [UInt64]) {
    let sorted = sample.sorted()
    func quantile(_ q: Double) -> UInt64? {
      NearestRank.supportedRank(of: q, among: UInt64(sorted.count)).map { sorted[Int($0) - 1] }
    }
    let sum = sorted.reduce(UInt128(0)) { $0 + UInt128($1) }
    self.init(
      share: share, p50: quantile(0.5), p99: quantile(0.99),
      mean: sorted.isEmpty ? nil : Double(sum) / Double(sorted.count))
  }
}

/// What tells scatters apart, in the order of reports.
struct ScatterKey: Comparable {
  private let numbers: [Int]

  init(_ workload: Int?, _ from: Int, _ to: Int, _ isByReplica: Bool) {
    numbers = [workload ?? -1, from, to, isByReplica ? 1 : 0]
  }

  static func < (a: ScatterKey, b: ScatterKey) -> Bool {
    a.numbers.lexicographicallyPrecedes(b.numbers)
  }
}
