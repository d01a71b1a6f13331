/// Compares the model with hand-written loops of the same workloads, side by side in one run.
@main enum Benchmark {
  static func main() {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
      print(Options.usage)
      return
    }
    let workloads = Workload.allCases.filter { workload in
      Path.allCases.contains { "\(workload.rawValue) \($0.rawValue)".contains(options.only) }
    }
    // Peaks only ever grow, so memory comes first, smallest workload first.
    print("Memory of the model: a short run, then a long one")
    printRow(
      "workload",
      ["departures", "requests", "peak KiB", "requests", "more KiB"])
    for workload in workloads {
      for path in Path.allCases {
        guard workload.goal(path) != nil else { continue }
        let short = workload.length(options.shortRun)
        let long = workload.length(options.longRun)
        let footprint = Footprint(workload, path, short: short, long: long)
        printRow(
          workload.rawValue,
          [
            path.rawValue, "\(footprint.shortLength)", footprint.peak.map { "\($0)" } ?? "unknown",
            "\(footprint.longLength)",
            footprint.growth.map { "\($0)" } ?? "unknown",
          ])
      }
    }
    print("\nSpeed: medians of \(options.pairs) interleaved pairs, thread CPU time, all metrics on")
    printRow(
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
        printRow(
          workload.rawValue,
          [
            path.rawValue, "\(Int(result.loopRate))", "\(Int(result.modelRate))",
            fixed(result.ratio, 2), fixed(goal, 2), fixed(result.happenings, 2),
            fixed(result.happeningCost, 1),
            fixed(result.loopMean / 1e6, 2) + "/" + fixed(result.modelMean / 1e6, 2),
          ])
      }
    }
  }

  private static func printRow(_ name: String, _ cells: [String]) {
    var line = name + String(repeating: " ", count: max(0, 32 - name.count))
    for cell in cells {
      line += String(repeating: " ", count: max(1, 13 - cell.count)) + cell
    }
    print(line)
  }

  /// A decimal with a fixed number of places.
  private static func fixed(_ value: Double, _ places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return "\(scaled / scale).\(zeros)\(fraction)"
  }
}
