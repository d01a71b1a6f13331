import Foundation
import Testing

/// Sweeps as their users run them: at once, cut into tasks, killed and started again.
@Suite("Sweeps") struct SweepProgramTests {
  static let scenario = "scenarios/one-server.jsonc"
  /// 14 points of two short replications, some without a steady state.
  static let grid = [
    scenario, "--param", "workloads.users.arrivals.rate=200/s..1400/s step 200/s", "--param",
    "services.server.concurrency=1,2", "--set", "run.duration=3s", "--set", "run.warm_up=1s",
    "--replications", "2",
  ]

  private func folder() throws -> URL { try temporaryFolder() }

  private func bytes(_ file: URL) -> Data? { try? Data(contentsOf: file) }

  /// The table of one quiet run.
  private func whole(_ more: [String] = []) throws -> Data {
    let place = try folder()
    let program = try Program(["sweep"] + Self.grid + ["-o", place.path()] + more)
    #expect(program.status == 0)
    #expect(program.output.contains("unstable"))
    return try #require(bytes(place.appending(path: "sweep.csv")))
  }

  @Test("One header, and every row has as many cells; the same bytes for any number of cores")
  func table() throws {
    let one = try whole(["-j", "1"])
    #expect(try whole(["-j", "2"]) == one)
    let rows = String(decoding: one, as: UTF8.self).split(separator: "\n")
    #expect(
      Set(rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [19])
    #expect(rows.count { $0.contains(",latency,p99,") } == 14)
    let dry = try Program(["sweep"] + Self.grid + ["--dry-run"])
    #expect(dry.output == "7 × 2 = 14 points × 2 replications = 28 runs\n")
  }

  @Test("JSON has the numbers of the table")
  func json() throws {
    struct Document: Decodable {
      struct Point: Decodable {
        struct Row: Decodable {
          var metric: String
          var statistic: String
          var value: Double?
        }
        var status: String
        var values: [String]
        var rows: [Row]
      }
      var parameters: [String]
      var points: [Point]
    }
    let program = try Program(["sweep"] + Self.grid + ["--json"])
    let document = try JSONDecoder().decode(Document.self, from: Data(program.output.utf8))
    #expect(document.points.count == 14 && document.parameters.count == 2)
    #expect(document.points[0].values == ["200/s", "1"] && document.points[0].status == "ok")
    let table = String(decoding: try whole(), as: UTF8.self)
    var found = 0
    for point in document.points {
      for row in point.rows where row.metric == "latency" && row.statistic == "mean" {
        guard let value = row.value else { continue }
        #expect(table.contains(",latency,mean,ms,\(value),"))
        found += 1
      }
    }
    #expect(found >= 8)
  }

  @Test("The knee: the largest load that meets the thresholds, by 'plan' and by 'sweep'")
  func knee() throws {
    struct Document: Decodable {
      struct Knee: Decodable {
        var path: String
        var unit: String
        var pass: Double
        var fail: Double
      }
      var knee: Knee
    }
    let arguments = [
      Self.scenario, "--find-max", "workloads.users.arrivals.rate", "--threshold",
      "latency: p(99) < 20ms", "--set", "run.duration=10s", "--set", "run.warm_up=1s", "--json",
    ]
    let plan = try Program(["plan"] + arguments)
    #expect(plan.status == 0)
    #expect(try Program(["sweep"] + arguments).output == plan.output)
    let knee = try JSONDecoder().decode(Document.self, from: Data(plan.output.utf8)).knee
    // Exactly 1000 - ln(100) / 0.02 = 769.7 per second.
    #expect(knee.unit == "/s" && knee.pass < 769.8 && knee.fail > 769.7)
    let text = try Program(["plan"] + arguments.dropLast())
    #expect(text.output.contains("server: queue is"))
    let wrong = try Program([
      "plan", Self.scenario, "--find-max", "workloads.users.arrival.rate", "--threshold",
      "latency: p(99) < 20ms",
    ])
    #expect(wrong.status == 3 && wrong.errors.contains("did you mean 'arrivals'"))
    let none = try Program(["plan", Self.scenario, "--find-max", "workloads.users.arrivals.rate"])
    #expect(none.status == 2 && none.errors.contains("there is no threshold to meet"))
    let single = try Program([
      "plan", Self.scenario, "--find-max", "workloads.users.arrivals.rate", "--threshold",
      "utilization: max < 90%",
    ])
    #expect(single.status == 2 && single.errors.contains("looks at single intervals"))
  }

