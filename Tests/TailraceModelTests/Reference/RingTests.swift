import Foundation
import Testing

@testable import TailraceModel

/// Shares of the ring against theory: exact lengths of arcs, over rings of many services.
@Suite("Hash rings of the reference") struct RingTests {
  static let cases = [
    (name: "conshash_N10_V1", shards: 10, points: 1, rings: 4_000),
    (name: "conshash_N10_V100", shards: 10, points: 100, rings: 500),
    (name: "conshash_N100_V100", shards: 100, points: 100, rings: 60),
  ]
  /// `case.metric` of what is judged here.
  static let metrics =
    cases.flatMap { ["\($0.name).share_mean", "\($0.name).share_cv"] }
    + ["conshash_N10_V1.max_share_mean", "conshash_move.moved_consistent"]

  /// The share of the hashes that each shard owns.
  private func shares(_ shards: Int, points: Int, ring: Int) -> [Double] {
    var policy = RingHash()
    policy.minimumSize = shards * points
    let memory = ShardFunction(policy, shards, service: "ring\(ring)").memory
    var shares = [Double](repeating: 0, count: shards)
    var before = memory.words[memory.words.count - 1]
    for (point, owner) in zip(memory.words, memory.cells) {
      shares[Int(owner)] += Double(point &- before) / 0x1p64
      before = point
    }
    return shares
  }

  /// Mean, coefficient of variation and mean of the largest share.
  private func figures(_ shards: Int, points: Int, rings: Int) -> (Double, Double, Double) {
    var (sum, squares, largest) = (0.0, 0.0, 0.0)
    for ring in 0..<rings {
      let own = shares(shards, points: points, ring: ring)
      sum += own.reduce(0, +)
      squares += own.reduce(0) { $0 + $1 * $1 }
      largest += own.max() ?? 0
    }
    let count = Double(rings * shards)
    let mean = sum / count
    let variation = (squares / count - mean * mean).squareRoot() / mean
    return (mean, variation, largest / Double(rings))
  }

  @Test("Shares have the mean and the spread of a Dirichlet law", arguments: 0..<cases.count)
  func spread(_ number: Int) throws {
    let one = Self.cases[number]
    let numbers = ReferenceNumber.byMetric("analytic.csv", one.name)
    let (mean, variation, largest) = figures(one.shards, points: one.points, rings: one.rings)
    let found = ["share_mean": mean, "share_cv": variation, "max_share_mean": largest]
    #expect(!numbers.isEmpty)
    for (metric, number) in numbers {
      let value = try #require(found[metric])
      #expect(
        abs(value - number.expected) <= number.tolerance * number.expected,
        "\(one.name).\(metric): \(value), not \(number.expected)")
    }
  }

  @Test("The largest share over the mean, as points make the ring even")
  func largest() {
    for (shards, points, expected) in [
      (10, 1, 2.93), (10, 10, 1.56), (10, 100, 1.16), (10, 160, 1.12), (100, 100, 1.27),
    ] {
      let rings = shards == 100 ? 100 : points == 1 ? 4_000 : 20_000 / points
      let ratio = figures(shards, points: points, rings: rings).2 * Double(shards)
      #expect(abs(ratio - expected) < 0.02 * expected, "\(shards) x \(points): \(ratio)")
    }
  }

  @Test("A node that joins ten takes one key of eleven, on average over rings")
  func moved() throws {
    let number = try #require(
      ReferenceNumber.byMetric("analytic.csv", "conshash_move")["moved_consistent"])
    var moved = 0
    let (rings, keys) = (200, UInt64(500))
    for ring in 0..<rings {
      func shards(_ count: Int) -> ShardFunction {
        var policy = RingHash()
        policy.minimumSize = 100 * count
        return ShardFunction(policy, count, service: "ring\(ring)")
      }
      let (before, after) = (shards(10), shards(11))
      // Other keys for each ring: the same ones would be the same hashes.
      for key in UInt64(ring) * keys..<UInt64(ring + 1) * keys
      where before.owner(key) != after.owner(key) { moved += 1 }
    }
    let share = Double(moved) / Double(UInt64(rings) * keys)
    #expect(abs(share - number.expected) <= number.tolerance * number.expected, "\(share)")
  }
}
