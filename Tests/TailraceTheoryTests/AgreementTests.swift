import Testing

@testable import TailraceTheory

/// Whole runs: the simulation must come to what the formula says.
///
/// Accepted is what lies within twice the 95 % interval, and the interval must be narrow: with
/// the seeds of these runs all do.
@Suite("Agreement") struct AgreementTests {
  struct Whole: Sendable, CustomTestStringConvertible {
    var formula: String
    var settings: [String]
    /// Metrics that must be there, as `name metric statistic`.
    var metrics: [String]
    /// How far theory may be from a limit or an approximation.
    var tolerance = 0.0

    var testDescription: String { formula }
  }

  static func rate(_ perSecond: Int) -> String {
    "workloads.users.arrivals.rate=\(perSecond)/s"
  }

  @Test("theory lies within twice the interval", arguments: all)
  func whole(_ one: Whole) throws {
    let checked = try Checked(Checked.server, one.settings)
    for metric in one.metrics {
      let words = metric.split(separator: " ").map(String.init)
      let row = try #require(
        checked.rows(words[0], words[1], words.count > 2 ? words[2] : nil)
          .first { $0.formula == one.formula },
        "no \(metric): \(checked.report.rows.map { "\($0.name) \($0.metric) \($0.formula)" }) \(checked.report.gaps.map(\.reason))"
      )
      try agree(row, one.tolerance)
    }
  }

  private func agree(_ row: TheoryRow, _ tolerance: Double = 0) throws {
    let value = try #require(row.simulated.value)
    let width = try #require(row.simulated.halfWidth)
    let slack = 2 * width + (row.resolution + tolerance) * row.theory
    #expect(
      abs(value - row.theory) <= slack,
      "\(row.name) \(row.metric) \(row.statistic ?? ""): \(value) +- \(width), not \(row.theory)")
    // Else everything would agree.
    #expect(width < 0.25 * row.theory, "\(row.metric): \(width) of \(row.theory)")
  }

  @Test("Each formula for stations has a whole run; M/M/1 and M/M/3 are one")
  func covered() {
    #expect(Self.all.count == StationFormulas.all.count + 1)
  }

  @Test("A tandem of M/M/1 queues: sojourn times are independent")
  func tandem() throws {
    let checked = try Checked(
      Checked.server,
      [
        "run.duration=200s", "workloads.users.steps=[{call: 'server'}, {call: 'other'}]",
        "services.other.handler=[{work: {type: 'exponential', mean: '4ms'}}]",
        "services.other.network={latency: '1ms'}",
      ])
    let row = try #require(checked.row("users", "latency", "p99"))
    #expect(row.formula == "M/M/1")
    try agree(row)
    try agree(try #require(checked.row("users", "latency", "mean")))
    try agree(try #require(checked.row("other", "wait", "mean")))
  }

  @Test("Feedback: Jackson's theorem gives means though arrivals are no Poisson stream")
  func feedback() throws {
    let checked = try Checked(
      Checked.server,
      [
        "run.duration=200s",
        "workloads.users.steps=[{call: 'server'}, {call: 'other'}, {call: 'server', when: {probability: 0.5}}]",
      ])
    try agree(try #require(checked.row("server", "wait", "mean")))
    try agree(try #require(checked.row("users", "latency", "mean")))
    #expect(checked.row("users", "latency", "p99")?.kind != .exact)
  }

  @Test("Shards of unequal load: each is a queue of its own, the service their mixture")
  func shards() throws {
    let checked = try Checked(
      Checked.server,
      [
        "run.duration=100s", "services.server.shards=4",
        "services.server.shard_by={key: 'item', policy: 'MODULO'}",
        "keys.item.popularity={type: 'zipf', exponent: 1}", rateOf(350),
      ])
    try agree(try #require(checked.row("server", "wait", "mean")))
    try agree(try #require(checked.row("users", "latency", "mean")))
    try agree(try #require(checked.row("users", "latency", "p99")))
  }

  private func rateOf(_ rate: Int) -> String { Self.rate(rate) }

  @Test("A fan-out of leaves without queues: order statistics, all and some")
  func fanOut() throws {
    for (join, formula) in [("all", "slowest of 20"), ("{responses: 15}", "answer 15 of 20")] {
      let checked = try Checked(
        Checked.server,
        [
          "services.server.shards=20", "services.server.concurrency=unlimited",
          "workloads.users.steps=[{scatter: 'server', wait_for: \(join == "all" ? "'all'" : join)}]",
        ])
      let row = try #require(checked.row("users", "latency", "p99"), "\(checked.report.gaps)")
      #expect(row.formula == "\(formula) independent")
      #expect(row.kind == .exact)
      try agree(row)
      try agree(try #require(checked.row("users", "latency", "mean")))
      if join == "all" {
        let slow = try #require(checked.row("users", "slower than a leaf's p99"))
        #expect(abs((slow.simulated.value ?? 0) - slow.theory) < 0.02)
      }
    }
  }

  @Test("Forked queues: exact for two, near for more, bounded as if independent")
  func forkJoin() throws {
    let two = try Checked(
      Checked.server,
      [
        "run.duration=200s", "services.server.shards=2",
        "workloads.users.steps=[{scatter: 'server'}]", Self.rate(150),
      ])
    let mean = try #require(two.row("users", "latency", "mean"))
    #expect(mean.kind == .exact)
    try agree(mean)
    let many = try Checked(
      Checked.server,
      [
        "run.duration=200s", "services.server.shards=8",
        "workloads.users.steps=[{scatter: 'server'}]", Self.rate(150),
      ])
    let near = try #require(many.row("users", "latency", "mean"))
    #expect(near.kind == .approximation)
    try agree(near, 0.05)
    let tail = try #require(many.row("users", "latency", "p99"))
    #expect(tail.kind == .upperBound)
    #expect(tail.verdict == .holds)
  }

  @Test("Leaves that fail each for itself: 1 - (1 - p)^n")
  func failures() throws {
    let checked = try Checked(
      Checked.server,
      [
        "services.server={shards: 50, concurrency: 'unlimited', handler: [{work: '1ms'}, {fail: 'application_error', when: {probability: 0.01}}]}",
        "workloads.users.steps=[{scatter: 'server'}]",
      ])
    let row = try #require(checked.row("users", "errors"))
    #expect(abs(row.theory - 0.39499393286) < 1e-9)
    try agree(row)
    #expect(checked.row("users", "latency") == nil)
  }

  @Test("A timeout over a fan-out without queues: what it cuts off and what is left")
  func cutOff() throws {
    let checked = try Checked(
      Checked.server,
      [
        "services.server={shards: 5, concurrency: 'unlimited', handler: [{work: {type: 'exponential', mean: '5ms'}}]}",
        "services.other={concurrency: 'unlimited', handler: [{scatter: 'server'}]}",
        "workloads.users.steps=[{call: 'other', timeout: '20ms'}]",
      ])
    try agree(try #require(checked.row("users", "timeouts"), "\(checked.report.gaps)"))
    try agree(try #require(checked.row("users", "latency", "p99")))
  }

  @Test("Machine repair, and a loop through two stations")
  func loops() throws {
    let closed = "closed: {clients: 12, think_time: {type: 'uniform', min: '10ms', max: '90ms'}}"
    let repair = try Checked(
      Checked.server,
      [
        "run.duration=200s", "services.server.concurrency=2",
        "workloads.users={\(closed), steps: [{call: 'server'}]}",
        "services.server.handler.job.work.mean=10ms",
      ])
    let mean = try #require(repair.row("users", "latency", "mean"), "\(repair.report.gaps)")
    #expect(mean.formula == "M/M/2//12")
    try agree(mean)
    try agree(try #require(repair.row("users", "goodput")))
    try agree(try #require(repair.row("server", "utilization")))
    let two = try Checked(
      Checked.server,
      [
        "run.duration=200s",
        "workloads.users={\(closed), steps: [{call: 'server'}, {call: 'other'}]}",
      ])
    try agree(try #require(two.row("users", "latency", "mean")))
    try agree(try #require(two.row("other", "queue_length")))
    let bound = try Checked(
      Checked.server,
      [
        "workloads.users={\(closed), steps: [{call: 'server'}]}",
        "services.server.handler.job.work=5ms",
      ])
    #expect(bound.row("users", "goodput")?.kind == .upperBound)
    #expect(bound.row("users", "goodput")?.verdict == .holds)
    #expect(bound.row("users", "latency", "mean")?.verdict == .holds)
    #expect(bound.claims.isEmpty)
  }

  @Test(
    "Hit ratios of LRU, FIFO and RANDOM; of equal keys exactly",
    arguments: ["LRU", "FIFO", "RANDOM"])
  func hitRatios(_ policy: String) throws {
    for popularity in ["{type: 'zipf', exponent: 0.9}", "{type: 'uniform'}"] {
      let checked = try Checked(
        Checked.server,
        [
          "keys.item={count: 2000, popularity: \(popularity)}",
          "workloads.users.arrivals.rate=4000/s",
          "caches={c: {max_entries: 300, eviction: '\(policy)'}}",
          "services.server={concurrency: 'unlimited', handler: [{cache: 'c', on_miss: []}]}",
        ])
      let row = try #require(checked.row("c", "hit_ratio"), "\(checked.report.gaps)")
      try agree(row, 0.01)
      #expect(row.kind == (popularity.contains("zipf") ? .approximation : .exact))
    }
  }

  @Test("Bounds hold where no formula does")
  func bounds() throws {
    let renewal = try Checked(
      Checked.server,
      [
        "workloads.users.arrivals={type: 'renewal', interval: {type: 'erlang', mean: '7ms', k: 2}}",
        "services.server.handler.job.work={type: 'uniform', min: '1ms', max: '9ms'}",
      ])
    let kingman = try #require(renewal.row("server", "wait", "mean"))
    #expect(kingman.formula == "Kingman's bound")
    #expect(kingman.verdict == .holds)
    let choices = try Checked(
      Checked.server,
      ["services.server.replicas=3", "services.server.lb_policy=LEAST_REQUEST", Self.rate(480)])
    let waits = choices.rows("server", "wait", "mean")
    #expect(waits.map(\.kind) == [.upperBound, .lowerBound])
    #expect(waits.allSatisfy { $0.verdict == .holds })
    #expect(choices.row("users", "latency", "p99")?.kind == .lowerBound)
    #expect(choices.row("users", "latency", "p99")?.verdict == .holds)
  }
}
