import Foundation
import Tailrace
import Testing

@testable import TailraceReports

/// What stands in files: the bundled results, and what commands write that have no bundled files.
struct WrittenFiles {
  /// Tables by file name, with what the columns `<path>` stand for.
  private(set) var tables: [String: [(path: String, varying: [String])]] = [:]

  init(commandsIn folder: URL) throws {
    let results = Library.root.appending(path: "results")
    for case let file as URL in FileManager.default.enumerator(
      at: results, includingPropertiesForKeys: nil) ?? .init()
    where file.pathExtension == "csv" {
      tables[file.lastPathComponent, default: []].append((file.path(), []))
    }
    for (number, (arguments, varying)) in Self.commands.enumerated() {
      let place = folder.appending(path: "\(number)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let requests = place.appending(path: "requests.csv").path()
      let output =
        arguments[0] == "run" ? ["--requests", requests, "--sample", "500"] : ["-o", place.path()]
      let ended = try Program(arguments + output + ["-q"])
      try #require(ended.errors.filter { $0 != "\n" }.isEmpty || ended.status != 1)
      let written = try FileManager.default.contentsOfDirectory(atPath: place.path())
      for name in written.sorted() where name.hasSuffix(".csv") {
        tables[name, default: []].append((place.appending(path: name).path(), varying))
      }
    }
  }

  /// Commands and what they vary.
  private static let commands: [(arguments: [String], varying: [String])] = [
    (["run", "scenarios/flash-crowd.jsonc", "--variant", "unbounded"], []),
    (["compare", "scenarios/cache-vs-no-cache.jsonc", "--set", "run.duration=62s"], []),
    (
      [
        "sweep", "scenarios/one-server.jsonc", "--set", "run.duration=20s",
        "--param", "workloads.users.arrivals.rate=100/s,1100/s",
        "--param", "services.server.concurrency=1,2", "--threshold", "latency: p(99) < 9ms",
      ], ["workloads.users.arrivals.rate", "services.server.concurrency"]
    ),
    (
      [
        "plan", "scenarios/one-server.jsonc", "--find-max", "workloads.users.arrivals.rate",
        "--threshold", "latency: p(99) < 20ms", "--set", "run.duration=20s",
      ], ["workloads.users.arrivals.rate"]
    ),
    (
      [
        "plan", "scenarios/cheapest-design.jsonc", "--cheapest", "--set", "run.duration=6s",
        "--param", "services.web.replicas=4,6", "--param", "services.db.replicas=2,3",
        "--max-replications", "10",
      ], ["services.web.replicas", "services.db.replicas"]
    ),
  ]
}

/// How often a column's cells were full and empty, and the first that its unit does not allow.
private struct Tally {
  var full = 0
  var empty = 0
  var misfit: String?

  mutating func add(_ cell: String, _ unit: CSVColumn.Unit) {
    if cell.isEmpty {
      empty += 1
      return
    }
    full += 1
    let fits =
      switch unit {
      case .text: true
      case .count, .bytes, .nanoseconds: cell.utf8.allSatisfy { (48...57).contains($0) }
      case .number, .ratio, .milliseconds, .seconds, .ofRow, .ofMetric:
        Double(cell)?.isFinite == true
      }
    if !fits, misfit == nil { misfit = cell }
  }
}

@Suite("CSV files as declared") struct CSVDeclarationTests {
  /// Columns that may be empty, but are full in all files at hand, and what it would take.
  static let neverMet = [
    "comparison.csv base": "a metric that only one design has a value of",
    "comparison.csv against": "a metric that only one design has a value of",
    "comparison.csv difference": "a metric that only one design has a value of",
    "completeness.csv workload": "more workloads and services than are told apart",
    "stragglers.csv workload": "more workloads and services than are told apart",
    "replicas_over_time.csv utilization_ratio": "several replicas without a limit of slots",
    "probes.csv measured": "a search that answers nothing",
    "probes.csv low": "a search that answers nothing",
    "probes.csv high": "a search that answers nothing",
    "requests.csv finished_s": "a run that is cut short",
    "requests.csv latency_ms": "a run that is cut short",
    "requests.csv queue_ms": "a run that is cut short",
    "requests.csv work_ms": "a run that is cut short",
    "requests.csv network_ms": "a run that is cut short",
    "requests.csv critical_service": "a request that works nowhere",
    "services.csv replica": "a service of more replicas than have rows",
    "shards.csv over_mean_ratio": "a service that nobody calls",
    "shards.csv wait_mean_ms": "a shard that nobody calls",
    "shards.csv latency_mean_ms": "a shard that never answers",
    "sweep.csv warm_up_s": "a point that is no valid scenario",
    "sweep.csv entity_kind": "a point that is no valid scenario",
    "sweep.csv entity": "a point that is no valid scenario",
    "sweep.csv metric": "a point that is no valid scenario",
    "sweep.csv statistic": "a point that is no valid scenario",
    "sweep.csv unit": "a point that is no valid scenario",
    "sweep.csv n": "a point that is no valid scenario",
  ]

