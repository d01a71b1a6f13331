import Foundation
import Tailrace
import TailraceExperiment
import TailraceReports
import TailraceTemplates
import Testing

@Suite("tailrace init") struct TemplateTests {
  /// The numbers in each template's answer, in their order: variant and metric.
  static let claims: [(template: String, keys: [String])] = [
    ("service", ["least-request:p99", "round-robin:p99", "random:p99", "least-request:util.api"]),
    (
      "cache",
      [
        "cache:hit.pages", "cache:util.db", "no-cache:util.db", "no-cache:mean", "cache:mean",
        "no-cache:p99", "cache:p99", "short-lived:hit.pages",
      ]
    ),
    (
      "shards",
      ["skewed:hottest", "even:hottest", "skewed:util.store", "two-replicas:p99", "skewed:p99"]
    ),
    (
      "sharded-cache",
      [
        "whole:hit.items", "whole:util.db", "node-lost:hit.items", "node-lost:util.db",
        "node-lost:p99", "whole:p99",
      ]
    ),
    (
      "scatter",
      ["all:p50", "all:p90", "all:p99", "48-of-50:p99", "deadline:p99", "deadline:degraded"]
    ),
    (
      "tiers",
      [
        "no-retries:err", "no-retries:p99", "retries:err", "retries:rec", "retries:p99",
        "budget:err", "budget:p99",
      ]
    ),
    (
      "hedging",
      [
        "plain:p99", "hedged:p99", "plain:p99.9", "hedged:p99.9", "hedged:extra.store",
        "sooner:p99", "sooner:extra.store",
      ]
    ),
    ("closed-loop", ["forty:rate", "forty:mean", "eighty:rate", "eighty:mean", "open:mean"]),
    ("quorum", ["one-of-three:p99", "two-of-three:p99", "all-three:p99"]),
    (
      "overload",
      ["endless-queue:err", "short-queue:err", "short-queue:mean", "lifo:mean", "lifo:p99"]
    ),
    ("capacity", ["base:util.api", "base:p99"]),
    (
      "mm1",
      ["80-percent:mean", "90-percent:mean", "80-percent:p99", "90-percent:p99", "even-work:mean"]
    ),
  ]

  private static func scenario(_ template: Template) throws -> Scenario {
    let text = template.text(file: "s.jsonc")
    return try Scenario.load(SourceText(name: "s.jsonc", bytes: Array(text.utf8)))
  }

  @Test("Each is valid, short, opens with its question and says how to change it")
  func shape() throws {
    #expect(Template.all.count >= 10)
    #expect(Set(Template.all.map(\.name)).count == Template.all.count)
    for template in Template.all {
      let scenario = try Self.scenario(template)
      #expect(scenario.name == template.name)
      let lines = template.text(file: "s.jsonc").split(separator: "\n").map(String.init)
      #expect(lines[0].hasPrefix("// Question: "), "\(template.name)")
      for part in ["// Answer: ", "// Change: ", "// Try:", "//   tailrace "] {
        #expect(lines.contains { $0.hasPrefix(part) }, "\(template.name): \(part)")
      }
      #expect(lines.count < 80 && lines.allSatisfy { $0.count <= 100 }, "\(template.name)")
    }
  }

  @Test("Every number of every answer is what the run gives", arguments: claims)
  func answers(template: String, keys: [String]) throws {
    let template = try #require(Template.named(template))
    let text = template.text(file: "s.jsonc")
    let head = text.prefix { $0 != "{" }.split(separator: "\n")
      .map { $0.drop { $0 == "/" || $0 == " " } }.joined(separator: " ")
    let start = try #require(head.range(of: "Answer: "))
    var rest = head[start.upperBound...]
    let scenario = try Self.scenario(template)
    var results: [String: RunResult] = [:]
    for key in keys {
      let parts = key.split(separator: ":").map(String.init)
      if results[parts[0]] == nil {
        var experiment = try #require(scenario.variant(parts[0])).experiment(of: scenario)
        experiment.jobs = 2
        results[parts[0]] = try experiment.run()
      }
      let value = try #require(results[parts[0]].flatMap { Self.value(parts[1], of: $0) })
      let found = try #require(rest.range(of: value), "\(template.name): \(key) is \(value)")
      rest = rest[found.upperBound...]
    }
  }

