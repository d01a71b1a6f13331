/// What is known of a queue without a formula.
public enum QueueBounds {
  /// At most this is the mean wait of GI/GI/1, first come, first served: Kingman 1962.
  ///
  /// `gapVariance` is that of the gaps between arrivals; arrivalRate x mean work < 1.
  public static func kingman(
    arrivalRate: Double, gapVariance: Double, work: TimeDistribution
  ) -> Double {
    arrivalRate * (gapVariance + work.variance) / (2 * (1 - arrivalRate * work.mean))
  }

  /// About the mean wait of GI/G/c: Allen 1978 after Cunneen; Lee and Longton 1959 for M/G/c.
  ///
  /// `gapVariation` is the squared variation of the gaps between arrivals; 1 for Poisson.
  public static func allenCunneen(
    arrivalRate: Double, gapVariation: Double, work: TimeDistribution, servers: Int
  ) -> Double {
    MMc(arrivalRate: arrivalRate, work: work.mean, servers: servers).meanWait
      * (gapVariation + work.squaredVariation) / 2
  }
}

/// Fork and join over queues of their own: requests whose n parts go to n M/M/1 queues at once.
public enum ForkJoin {
  /// The exact mean response for two: Flatto and Hahn 1984; Nelson and Tantawi 1988.
  public static func two(load: Double, work: Double) -> Double {
    (12 - load) / 8 * work / (1 - load)
  }

  /// The approximate mean for n from 2 to 32, within 5 %: Nelson and Tantawi 1988.
  public static func mean(branches: Int, load: Double, work: Double) -> Double {
    let harmonic = (1...branches).reduce(0.0) { $0 + 1 / Double($1) }
    let ratio = harmonic / 1.5
    return (ratio + 4 * load / 11 * (1 - ratio)) * two(load: load, work: work)
  }
}
