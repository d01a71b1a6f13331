import TailraceEngine

/// The supermarket model: each arrival joins the shorter of d queues drawn at random, as the number
/// of servers grows without bound.
///
/// Vvedenskaya, Dobrushin and Karpelevich 1996; Mitzenmacher, "The Power of Two Choices" (2001).
public struct Supermarket: Sendable {
  public var load: Double
  public var work: Double
  public var choices: Int
  /// The share of queues that hold k or more, for k from 0 on.
  private let shares: [Double]

  /// The load of each server is below 1.
  public init(load: Double, work: Double, choices: Int) {
    precondition(load < 1 && choices >= 1, "the queues must be stable")
    (self.load, self.work, self.choices) = (load, work, choices)
    var shares = [1.0]
    while let last = shares.last, last > 1e-15, shares.count < 10_000 {
      var power = 1.0
      for _ in 0..<choices { power *= last }
      shares.append(load * power)
    }
    self.shares = shares
  }

  /// The chance that an arrival joins a queue that holds k or more.
  private func joins(_ k: Int) -> Double {
    guard k < shares.count else { return 0 }
    return (0..<choices).reduce(1) { chance, _ in chance * shares[k] }
  }

  public var meanResponse: Double {
    (0..<shares.count).reduce(0) { $0 + joins($1) } * work
  }

  public var meanWait: Double { meanResponse - work }

  /// The share that waits.
  public var waitProbability: Double { joins(1) }

  /// Waits, first come, first served: as many exponential times as the queue held.
  public var wait: TimeDistribution { erlangs(after: 1, mean: meanWait) }
  public var response: TimeDistribution { erlangs(after: 0, mean: meanResponse) }

  /// Arrivals that join k or more still stand behind k - after of them.
  private func erlangs(after first: Int, mean: Double) -> TimeDistribution {
    let chances = (first..<shares.count + 1).map { joins($0) }
    let work = work
    return TimeDistribution(.other("a supermarket queue"), mean: mean, variance: .nan) { time in
      if time < 0 { return 0 }
      var term = PortableMath.exp(-time / work)
      var late = 0.0
      for (i, chance) in chances.enumerated() {
        late += chance * term
        term *= time / work / Double(i + 1)
      }
      return max(0, 1 - late)
    }
  }
}
