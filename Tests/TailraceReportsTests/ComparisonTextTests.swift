import Testing

@testable import TailraceExperiment
@testable import TailraceReports

/// What a comparison says first: the designs beside each other, and what got better and worse.
@Suite("Comparisons in words") struct ComparisonTextTests {
  /// A measure of three replications around a value.
  private func measure(
    _ kind: String, _ entity: String, _ metric: String, _ statistic: Measure.Statistic,
    _ unit: Measure.Unit, _ value: Double, by step: Double
  ) -> Measure {
    Measure(
      .init(kind, entity, metric, statistic), unit,
      .estimate(
        Estimate(
          value: value, halfWidth: nil, perReplication: [value - step, value, value + step])))
  }

  private func users(
    mean: Double, p50: Double, p99: Double, errors: Double, recovery: Double, step: Double
  ) -> [Measure] {
    func latency(_ statistic: Measure.Statistic, _ milliseconds: Double) -> Measure {
      measure(
        "workload", "users", "latency", statistic, .time, milliseconds * 1e6, by: step * 1e6)
    }
    return [
      latency(.mean, mean), latency(.quantile(0.5), p50), latency(.quantile(0.99), p99),
      latency(.quantile(0.999), 2 * p99),
      measure("workload", "users", "errors", .value, .ratio, errors, by: step / 1000),
      measure("fault", "pause", "recovery", .value, .time, recovery * 1e6, by: step * 1e6),
    ]
  }

  private func verdict(_ base: [Measure], _ against: [Measure]) -> [String] {
    let result = ComparisonResult(
      names: ["plain", "retries"], designs: [base, against], isPaired: true)
    return result.contrasts.flatMap(ComparisonText(result).verdictLines)
  }