  /// A number as the answers write it.
  static func value(_ metric: String, of result: RunResult) -> String? {
    let workload = result.workloads[0]
    func time(_ nanoseconds: Double?) -> String? {
      nanoseconds.map { value in
        value >= 1e9
          ? DecimalText.significant(value / 1e9, digits: 3) + " s"
          : DecimalText.significant(value / 1e6, digits: 3) + " ms"
      }
    }
    let parts = metric.split(separator: ".", maxSplits: 1).map(String.init)
    switch parts[0] {
    case "mean": return time(workload.latencyMean.value)
    case "p50", "p90", "p99":
      let name = metric
      let quantile = workload.quantiles.first { DecimalText.percentile($0.quantile) == name }
      return time(quantile?.latency.value)
    case "err":
      let failed = workload.outcomes[2...].reduce(0, +)
      return DecimalText.percent(Double(failed) / Double(workload.requests))
    case "degraded":
      return DecimalText.percent(Double(workload.outcomes[1]) / Double(workload.requests))
    case "rate":
      return workload.offered.value.map { DecimalText.significant($0, digits: 3) + "/s" }
    case "hottest": return result.thresholds[0].measured.map { DecimalText.percent($0) }
    case "rec":
      return time(result.recoveries[0].after.value)
    default: break
    }
    let service = result.services.first { $0.name == parts[1] }
    switch parts[0] {
    case "util": return service?.utilization.value.map { DecimalText.percent($0) }
    case "extra": return service?.attempts?.extraLoad.map { DecimalText.percent($0) }
    case "hit":
      return result.caches.first { $0.name == parts[1] }?.hitRatio.value
        .map { DecimalText.percent($0) }
    default: return nil
    }
  }

  @Test("Every command that a template says to try works as it stands there")
  func commands() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    var count = 0
    for template in Template.all {
      let file = place.appending(path: "my-\(template.name).jsonc").path()
      #expect(try Program(["init", template.name, "-o", file]).status == 0)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.contains("\"name\": \"my-\(template.name)\""))
      for line in text.split(separator: "\n") where line.hasPrefix("//   tailrace ") {
        // Behind two blanks stands what it does.
        let end = line.dropFirst(5).range(of: "  ")?.lowerBound ?? line.endIndex
        var words = line[line.index(line.startIndex, offsetBy: 5)..<end]
          .split(separator: " ").map { $0.filter { $0 != "'" } }
        #expect(words.contains(file))
        if let out = words.firstIndex(of: "out") {
          words[out] = place.appending(path: "out").path()
        }
        // Words between quotes are one.
        if line.contains("'") {
          let quoted = try #require(line.split(separator: "'").dropFirst().first)
          let first = try #require(words.firstIndex { quoted.hasPrefix($0) })
          words.replaceSubrange(
            first..<(first + quoted.split(separator: " ").count), with: [String(quoted)])
        }
        let program = try Program(Array(words.dropFirst()))
        #expect(program.status == 0 || program.status == 99, "\(line): \(program.errors)")
        count += 1
      }
    }
    #expect(count > 20)
  }

  @Test("Lists, writes, and never overwrites")
  func files() throws {
    let list = try Program(["init", "--list"])
    let names = list.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(names.map(String.init) == Template.all.map(\.name) && list.status == 0)
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let file = place.appending(path: "shop.jsonc").path()
    let made = try Program(["init", "cache", "-o", file])
    #expect(made.status == 0 && made.output == "" && made.errors == "wrote \(file)\n")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let again = try Program(["init", "mm1", "-o", file])
    #expect(again.status == 1 && again.errors.contains("it is there already"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path()) == ["shop.jsonc"])
    let printed = try Program(["init", "-o", "-"])
    #expect(printed.output == Template.all[0].text(file: Template.all[0].name + ".jsonc"))
    let near = try Program(["init", "cahce"])
    #expect(near.status == 2 && near.errors.contains("did you mean 'cache'?"))
  }
}
