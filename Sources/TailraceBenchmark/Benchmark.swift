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
    let workloads = Workload.allCases.filter { workload in
      Path.allCases.contains { "\(workload.rawValue) \($0.rawValue)".contains(options.only) }
    }
    // Peaks only ever grow, so memory comes first, smallest workload first.
    showMemory(workloads, options)
    showSpeed(workloads, options)
    ScenarioSection.run(options)
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

  private static func showSpeed(_ workloads: [Workload], _ options: Options) {
    print("\nSpeed: medians of \(options.pairs) interleaved pairs, thread CPU time, all metrics on")
    Report.row(
      "workload",
      [
        "departures", "loop req/s", "model req/s", "ratio", "goal", "events/req", "ns/event",
        "mean ms",
      ])
    for workload in workloads {
      for path in Path.allCases {
        guard let goal = workload.goal(path),
          "\(workload.rawValue) \(path.rawValue)".contains(options.only)
        else { continue }
        let result = Measurement(
          workload, path, requests: workload.length(options.requests), pairs: options.pairs)
        Report.row(
          workload.rawValue,
          [
            path.rawValue, Report.whole(result.loopRate), Report.whole(result.modelRate),
            Report.fixed(result.ratio, 2), Report.fixed(goal, 2),
            Report.fixed(result.happenings, 2), Report.fixed(result.happeningCost, 1),
            Report.fixed(result.loopMean / 1e6, 2) + "/" + Report.fixed(result.modelMean / 1e6, 2),
          ])
      }
    }
  }
}