  @Test("What got worse stands beside what got better, p99 and recovery among it")
  func worse() {
    let base = users(mean: 38, p50: 29, p99: 154, errors: 0.051, recovery: 0, step: 0)
    let against = users(mean: 101, p50: 32, p99: 1_173, errors: 0.023, recovery: 3_000, step: 1)
    #expect(
      verdict(base, against) == [
        "retries against plain — users: errors 5.100 → 2.300 % (-55 %, better), "
          + "but mean 38.00 → 101.0 ms (+166 %, worse), p99 154.0 → 1,173 ms (+661.7 %, worse), "
          + "pause recovery 0 → 3,000 ms (worse)."
      ])
  }

  @Test("Where mean and p99 got better, a median that got worse is named")
  func median() {
    let base = users(mean: 38, p50: 16, p99: 154, errors: 0, recovery: 0, step: 0)
    let against = users(mean: 30, p50: 20, p99: 90, errors: 0, recovery: 0, step: 0)
    #expect(
      verdict(base, against) == [
        "retries against plain — users: mean 38.00 → 30.00 ms (-21.1 %, better), "
          + "p99 154.0 → 90.00 ms (-41.6 %, better), but p50 16.00 → 20.00 ms (+25.0 %, worse)."
      ])
  }

  @Test("With one replication nothing is called better or worse")
  func single() {
    func once(_ measures: [Measure]) -> [Measure] {
      measures.map { measure in
        var own = measure
        let value = measure.estimate?.value
        own.value = .estimate(Estimate(value: value, halfWidth: nil, perReplication: [value]))
        return own
      }
    }
    let base = users(mean: 38, p50: 16, p99: 154, errors: 0.1, recovery: 0, step: 0)
    let against = users(mean: 30, p50: 20, p99: 90, errors: 0.2, recovery: 9, step: 0)
    #expect(
      verdict(once(base), once(against)) == [
        "retries against plain — users: no interval; use --replications 10."
      ])
  }

  @Test("Where one design answers nothing the sentence tells of the rows that have an interval")
  func answersNothing() {
    func unanswered(_ measures: [Measure]) -> [Measure] {
      measures.map { measure in
        var own = measure
        if measure.name.metric == "latency" {
          own.value = .estimate(
            Estimate(value: nil, halfWidth: nil, perReplication: [nil, nil, nil]))
        }
        return own
      }
    }
    let base = users(mean: 38, p50: 16, p99: 154, errors: 0.9, recovery: 0, step: 0)
    let against = users(mean: 30, p50: 20, p99: 90, errors: 0.85, recovery: 0, step: 100)
    let told = verdict(unanswered(base), against).joined()
    #expect(told.contains("users: errors no clear change ["), "\(told)")
    #expect(!told.contains("--replications"), "\(told)")
    let same = verdict(
      unanswered(base),
      users(
        mean: 30, p50: 20, p99: 90, errors: 0.9, recovery: 0, step: 0)
    ).joined()
    #expect(same.contains("errors identical"), "\(same)")
  }

  // MARK: Designs

  private func threshold(_ quantile: Double, _ condition: String, _ bound: Double) throws
    -> Threshold
  {
    Threshold(
      metric: try #require(ThresholdMetrics.all.first { $0.name == "latency" }),
      labels: [(.workload, "browse")], statistic: .quantile(quantile), comparison: .below,
      bound: bound, condition: condition)
  }

  /// A design and one that takes twice as long, both asked for the same.
  private func twoDesigns(_ asked: [(threshold: Threshold, measured: Double)]) -> ComparisonResult {
    let designs = [1.0, 2.0].map { factor in
      var design = sampleResult(factor: factor)
      design.thresholds = asked.map {
        ThresholdResult($0.threshold, measured: $0.measured * factor)
      }
      return design
    }
    return ComparisonResult(
      names: ["plain", "slow"], designs: designs, isPaired: true, requests: [[]], limits: [],
      hasWhole: true)
  }

  @Test("The verdict has p99, or the quantile that a threshold asks for")
  func quantile() throws {
    func words(_ result: ComparisonResult) -> [String] {
      result.contrasts.flatMap(ComparisonText(result).verdictLines)
    }
    #expect(
      words(twoDesigns([])) == [
        "slow against plain — browse: mean 9.00 → 18.00 ms (+100.0 %, worse), "
          + "p99 82.0 → 164 ms (+100.0 %, worse)."
      ])
    let asked = try [(threshold(0.999, "p(99.9) < 200ms", 200e6), 165.6e6)]
    #expect(
      words(twoDesigns(asked)) == [
        "slow against plain — browse: mean 9.00 → 18.00 ms (+100.0 %, worse), "
          + "p99.9 166 → 331 ms (+100.0 %, worse)."
      ])
  }

  @Test("All designs stand in one table, with what was measured of thresholds that are not met")
  func designs() throws {
    let asked = try [
      (threshold(0.99, "p(99) < 50ms", 50e6), 30e6),
      (threshold(0.999, "p(99.9) < 60ms", 60e6), 45e6),
      (threshold(0.5, "p(50) < 1s", 1e9), 1.745e6),
    ]
    let result = twoDesigns(asked)
    let text = ComparisonText(result).text
    let block = try #require(
      text.split(separator: "\n\n").first { $0.hasPrefix("DESIGNS") })
    // The page's table is made from the document, and holds the same cells.
    let document = try JSONTree(parsing: ComparisonJSON(result).text())
    let table = DesignsOverview(designs: document["designs"].list, workloads: ["browse"]).table
    let words = block.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    #expect(
      words == [
        "DESIGNS (ms) mean p50 p99 p99.9 goodput/s errors thresholds met",
        "plain 9.00 1.745 82.0 166 2,000 0 % ✓ 3 of 3",
        "slow 18.00 3.490 164 331 2,000 0 % ✗ 1 of 3: "
          + "latency{workload:browse}: p(99) < 50ms, measured 60.00 ms",
        "latency{workload:browse}: p(99.9) < 60ms, measured 90.00 ms",
      ])
    #expect(
      table.columns.map(\.name) == [
        "design (ms)", "mean", "p50", "p99", "p99.9", "goodput/s", "errors", "thresholds met",
      ])
    for (place, line) in [words[1], "\(words[2]); \(words[3])"].enumerated() {
      let cells = table.rows[place].map { $0.split(separator: " ±")[0] }
      #expect(cells.joined(separator: " ") == line)
    }
    #expect(table.rowStyles == [1: "bad"])
  }

  @Test("Without thresholds, prices and trouble the table has no columns for them")
  func plain() throws {
    let result = twoDesigns([])
    #expect(
      ComparisonText(result).designLines[0].split(separator: " ").map(String.init) == [
        "DESIGNS", "(ms)", "mean", "p50", "p99", "goodput/s", "errors",
      ])
  }

  // MARK: Luck

  @Test("Services that each design has for itself are named: they share no luck")
  func lonely() {
    func services(_ names: [String]) -> [Measure] {
      names.map { measure("service", $0, "utilization", .value, .ratio, 0.5, by: 0) }
    }
    func heading(_ base: [String], _ against: [String]) -> String {
      let result = ComparisonResult(
        names: ["a", "b"], designs: [services(base), services(against)], isPaired: true)
      return ComparisonText(result).text.split(separator: "\n").map(String.init)[1]
    }
    let same = "paired: same arrivals, keys, service luck and faults in all designs"
    #expect(heading(["db", "web"], ["db", "web"]) == same)
    // A tier more is a tier more: it is not another one renamed.
    #expect(heading(["db", "web"], ["web"]) == same)
    #expect(
      heading(["db", "web"], ["database", "web"])
        == "paired: same arrivals, keys and faults in all designs, same luck in services of one name; "
        + "without a partner: db of a and database of b")
  }

  // MARK: Watching

  @Test("A threshold that is another one is a change, though nothing that was measured is")
  func watched() throws {
    func run(_ conditions: [(String, Double)]) throws -> RunResult {
      var result = sampleResult()
      // Made-up runs have no replications' own ratios, which would be without intervals.
      result.completeMeasures = result.measures.filter { $0.name.metric != "errors" }
      result.thresholds = try conditions.map {
        ThresholdResult(try threshold(0.99, $0.0, $0.1), measured: 82.04e6)
      }
      return result
    }
    let last = try run([("p(99) < 50ms", 50e6), ("p(99) < 90ms", 90e6)])
    #expect(
      ComparisonText.change(from: last, to: last)
        == "CHANGE against the last run (paired by seed 7): identical\n")
    #expect(
      ComparisonText.change(
        from: last, to: try run([("p(99) < 90ms", 90e6), ("p(99) < 100ms", 100e6)]))
          == """
          CHANGE against the last run (paired by seed 7): measurements identical
            latency{workload:browse}: p(99) < 100ms: now ✓ 82.04 ms (was p(99) < 50ms: ✗ 82.04 ms)

          """)
    #expect(
      ComparisonText.change(from: last, to: try run([("p(99) < 90ms", 90e6)]))
        == """
        CHANGE against the last run (paired by seed 7): measurements identical
          latency{workload:browse}: p(99) < 50ms: no longer asked for

        """)
  }

  @Test("An axis of shares ends at 100 %, however far an interval reaches")
  func shares() {
    let axis = TimeCharts.shares([0.2, 1.3])
    #expect(axis.low == 0 && axis.high == 1)
    #expect(axis.ticks.last?.label == "100 %")
  }
}
