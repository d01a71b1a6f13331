#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Compares the model with hand-written loops of the same workloads, side by side in one run.
@main enum Benchmark {
  static func main() {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
      print(Options.usage)
      exit(2)
    }
    if let subject = options.subject {
      ChildRun.perform(subject, requests: options.requests, options.path)
      return
    }
    if options.isLong { return LongSection.run(options) }
    if options.isCaches { return CacheSection.run(options) }
    if options.isMechanisms { return MechanismSection.run(options) }
    let workloads = Workload.allCases.filter { workload in
      Path.allCases.contains { "\(workload.rawValue) \($0.rawValue)".contains(options.only) }
    }
    // Peaks only ever grow, so memory comes first, smallest workload first.
    showMemory(workloads, options)
    showSpeed(workloads, options)
    ScenarioSection.run(options)
    MechanismSection.run(options)
  }

  private static func showMemory(_ workloads: [Workload], _ options: Options) {
    print("Memory of the model: a short run, then a long one")
    Report.row("workload", ["departures", "requests", "peak KiB", "requests", "more KiB"])
    for workload in workloads {
      for path in Path.allCases {
        guard workload.goal(path) != nil else { continue }
        let short = workload.length(options.shortRun)
        let long = workload.length(options.longRun)
        let footprint = Footprint(workload, path, short: short, long: long)
        Report.row(
          workload.rawValue,
          [
            path.rawValue, "\(footprint.shortLength)", footprint.peak.map { "\($0)" } ?? "unknown",
            "\(footprint.longLength)",
            footprint.growth.map { "\($0)" } ?? "unknown",
          ])
      }
    }
  }

  /// A loop slower than this share of its fastest run shared its core with somebody.
  private static let quietShare = 0.92

  /// Pairs of all rows take turns, so that a busy spell of the machine falls on all alike.
  private static func showSpeed(_ workloads: [Workload], _ options: Options) {
    var rows: [Measurement] = []
    for workload in workloads {
      for path in Path.allCases
      where workload.goal(path) != nil
        && "\(workload.rawValue) \(path.rawValue)".contains(options.only)
      {
        rows.append(Measurement(workload, path))
      }
    }
    for _ in 0..<options.pairs {
      for i in rows.indices {
        rows[i].addPair(requests: rows[i].workload.length(options.requests))
      }
    }
    print(
      """

      Speed: medians of interleaved pairs of loop and model, thread CPU time, all metrics on
      'ratio' is that of the quiet pairs, whose loop ran within 8 % of its fastest run
      """)
    Report.row(
      "workload",
      [
        "departures", "loop req/s", "model req/s", "ratio", "goal", "quiet", "ratio of all",
        "events/req", "ns/event", "mean ms",
      ])
    for row in rows {
      let fastest = rows.filter { $0.workload.loop == row.workload.loop }.map(\.fastestLoop).max()
      let result = row.summary(loopFrom: (fastest ?? 0) * quietShare)
      Report.row(
        row.workload.rawValue,
        [
          row.path.rawValue, Report.whole(result.loopRate), Report.whole(result.modelRate),
          Report.fixed(result.ratio, 2),
          row.workload.goal(row.path).map { Report.fixed($0, 2) } ?? "",
          "\(result.quiet) of \(result.pairs)", Report.fixed(result.ratioOfAll, 2),
          Report.fixed(result.happenings, 2), Report.fixed(result.happeningCost, 1),
          Report.fixed(result.loopMean / 1e6, 2) + "/" + Report.fixed(result.modelMean / 1e6, 2),
        ])
    }
  }
}
