import TailraceEngine

/// GI/M/1: independent gaps between arrivals, exponential work, one server.
///
/// Kendall 1953; Kleinrock I (1975), 6.4: an arrival waits with probability sigma, the root of
/// sigma = A*(mu (1 - sigma)), and then exponentially.
public struct GIM1: Sendable {
  public var work: Double
  /// The probability that an arrival waits.
  public let waitProbability: Double

  /// Erlang gaps: every `stages`-th arrival of a Poisson stream, as round robin deals them.
  ///
  /// The arrival rate is that of the queue itself; arrivalRate x work < 1.
  public init(arrivalRate: Double, work: Double, stages: Int) {
    precondition(arrivalRate * work < 1, "the queue must be stable")
    self.work = work
    let rate = Double(stages) * arrivalRate
    waitProbability = Self.root { wait in
      PortableMath.exp(
        Double(stages) * PortableMath.log(rate / (rate + (1 - wait) / work)))
    }
  }

  /// Equal gaps.
  public init(arrivalRate: Double, work: Double) {
    precondition(arrivalRate * work < 1, "the queue must be stable")
    self.work = work
    waitProbability = Self.root { PortableMath.exp(-(1 - $0) / (work * arrivalRate)) }
  }

  /// The root below 1, by halving: below it the function lies above the diagonal.
  private static func root(_ function: (Double) -> Double) -> Double {
    var low = 0.0
    var high = 1 - 1e-12
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if function(middle) > middle { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  public var meanWait: Double { waitProbability * work / (1 - waitProbability) }

  public var wait: TimeDistribution {
    let (all, relief) = (waitProbability, (1 - waitProbability) / work)
    return TimeDistribution(
      .other("a GI/M/1 wait"), mean: meanWait, variance: all * (2 - all) / (relief * relief)
    ) { $0 < 0 ? 0 : 1 - all * PortableMath.exp(-relief * $0) }
  }

  public var response: TimeDistribution { .exponential(mean: work / (1 - waitProbability)) }
}
