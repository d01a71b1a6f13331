import TailraceEngine

/// M/G/1: Poisson arrivals, any law of work, one server.
public struct MG1: Sendable {
  public var arrivalRate: Double
  public var work: TimeDistribution

  /// A stable queue: arrivalRate x mean work < 1.
  public init(arrivalRate: Double, work: TimeDistribution) {
    precondition(arrivalRate * work.mean < 1, "the queue must be stable")
    (self.arrivalRate, self.work) = (arrivalRate, work)
  }

  public var load: Double { arrivalRate * work.mean }
  /// Work of the one who is served, as an arrival finds it, on average.
  private var residue: Double { arrivalRate * work.meanSquare / 2 }

  /// For every order that neither interrupts nor looks at the work: Pollaczek 1930, Khinchine 1932.
  public var meanWait: Double { residue / (1 - load) }

  /// Processor sharing and preemptive last come, first served: Kleinrock II (1976), 4.4.
  public var meanResponseShared: Double { work.mean / (1 - load) }

  /// The shortest work first, without interrupting: Phipps 1956.
  public var meanWaitShortestFirst: Double {
    var sum = 0.0
    eachSlice { slice in
      let left = 1 - slice.loadBelow
      sum += slice.share * residue / (left * left)
    }
    return sum
  }

  /// The shortest remaining work first: Schrage and Miller 1966.
  public var meanResponseShortestRemaining: Double {
    var sum = 0.0
    var walk = 0.0
    var last = 0.0
    var lastPace = 1.0
    eachSlice { slice in
      let left = 1 - slice.loadBelow
      let square = slice.squareBelow + slice.work * slice.work * slice.shareAbove
      // The time in service: work is done at the pace at which smaller work leaves room.
      walk += (slice.work - last) * (lastPace + 1 / left) / 2
      (last, lastPace) = (slice.work, 1 / left)
      sum += slice.share * (arrivalRate * square / (2 * left * left) + walk)
    }
    return sum
  }

  /// Work of about one size, with what is known of smaller work.
  private struct Slice {
    var work: Double
    var share: Double
    /// Load, expected square and share of work that is smaller, half of the slice's own among it.
    var loadBelow: Double
    var squareBelow: Double
    var shareAbove: Double
  }

  /// Work from small to large in 4,000 slices of a share each, finer in the tail.
  private func eachSlice(_ body: (Slice) -> Void) {
    var load = 0.0
    var square = 0.0
    var passed = 0.0
    var share = 1.0 / 2_000
    while passed < 1 - 1e-9 {
      // From the upper half on, each slice is a 400th of what is left.
      share = min(1.0 / 2_000, max((1 - passed) / 400, 1e-9))
      let middle = work.quantile(min(passed + share / 2, 1 - 1e-12))
      body(
        Slice(
          work: middle, share: share, loadBelow: load + arrivalRate * middle * share / 2,
          squareBelow: square + middle * middle * share / 2,
          shareAbove: 1 - passed - share / 2))
      load += arrivalRate * middle * share
      square += middle * middle * share
      passed += share
    }
  }
}

/// Classes of an M/G/1 queue of which the more urgent go first: Cobham 1954; Kleinrock II, 3.6.
public struct PriorityMG1: Sendable {
  /// Classes, the most urgent first, each with its arrival rate and its work.
  public var classes: [(rate: Double, work: TimeDistribution)]

  /// A stable queue: all classes together load the server less than fully.
  public init(_ classes: [(rate: Double, work: TimeDistribution)]) {
    self.classes = classes
    precondition(load(through: classes.count - 1) < 1, "the queue must be stable")
  }

  private func load(through last: Int) -> Double {
    classes.prefix(last + 1).reduce(0) { $0 + $1.rate * $1.work.mean }
  }

  private func residue(through last: Int) -> Double {
    classes.prefix(last + 1).reduce(0) { $0 + $1.rate * $1.work.meanSquare / 2 }
  }

  /// Of a class by its number, where nobody is interrupted.
  public func meanWait(_ number: Int) -> Double {
    residue(through: classes.count - 1)
      / ((1 - load(through: number - 1)) * (1 - load(through: number)))
  }

  /// Of a class by its number, where the more urgent interrupt and work goes on later.
  public func meanResponsePreemptive(_ number: Int) -> Double {
    let above = 1 - load(through: number - 1)
    return classes[number].work.mean / above
      + residue(through: number) / (above * (1 - load(through: number)))
  }
}

/// M/D/1: waits where all work is equal.
///
/// Franx, "A simple solution for the M/D/c waiting time distribution" (2001): sums of positive terms
/// over the numbers present, which Ramaswami's recursion (1988) gives, positive too.
public struct MD1: Sendable {
  public var arrivalRate: Double
  public var work: Double

  public init(arrivalRate: Double, work: Double) {
    precondition(arrivalRate * work < 1, "the queue must be stable")
    (self.arrivalRate, self.work) = (arrivalRate, work)
  }

  /// Of times up to 4,000 times the work; later ones count as that late.
  public var wait: TimeDistribution {
    let (rate, work, load) = (arrivalRate, work, arrivalRate * work)
    let known = Self.cumulative(load: load, count: Self.count(load: load))
    let mean = load * work / (2 * (1 - load))
    let variance = mean * mean + rate * work * work * work / (3 * (1 - load))
    return TimeDistribution(.other("an M/D/1 wait"), mean: mean, variance: variance) { time in
      if time < 0 { return 0 }
      let turns = Int(min(time / work, 1e6)) + 1
      if turns > known.count { return 1 }
      let left = rate * (Double(turns) * work - time)
      var term = PortableMath.exp(-left)
      var sum = 0.0
      for j in 0..<turns {
        sum += known[turns - 1 - j] * term
        term *= left / Double(j + 1)
      }
      return min(1, sum)
    }
  }

  /// Numbers present to look at: the tail falls about as exp(-2 (1 - load) n).
  private static func count(load: Double) -> Int {
    max(16, min(4_000, Int(16 / (1 - load))))
  }

  /// The probabilities that at most j wait, for j from 0 on.
  private static func cumulative(load: Double, count: Int) -> [Double] {
    // beyond[i]: that i or more arrive during one work.
    var term = PortableMath.exp(-load)
    var left = 1.0
    var beyond: [Double] = []
    for i in 0...count + 1 {
      beyond.append(max(0, left))
      left -= term
      term *= load / Double(i + 1)
    }
    var present = [1 - load]
    for i in 1...count {
      var sum = present[0] * beyond[i]
      if i > 1 { for k in 1..<i { sum += present[k] * beyond[i + 1 - k] } }
      present.append(sum / (1 - beyond[1]))
    }
    var sum = present[0]
    return present.dropFirst().map { chance in
      sum += chance
      return min(1, sum)
    }
  }
}
