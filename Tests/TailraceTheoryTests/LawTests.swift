import TailraceEngine
import Testing

@testable import TailraceModel
@testable import TailraceTheory

/// Distribution functions against the draws of the engine, and moments against the functions.
@Suite("Laws of times") struct LawTests {
  static let laws: [(String, LawSpec)] = [
    ("uniform", .uniform(1, 3)), ("exponential", .exponential(mean: 2)),
    ("erlang", .erlang(mean: 2, stages: 3)), ("gamma", .gamma(mean: 2, variation: 0.5)),
    ("heavy gamma", .gamma(mean: 2, variation: 1.5)),
    ("lognormal", .lognormal(LognormalLaw(mean: 2, variation: 0.8))),
    ("normal", .normal(mean: 2, variation: 0.2)), ("weibull", .weibull(mean: 2, shape: 1.7)),
    ("pareto", .pareto(minimum: 1, shape: 4, maximum: nil)),
    ("bounded pareto", .pareto(minimum: 1, shape: 1.2, maximum: 50)),
    (
      "quantiles",
      .quantiles([
        .init(level: 0, value: 1), .init(level: 0.5, value: 2), .init(level: 1, value: 9),
      ])
    ),
    (
      "buckets", .buckets([.init(upperBound: 1, count: 3), .init(upperBound: 5, count: 1)])
    ),
    (
      "mixture",
      .mixture([
        .init(weight: 9, law: .exponential(mean: 1)), .init(weight: 1, law: .uniform(5, 7)),
      ])
    ),
  ]

  @Test("The mean and the variance are those of the distribution function", arguments: laws)
  func moments(_ name: String, _ law: LawSpec) throws {
    let known = try law.distribution(LawContext())
    let (mean, variance) = TimeDistribution.moments(known.below, scale: known.mean)
    #expect(abs(mean - known.mean) < 2e-3 * known.mean, "\(name): mean \(mean), \(known.mean)")
    #expect(
      abs(variance - known.variance) < 2e-2 * known.variance,
      "\(name): variance \(variance), \(known.variance)")
    #expect(abs(known.mean - (law.mean ?? 0)) < 1e-9 * known.mean)
  }

  @Test("A quantile is where the distribution function reaches it", arguments: laws)
  func quantiles(_ name: String, _ law: LawSpec) throws {
    let known = try law.distribution(LawContext())
    for share in [0.01, 0.5, 0.9, 0.999] {
      #expect(abs(known.below(known.quantile(share)) - share) < 1e-6, "\(name) at \(share)")
    }
  }

  @Test("Laws whose draws hang together with others are refused by name")
  func refused() {
    func why(_ law: LawSpec) -> String? {
      do throws(Unknown) { _ = try law.distribution(LawContext()) } catch { return error.why }
      return nil
    }
    #expect(why(.sequence([1])) == "given one by one")
    #expect(why(.byClass(["a": .constant(1)])) == "one law for each class")
    #expect(
      why(.linear(base: .constant(1), [.init("tokens", .constant(1))]))
        == "in proportion to 'tokens' of the request")
  }

  @Test("A scatter's share scales the part that is in proportion to it")
  func shares() throws {
    let law = LawSpec.linear(
      base: .constant(1), [.init("share", .exponential(mean: 200))])
    let known = try law.distribution(LawContext(share: 1.0 / 16))
    #expect(abs(known.mean - 13.5) < 1e-12)
    #expect(abs(known.below(13.5) - (1 - PortableMath.exp(-1))) < 1e-12)
  }

  @Test("The sum of exponentials is Erlang, within the grid's 0.1 %")
  func sums() throws {
    let sum = TimeDistribution.sum(
      of: Array(repeating: .exponential(mean: 1), count: 3) + [.constant(2)])
    let erlang = try LawSpec.erlang(mean: 3, stages: 3).distribution(LawContext())
    for share in [0.1, 0.5, 0.99, 0.999] {
      let expected = erlang.quantile(share) + 2
      #expect(abs(sum.quantile(share) - expected) < 1e-3 * expected)
    }
    #expect(sum.mean == 5)
    #expect(sum.variance == 3)
  }

  @Test("What would take minutes to add up is refused, not computed")
  func dear() {
    let leaf = LatencyNode.time(.exponential(mean: 1))
    let long = LatencyNode.series(Array(repeating: leaf, count: 40))
    #expect(throws: Unknown.self) { try long.unloaded() }
    let short = LatencyNode.series(Array(repeating: leaf, count: 4))
    #expect(throws: Never.self) { try short.unloaded() }
    let nested = LatencyNode.join(
      [
        (
          .series([
            leaf,
            .join(
              [(.series([leaf, .join([(.series([leaf, leaf]), 2)], needed: 2)]), 3)], needed: 3),
          ]), 9
        )
      ], needed: 9)
    #expect(throws: Unknown.self) { try nested.unloaded() }
  }
}
