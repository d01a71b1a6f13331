import TailraceModel
import TailraceStatistics

extension Experiment {
  /// Number of the first pilot replication: pilots share no draw with what is reported.
  static let firstPilot: UInt64 = 1 << 32
  static let pilots = 3
  static let pilotIntervals = 500

  /// One start of the measured window for all designs: the latest of those given or found.
  ///
  /// A design that gives none has its own found by MSER-5 on the mean series of pilot replications.
  ///
  /// - Returns: the start in nanoseconds, and whether every pilot was a whole one.
  static func commonWarmUp(
    of designs: [Experiment], _ sharding: [ShardFunctions], jobs: Int,
    shouldStop: @escaping @Sendable () -> Bool
  ) -> (start: UInt64, isWhole: Bool) {
    var start = designs.compactMap(\.warmUp).max() ?? 0
    let open = designs.indices.filter { designs[$0].warmUp == nil }
    let pilots = WorkPool.map(open.count * pilots, jobs: jobs, shouldStop: shouldStop) { i in
      let d = open[i / Self.pilots]
      return designs[d].pilot(i % Self.pilots, sharding[d], shouldStop: shouldStop)
    }.compactMap { $0 }
    for (place, d) in open.enumerated() {
      let own = pilots.dropFirst(place * Self.pilots).prefix(Self.pilots)
      start = max(start, truncation(Array(own), duration: designs[d].duration))
    }
    let isWhole =
      pilots.count == open.count * Self.pilots && !pilots.contains { $0.wasCutShort }
    return (start, isWhole)
  }

  /// Runs a pilot replication, which finds the warm-up and is not reported.
  func pilot(
    _ pilot: Int, _ sharding: ShardFunctions, shouldStop: @escaping @Sendable () -> Bool
  ) -> Replication {
    var settings = Replication.Settings(
      seed: seed, number: Self.firstPilot + UInt64(pilot), window: 0..<duration)
    settings.eventsMax = eventsMax
    settings.forcesEvents = forcesEvents
    settings.seriesIntervals = Self.pilotIntervals
    return Replication.run(topology, settings, sharding: sharding, shouldStop: shouldStop)
  }

  /// Where the mean latency settles: MSER-5 on the means of the pilots' intervals.
  static func truncation(_ pilots: [Replication], duration: UInt64) -> UInt64 {
    var means: [Double] = []
    let count = pilots.first?.series.count ?? 0
    for i in 0..<count {
      var sum = 0.0
      var requests = 0.0
      for pilot in pilots {
        sum += Double(pilot.series[i].sum)
        requests += Double(pilot.series[i].count)
      }
      // An interval without requests says nothing new.
      means.append(requests > 0 ? sum / requests : (means.last ?? 0))
    }
    guard count > 0 else { return 0 }
    return duration / UInt64(count) * UInt64(MSER5.truncation(of: means))
  }
}
