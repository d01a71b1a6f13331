import Foundation
import Testing

@testable import TailraceModel

/// Dean and Barroso's benchmark, as the bundled scenario has it: its results, which another test
/// finds to be what its command writes, are judged here. 12,000 batches of 1,000 reads each.
@Suite("BigTable in the reference") struct BigTableTests {
  static let name = "tail_bigtable"
  /// `case.metric` of what is judged here.
  static let metrics = ["p999_plain", "p999_hedged", "extra"].map { "\(name).\($0)" }

  /// The fields of each line of a file of results below its head.
  private func rows(_ path: String) throws -> [[String: String]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../results/bigtable-hedging/\(path)").standardized
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let head = try #require(lines.first)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(head, $0)) }
  }

  /// The 99.9th percentile of all replications' batches, in milliseconds.
  private func p999(_ variant: String) throws -> Double {
    var batches: [(latency: Double, count: Double)] = []
    for row in try rows("\(variant)/latency_histogram.csv") where row["workload"] == "batches" {
      let upper = try #require(row["bucket_high_ms"].flatMap { Double($0) })
      let count = try #require(row["count"].flatMap { Double($0) })
      batches.append((upper, count))
    }
    batches.sort { $0.latency < $1.latency }
    var beyond = 0.001 * batches.reduce(0) { $0 + $1.count }
    for batch in batches.reversed() {
      beyond -= batch.count
      if beyond < 0 { return batch.latency }
    }
    return .nan
  }

  @Test("A copy after 10 ms takes 96 % off the 99.9th percentile, for 2 % more reads")
  func numbers() throws {
    let numbers = ReferenceNumber.byMetric("published.csv", Self.name)
    let calls = try rows("hedged/calls.csv").filter { $0["to"] == "tablet" }
    func sum(_ field: String) -> Double {
      calls.reduce(0) { $0 + (($1[field]).flatMap { Double($0) } ?? .nan) }
    }
    let found = [
      "p999_plain": try p999("plain"), "p999_hedged": try p999("hedged"),
      "extra": sum("hedges") / sum("calls"),
    ]
    #expect(sum("calls") > 1e7 && numbers.count == found.count)
    for (metric, value) in found.sorted(by: { $0.key < $1.key }) {
      let number = try #require(numbers[metric])
      #expect(
        abs(value - number.expected) <= number.tolerance * number.expected,
        "\(metric) is \(value), not \(number.expected)")
    }
  }
}
