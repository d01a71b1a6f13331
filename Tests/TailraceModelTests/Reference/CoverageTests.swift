import Foundation
import Testing

@testable import TailraceModel

/// Nothing in the reference is forgotten: a number is tested, or its mechanism is named here.
@Suite("Coverage of the reference") struct CoverageTests {
  /// Cases (or `case.metric`) that wait for a mechanism; a `*` at the end stands for any ending.
  static let left: [(mechanism: String, names: [String])] = [
    ("set-up times", ["mm1_setup_exp"]),
    ("keep-alive times", ["keepalive_cold"]),
    // The file itself says that independent leaves do not give this table.
    ("leaves that depend on each other", ["tail_table1"]),
  ]

  /// Cases of `trace_replay.csv` that TailraceScenarioTests judges, which read files: there
  /// `TraceReplayTests` sees that it leaves out none of them.
  static let replayed = ["replay_azure_*", "worldcup_fluid_*"]

  private static func isAmong(_ names: [String], _ number: ReferenceNumber) -> Bool {
    names.contains { name in
      for full in [number.name, "\(number.name).\(number.metric)"] {
        if name == full || name.hasSuffix("*") && full.hasPrefix(name.dropLast()) { return true }
      }
      return false
    }
  }

  /// `case.metric` of every number that some test judges.
  private static func tested() -> Set<String> {
    var found = Set<String>()
    for one in AnalyticCase.all {
      // What a case measures shows in a run of any length.
      for metric in one.metrics() { found.insert("\(one.name).\(metric)") }
    }
    for number in ReferenceNumber.read("analytic.csv") where number.name == TransientTests.name {
      found.insert("\(number.name).\(number.metric)")
    }
    for number in ReferenceNumber.read("micro.csv")
    where MicroTests.words.contains(where: { number.name == "micro_\($0)_o" })
      || OutageTests.names.contains(number.name)
    {
      found.insert("\(number.name).\(number.metric)")
    }
    for number in ReferenceNumber.read("trace_replay.csv") where isAmong(replayed, number) {
      found.insert("\(number.name).\(number.metric)")
    }
    found.formUnion(AmplificationTests.names)
    found.insert("\(AnalyticTests.move.name).\(AnalyticTests.move.metric)")
    found.formUnion(CacheReferenceTests.tested)
    found.formUnion(["origin_plain", "origin_singleflight"].map { "thundering_herd.\($0)" })
    found.formUnion(RingTests.metrics)
    found.formUnion(LostCacheTests.metrics)
    found.formUnion(LeaseTests.metrics)
    found.formUnion(BigTableTests.metrics)
    found.insert(HashBalancingTests.reference)
    found.insert("\(TokenBucketTests.name).admitted")
    return found.union(OmissionTests.metrics.map { "coordinated_omission_hdr.\($0)" })
  }

  /// The page that tells how many there are.
  private static func validation() throws -> String {
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
    return try String(
      contentsOf: root.appending(path: "Sources/Tailrace/Tailrace.docc/Validation.md"),
      encoding: .utf8)
  }

  @Test("Every number is tested or waits for a mechanism")
  func everyNumber() throws {
    let tested = Self.tested()
    var known = Set<String>()
    var all: [ReferenceNumber] = []
    for file in ["micro.csv", "trace_replay.csv", "analytic.csv", "published.csv"] {
      let numbers = ReferenceNumber.read(file)
      #expect(numbers.count > 40, "\(file) is not there")
      all += numbers
      for number in numbers {
        let name = "\(number.name).\(number.metric)"
        let isLeft = Self.left.contains { Self.isAmong($0.names, number) }
        #expect(tested.contains(name) || isLeft, "\(name) is forgotten")
        #expect(!tested.contains(name) || !isLeft, "\(name) is not left out")
        known.insert(name)
      }
    }
    for name in tested where !known.contains(name) { Issue.record("\(name) is in no file") }
    let count = all.count { tested.contains("\($0.name).\($0.metric)") }
    print("\(count) of the reference's \(all.count) numbers are tested; the others wait for")
    #expect(try Self.validation().contains("**\(count) of its \(all.count) numbers are tested.**"))
    for (mechanism, names) in Self.left {
      for name in names where !all.contains(where: { Self.isAmong([name], $0) }) {
        Issue.record("\(name) is in no file")
      }
      let count = all.count { Self.isAmong(names, $0) }
      print("  \(mechanism): \(count) (\(names.joined(separator: ", ")))")
    }
  }
}