  /// M/M/c at 500/s of 1 ms: p99 is 9.2 ms with one slot, 4.9 with two.
  private static let priced = """
    { tailrace: 1, seed: 3, currency: "EUR", run: { duration: "11s", warm_up: "1s" },
      workloads: { users: { arrivals: { type: "poisson", rate: "500/s" }, steps: [{ call: "db" }] } },
      services: { db: { replicas: 1, price: { per_replica_hour: 2, per_million_requests: 0.5 },
        handler: [{ work: { type: "exponential", mean: "1ms" } }] } },
      thresholds: { "latency": ["p(99) < 7ms"] }, variants: { plain: {}, rich: { "services.db.price.per_replica_hour": 3 } } }
    """

  @Test("The cheapest design: text, JSON, files, and what it refuses")
  func cheapest() throws {
    let folder = try folder()
    let file = folder.appending(path: "priced.jsonc").path()
    try Data(Self.priced.utf8).write(to: URL(filePath: file))
    let search = ["plan", file, "--cheapest", "--param", "services.db.replicas=1..4"]
    let out = folder.appending(path: "out")
    let run = try Program(search + ["-o", out.path()])
    #expect(run.status == 0)
    // Two replicas at 2, and 1.8 million requests an hour at 0.5.
    #expect(
      run.output.contains(
        "cheapest of 4 designs that meets the threshold: db.replicas=2 at 4."))
    #expect(run.output.contains("EUR an hour (95 %)"))
    #expect(
      run.output == (try String(contentsOf: out.appending(path: "summary.txt"), encoding: .utf8)))
    let csv = try String(contentsOf: out.appending(path: "probes.csv"), encoding: .utf8)
    #expect(
      csv.hasPrefix("scenario,variant,seed,services.db.replicas,replications,status,judgement"))
    let json = try Program(search + ["--json"]).output
    #expect(json == (try String(contentsOf: out.appending(path: "summary.json"), encoding: .utf8)))
    #expect(json.contains("\"services.db.replicas\": \"2\""))
    // Prices decide between variants that are alike.
    let both = try Program(search + ["--variants", "rich,plain"])
    #expect(
      both.output.contains("cheapest of 8 designs that meets the threshold: plain, db.replicas=2"))
    let least = try Program(["plan", file, "--find-min", "services.db.replicas"])
    #expect(least.output.contains("2 costs 4."))
    let many = try Program([
      "plan", file, "--cheapest", "--param", "services.db.replicas=1..100", "--param",
      "services.db.concurrency=1..100",
    ])
    #expect(many.status == 2 && many.errors.contains("100 × 100 = 10000 points; at most 4096"))
    let free = try Program(search + ["--set", "services.db.price=null"])
    #expect(free.status == 2 && free.errors.contains("nothing has a price"))
    let stray = try Program([
      "plan", file, "--find-min", "services.db.replicas", "--param", "seed=1",
    ])
    #expect(stray.status == 2 && stray.errors.contains("'--param' needs '--cheapest'"))
    let wrong = try Program(["plan", file, "--cheapest", "--param", "services.db.replicas=2,none"])
    #expect(wrong.status == 3 && wrong.errors.contains("replicas"))
  }

  @Test("A point of a sweep has the numbers that 'run' gives")
  func sameAsRun() throws {
    let table = String(decoding: try whole(), as: UTF8.self)
    let run = try folder()
    _ = try Program([
      "run", Self.scenario, "--set", "workloads.users.arrivals.rate=600/s", "--set",
      "services.server.concurrency=2", "--set", "run.duration=3s", "--set", "run.warm_up=1s",
      "--replications", "2", "-o", run.path(),
    ])
    let summary = String(
      decoding: try #require(bytes(run.appending(path: "summary.csv"))), as: UTF8.self)
    var compared = 0
    for row in summary.split(separator: "\n").dropFirst() where row.contains("base,,42,") {
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      if ["count", "max"].contains(cells[7]) { continue }
      let end = cells[4...].joined(separator: ",")
      #expect(table.contains("600/s,services.server.concurrency,2,1.000000000,ok,\(end)\n"))
      compared += 1
    }
    #expect(compared > 10)
  }

  @Test(
    "Slot time per request is the used slots' time over the requests: utilization x slots / rate")
  func slotTime() throws {
    let rows = String(decoding: try whole(), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = rows[0]
    func cell(_ row: [String], _ name: String) throws -> String {
      let place = try #require(names.firstIndex(of: name))
      return try #require(row.count > place ? row[place] : nil)
    }
    func value(_ row: [String], _ metric: String, _ statistic: String) throws -> Double {
      let same = try rows.first { other in
        try ["variant", "param_1_value", "param_2_value"].allSatisfy {
          try cell(other, $0) == cell(row, $0)
        } && cell(other, "metric") == metric && cell(other, "statistic") == statistic
      }
      let text = try cell(same ?? [], "value")
      return try #require(Double(text))
    }
    var compared = 0
    for row in rows.dropFirst() where try cell(row, "metric") == "slot_time" {
      let slots = Double(try cell(row, "param_2_value")) ?? .nan
      let expected =
        try value(row, "utilization", "value") * slots / value(row, "offered", "value") * 1e3
      let found = Double(try cell(row, "value")) ?? .nan
      #expect((found - expected).magnitude < 1e-9 * expected)
      compared += 1
    }
    #expect(compared > 3)
  }

  // MARK: Tasks

  private func part(_ task: Int, of count: Int, _ place: URL) throws -> Int32 {
    try Program(
      ["sweep"] + Self.grid + [
        "--task-id", "\(task)", "--task-count", "\(count)", "--results", place.path(),
      ]
    ).status
  }

  private func merge(_ count: Int, _ place: URL, _ out: URL) throws -> Program {
    try Program(
      ["merge"] + Self.grid + [
        "--task-count", "\(count)", "--results", place.path(), "--out", out.path(),
      ])
  }

  private func missing(_ count: Int, _ place: URL, _ form: String = "lines") throws -> Program {
    try Program(
      ["missing"] + Self.grid + [
        "--task-count", "\(count)", "--results", place.path(), "--format", form,
      ])
  }

  @Test("Cut into 1, 3, 7 or 14 tasks, in any order, the merged bytes are those of one run")
  func tasks() throws {
    let expected = try whole()
    for count in [1, 3, 7, 14] {
      let place = try folder()
      for task in (0..<count).reversed() { #expect(try part(task, of: count, place) == 0) }
      #expect(try missing(count, place).output.isEmpty)
      let out = place.appending(path: "merged.csv")
      #expect(try merge(count, place, out).status == 0)
      #expect(bytes(out) == expected, "\(count) tasks")
    }
  }

  @Test("Truncated, changed, swapped, foreign and absent parts are named and refused")
  func defects() throws {
    let place = try folder()
    for task in 0..<7 { _ = try part(task, of: 7, place) }
    func file(_ task: Int) -> URL {
      place.appending(path: "shard-00000\(task)-of-000007.tlr")
    }
    let good = try (0..<7).map { try #require(bytes(file($0))) }
    // Nothing is run again, and nothing changes, where all is there.
    let date = try FileManager.default.attributesOfItem(atPath: file(2).path())[.modificationDate]
    #expect(try part(2, of: 7, place) == 0)
    #expect(
      try FileManager.default.attributesOfItem(atPath: file(2).path())[.modificationDate] as? Date
        == date as? Date)
    try good[0].dropLast(5).write(to: file(0))
    var changed = good[1]
    changed[changed.count / 2] ^= 1
    try changed.write(to: file(1))
    try good[3].write(to: file(2))
    try good[2].write(to: file(3))
    try FileManager.default.removeItem(at: file(4))
    let other = try folder()
    _ = try Program(
      ["sweep"] + Self.grid + [
        "--seed", "7", "--task-id", "5", "--task-count", "7", "--results", other.path(),
      ])
    try #require(bytes(other.appending(path: file(5).lastPathComponent))).write(to: file(5))
    try Data("half".utf8).write(to: place.appending(path: ".shard-000006-of-000007.tlr.1.tmp"))
    let gaps = try missing(7, place, "ranges")
    #expect(gaps.status == 5 && gaps.output == "0-5\n")
    for words in [
      "part 0: truncated", "part 1: damaged", "part 2: of another place", "part 5: of another plan",
    ] {
      #expect(gaps.errors.contains(words), "\(words)")
    }
    #expect(try missing(7, place).output == "0\n1\n2\n3\n4\n5\n")
    let out = place.appending(path: "merged.csv")
    let merged = try merge(7, place, out)
    #expect(merged.status == 5 && merged.errors.contains("part 4: absent"))
    #expect(bytes(out) == nil)
    for task in 0..<6 { #expect(try part(task, of: 7, place) == 0) }
    #expect(try merge(7, place, out).status == 0)
    #expect(try bytes(out) == whole())
    #expect(try (0..<7).map { try #require(bytes(file($0))) } == good)
  }

  @Test("'auto' reads the first variable that is set; never the count of an array")
  func auto() throws {
    let place = try folder()
    let arguments =
      ["sweep"] + Self.grid + [
        "--task-id", "auto", "--task-count", "14", "--results", place.path(),
      ]
    let first = try Program(
      arguments,
      environment: [
        "SLURM_ARRAY_TASK_ID": "3", "JOB_COMPLETION_INDEX": "9", "SLURM_ARRAY_TASK_COUNT": "2",
      ])
    #expect(first.status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.path())
        == ["shard-000003-of-000014.tlr"])
    let none = try Program(arguments)
    #expect(none.status == 2 && none.errors.contains("finds none of TAILRACE_TASK_ID"))
    let far = try Program(arguments, environment: ["JOB_COMPLETION_INDEX": "14"])
    #expect(far.status == 2 && far.errors.contains("from 0 to 13"))
  }

  @Test("Two processes on one task: both succeed, and the part is whole")
  func atOnce() throws {
    let place = try folder()
    let arguments =
      ["sweep"] + Self.grid + [
        "--task-id", "1", "--task-count", "2", "--results", place.path(),
      ]
    let one = try Program.Running(arguments)
    let other = try Program.Running(arguments)
    #expect(try one.finish(closingInput: true).status == 0)
    #expect(try other.finish(closingInput: true).status == 0)
    #expect(try missing(2, place).output == "0\n")
  }

  // MARK: Kills

  @Test("Killed ten times at any moment and started again: the bytes of one quiet run")
  func kills() throws {
    let expected = try whole()
    let place = try folder()
    let arguments = ["sweep"] + Self.grid + ["-o", place.path(), "-j", "1"]
    var kills = 0
    var wait = 5_000
    while kills < 10 {
      let running = try Program.Running(arguments, dies: true)
      usleep(UInt32(wait))
      wait = (wait * 7 + 3_000) % 61_000
      if !running.process.isRunning { break }
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.finish(closingInput: true)
      kills += 1
    }
    // A kill may leave a torn entry at the end.
    let journal = place.appending(path: "sweep.journal")
    if var torn = bytes(journal) {
      torn.append(contentsOf: Data("point 3 100000\nhalf of it".utf8))
      try torn.write(to: journal)
    }
    let last = try Program(arguments)
    #expect(last.status == 0)
    #expect(bytes(place.appending(path: "sweep.csv")) == expected)
    #expect(bytes(journal) == nil, "the journal goes when all is done")
  }

  @Test("The journal of another sweep is refused, not mixed in")
  func foreignJournal() throws {
    let place = try folder()
    try Data("tailrace-journal 1 tool=0.1.0 plan=0000\n".utf8).write(
      to: place.appending(path: "sweep.journal"))
    let program = try Program(["sweep"] + Self.grid + ["-o", place.path()])
    #expect(program.status == 1 && program.errors.contains("belongs to another sweep"))
  }
}
