/// What depends on the size of a run: each row is a process of its own, so that its peak is its own.
enum LongSection {
  static func run(_ options: Options) {
    print("\nLength: the cost of an event and the peak of memory, W1")
    Report.row("workload", ["departures", "requests", "ns/event", "ns/request", "peak KiB"])
    for (path, requests, cost) in lengths(to: options.longest) {
      Report.row(
        Workload.oneServer.rawValue,
        [
          path.rawValue, "\(requests)", Report.fixed(cost.perHappening, 1),
          Report.fixed(cost.perRequest, 1), "\(cost.peak)",
        ])
    }
    print("\nBig worlds: memory beyond that of the same world made small, for each one")
    Report.row(
      "world",
      ["departures", "requests", "ns/request", "ns/event", "peak KiB", "bytes", "for each"])
    let million = 1_000_000
    let replicas = 100_000
    for path in Path.allCases {
      compare(
        .replicas(replicas, ratePerSecond: 1e4), .replicas(10, ratePerSecond: 1), million / 10,
        path, "replica", replicas)
      compare(.replicas(replicas, ratePerSecond: 8e7), nil, 10 * million, path, "", 0)
      compare(
        .unlimited(ratePerSecond: 1e6), .unlimited(ratePerSecond: 1e3), 3 * million, path,
        "in flight", million)
      compare(
        .overload(ratePerSecond: 1e6), .overload(ratePerSecond: 1e3), million, path, "waiting",
        million)
    }
  }

  /// Runs W1 at every length up to the longest; all but the longest are medians of rounds.
  private static func lengths(to longest: Int) -> [(Path, Int, ChildRun)] {
    var cases: [(path: Path, requests: Int, runs: [ChildRun])] = []
    for path in Path.allCases {
      // The longest with events would take minutes more to say the same.
      let most = path == .events ? max(100_000, longest / 10) : longest
      var requests = 100_000
      while requests <= most {
        cases.append((path, requests, []))
        requests *= 10
      }
    }
    // Interleaved, since the machine's speed drifts.
    for round in 0..<5 {
      for i in cases.indices where round == 0 || cases[i].requests <= 10_000_000 {
        let run = ChildRun(Workload.oneServer.rawValue, cases[i].requests, cases[i].path)
        if let run { cases[i].runs.append(run) }
      }
    }
    return cases.filter { !$0.runs.isEmpty }.map {
      let runs = $0.runs.sorted { $0.perHappening < $1.perHappening }
      return ($0.path, $0.requests, runs[runs.count / 2])
    }
  }

  /// Runs a world, and a small one a thousandth as long to know what the program itself takes.
  private static func compare(
    _ world: Subject, _ small: Subject?, _ requests: Int, _ path: Path, _ each: String,
    _ count: Int
  ) {
    guard let cost = ChildRun(world.name, requests, path) else { return }
    var cells = [
      path.rawValue, "\(cost.requests)", Report.fixed(cost.perRequest, 1),
      Report.fixed(cost.perHappening, 1), "\(cost.peak)",
    ]
    if let small, let base = ChildRun(small.name, requests / 1_000, path) {
      cells += [Report.fixed(Double(cost.peak - base.peak) * 1024 / Double(count), 1), each]
    }
    Report.row(world.name, cells)
  }
}
