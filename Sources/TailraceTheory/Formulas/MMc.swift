import TailraceEngine

/// M/M/c: Poisson arrivals, exponential work, so many servers, one queue without end.
///
/// Erlang 1917; Kleinrock, "Queueing Systems" I (1975), 3.5. Times and rates in one unit.
public struct MMc: Sendable {
  public var arrivalRate: Double
  public var work: Double
  public var servers: Int

  /// A stable queue: arrivalRate x work < servers.
  public init(arrivalRate: Double, work: Double, servers: Int) {
    precondition(servers > 0 && arrivalRate * work < Double(servers), "the queue must be stable")
    self.arrivalRate = arrivalRate
    self.work = work
    self.servers = servers
  }

  /// Servers busy on average.
  var load: Double { arrivalRate * work }
  /// How fast waits are worked off when there are any.
  private var relief: Double { (Double(servers) - load) / work }

  /// The probability that an arrival waits: Erlang's C.
  public var waitProbability: Double {
    let blocked = ErlangB(load: load, servers: servers).loss
    return blocked / (1 - load / Double(servers) * (1 - blocked))
  }

  public var meanWait: Double { waitProbability / relief }
  public var meanResponse: Double { meanWait + work }
  /// Waiting on average, by Little's law.
  public var meanQueue: Double { arrivalRate * meanWait }

  /// Times in the queue: none with probability 1 - C, else exponential.
  public var wait: TimeDistribution {
    let (all, relief) = (waitProbability, relief)
    return TimeDistribution(
      .other("an M/M/c wait"), mean: all / relief,
      variance: all * (2 - all) / (relief * relief)
    ) { $0 < 0 ? 0 : 1 - all * PortableMath.exp(-relief * $0) }
  }

  /// Times in the system, first come, first served; exponential where there is one server.
  public var response: TimeDistribution {
    let (all, relief, rate) = (waitProbability, relief, 1 / work)
    if servers == 1 { return .exponential(mean: meanResponse) }
    let wait = wait
    return TimeDistribution(
      .other("an M/M/c response"), mean: meanResponse, variance: wait.variance + work * work
    ) { time in
      if time <= 0 { return 0 }
      let working = PortableMath.exp(-rate * time)
      let difference = relief - rate
      // Where both rates are alike, the difference quotient becomes a derivative.
      let both =
        difference.magnitude < 1e-7 * rate
        ? (1 + rate * time) * working
        : (relief * working - rate * PortableMath.exp(-relief * time)) / difference
      return 1 - (1 - all) * working - all * both
    }
  }
}

/// M/G/c/c: what finds all servers busy is lost. Insensitive to the law of work.
///
/// Erlang 1917; Sevastyanov 1957 for any law.
public struct ErlangB: Sendable {
  /// Arrival rate times mean work.
  public var load: Double
  public var servers: Int

  public init(load: Double, servers: Int) {
    (self.load, self.servers) = (load, servers)
  }

  /// The share that is lost; O(servers).
  public var loss: Double {
    var blocked = 1.0
    for k in 1...max(1, servers) { blocked = load * blocked / (Double(k) + load * blocked) }
    return blocked
  }
}

/// M/M/c/K: K places in all, arrivals beyond are lost.
///
/// Kleinrock I (1975), 3.6. O(places).
public struct MMcK: Sendable {
  public var arrivalRate: Double
  public var work: Double
  public var servers: Int
  public var places: Int
  /// The probability of each number present.
  private let chances: [Double]

  public init(arrivalRate: Double, work: Double, servers: Int, places: Int) {
    precondition(servers > 0 && places >= servers, "each server is a place")
    (self.arrivalRate, self.work) = (arrivalRate, work)
    (self.servers, self.places) = (servers, places)
    let load = arrivalRate * work
    // Relative to the likeliest number, so that nothing overflows.
    var logs = [0.0]
    for n in 1...places {
      logs.append(logs[n - 1] + PortableMath.log(load / Double(min(n, servers))))
    }
    let most = logs.max() ?? 0
    let weights = logs.map { PortableMath.exp($0 - most) }
    let sum = weights.reduce(0, +)
    chances = weights.map { $0 / sum }
  }

  /// The share that is lost.
  public var loss: Double { chances[places] }
  public var throughput: Double { arrivalRate * (1 - loss) }
  public var utilization: Double { throughput * work / Double(servers) }
  /// Waiting on average.
  public var meanQueue: Double {
    var sum = 0.0
    for n in servers...places { sum += Double(n - servers) * chances[n] }
    return sum
  }
  /// Of those who are let in.
  public var meanWait: Double { meanQueue / throughput }

  /// Waits of those who are let in, first come, first served: mixtures of Erlang laws.
  public var wait: TimeDistribution {
    let (chances, servers, places) = (chances, servers, places)
    let (rate, admitted, mean) = (Double(servers) / work, 1 - loss, meanWait)
    return TimeDistribution(.other("an M/M/c/K wait"), mean: mean, variance: .nan) { time in
      if time < 0 { return 0 }
      // The chance that at most j of the busy servers' departures have come.
      let span = rate * time
      var term = PortableMath.exp(-span)
      var late = 0.0
      var beyond = 0.0
      for n in servers..<max(servers, places) {
        beyond += term
        late += chances[n] / admitted * beyond
        term *= span / Double(n - servers + 1)
      }
      return max(0, 1 - late)
    }
  }
}