  @Test("Every file written has the declared columns in order, full and empty where declared")
  func written() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let tables = try WrittenFiles(commandsIn: folder).tables
    #expect(Set(tables.keys) == Set(CSVFile.all.map(\.name)))
    var neverMet: Set<String> = []
    for file in CSVFile.all {
      var tallies: [String: Tally] = [:]
      for (path, varying) in tables[file.name] ?? [] {
        let rows = CSVLines.cells(of: try String(contentsOfFile: path, encoding: .utf8))
        let header = file.header(varying: varying)
        #expect(rows.first == header, "\(path)")
        let units = Dictionary(file.columns.map { ($0.name, $0.unit) }) { first, _ in first }
        for row in rows.dropFirst() {
          try #require(row.count == header.count, "\(path): \(row)")
          for (name, cell) in zip(header, row) {
            tallies[name, default: Tally()].add(cell, units[name] ?? .text)
          }
        }
      }
      for column in file.columns where !column.isRepeated {
        let tally = tallies[column.name] ?? Tally()
        let name = "\(file.name) \(column.name)"
        #expect(tally.misfit == nil, "\(name) is no \(column.unit.rawValue)")
        switch column.presence {
        case .always: #expect(tally.empty == 0 && tally.full > 0, "\(name)")
        case .never: #expect(tally.full == 0, "\(name)")
        case .unless:
          #expect(tally.full > 0, "\(name)")
          if tally.empty == 0 { neverMet.insert(name) }
        }
      }
    }
    #expect(neverMet.subtracting(Self.neverMet.keys) == [])
    #expect(Set(Self.neverMet.keys).subtracting(neverMet) == [])
  }

  @Test("Names end with their units; meanings are phrases")
  func style() {
    for file in CSVFile.all {
      #expect(Set(file.columns.map(\.name)).count == file.columns.count, "\(file.name)")
      for column in file.columns {
        let name = "\(file.name) \(column.name)"
        for (ending, unit) in [
          ("_ms", CSVColumn.Unit.milliseconds), ("_s", .seconds), ("_ns", .nanoseconds),
          ("_ratio", .ratio), ("_count", .count), ("_bytes", .bytes),
        ] where column.name.hasSuffix(ending) {
          #expect(column.unit == unit, "\(name)")
        }
        #expect(!column.meaning.isEmpty && !column.meaning.hasSuffix("."), "\(name)")
      }
    }
    #expect(CSVFile.all.map(\.name) == CSVFile.all.map(\.name).sorted())
  }

  @Test("A column of a path stands once for each path")
  func repeated() {
    #expect(
      CSVFile.sweep.header(varying: ["a.b", "c"]).prefix(9) == [
        "scenario", "variant", "replication", "seed", "param_1_path", "param_1_value",
        "param_2_path", "param_2_value", "warm_up_s",
      ])
    #expect(
      CSVFile.probes.header(varying: ["a.b", "c"]).prefix(6) == [
        "scenario", "variant", "seed", "a.b", "c", "replications",
      ])
    #expect(CSVFile.sweep.header.prefix(5).last == "warm_up_s")
  }

  @Test("explain tells of all files, of each with its columns, and helps with a misspelt one")
  func explain() throws {
    let all = try Program(["explain", "csv"])
    #expect(all.status == 0)
    let document = try #require(
      JSONSerialization.jsonObject(
        with: Data(try Program(["explain", "csv", "--json"]).output.utf8)) as? [String: Any])
    #expect((document["conventions"] as? [Any])?.count == CSVConvention.all.count)
    #expect((document["files"] as? [Any])?.count == CSVFile.all.count)
    for file in CSVFile.all {
      #expect(all.output.contains("  \(file.name) "))
      let one = try Program(["explain", file.name])
      let lines = one.output.split(separator: "\n")
      #expect(lines.first == "\(file.name): a row per \(file.row).")
      for column in file.columns {
        #expect(lines.contains { $0.hasPrefix("  \(column.name) ") }, "\(file.name)")
      }
      let json = try #require(
        JSONSerialization.jsonObject(
          with: Data(try Program(["explain", file.name, "--json"]).output.utf8)) as? [String: Any])
      let columns = try #require(json["columns"] as? [[String: Any]])
      #expect(columns.compactMap { $0["column"] as? String } == file.columns.map(\.name))
    }
    let slip = try Program(["explain", "latency_percentile.csv"])
    #expect(slip.status == 2 && slip.errors.contains("did you mean 'latency_percentiles.csv'?"))
  }

  @Test("The README's table is made of the declarations")
  func readme() throws {
    let text = try String(
      contentsOf: Library.root.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## CSV\n").dropFirst().first)
    let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n")
      .filter { $0.hasPrefix("| `") }.map(String.init)
    let declared = CSVFile.all.map { file in
      "| `\(file.name)` | \(file.row) | "
        + file.commands.map(\.rawValue).joined(separator: ", ")
        + (file.condition.map { ": \($0)" } ?? "") + " |"
    }
    #expect(rows == declared, "\n\(declared.joined(separator: "\n"))")
  }
}
