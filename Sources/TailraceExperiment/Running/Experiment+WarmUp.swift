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
  /// - Returns: the start, and what is known of it.
  static func commonWarmUp(
    of designs: [Experiment], _ sharding: [ShardFunctions], jobs: Int,
    shouldStop: @escaping @Sendable () -> Bool
  ) -> WarmUp {
    var start = designs.compactMap(\.warmUp).max() ?? 0
    var isSettled = true
    let open = designs.indices.filter { designs[$0].warmUp == nil }
    let pilots = WorkPool.map(open.count * pilots, jobs: jobs, shouldStop: shouldStop) { i in
      let d = open[i / Self.pilots]
      return designs[d].pilot(i % Self.pilots, sharding[d], shouldStop: shouldStop)
    }.compactMap { $0 }
    for (place, d) in open.enumerated() {
      let own = pilots.dropFirst(place * Self.pilots).prefix(Self.pilots)
      let found = WarmUp(of: Array(own), duration: designs[d].duration)
      start = max(start, found.start)
      isSettled = isSettled && found.isSettled
    }
    let isWhole =
      pilots.count == open.count * Self.pilots && !pilots.contains { $0.wasCutShort }
    return WarmUp(start: start, isSettled: isSettled, isWhole: isWhole)
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
}

/// The start of the measured window, and how far it can be trusted.
struct WarmUp: Sendable {
  /// In nanoseconds.
  var start: UInt64
  /// Whether the mean latency settled before half of the run was over.
  var isSettled = true
  /// Whether every pilot was a whole one.
  var isWhole = true
}

extension WarmUp {
  /// Where the mean latency settles: MSER-5 on the means of the pilots' intervals.
  init(of pilots: [Replication], duration: UInt64) {
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
    let cut = count == 0 ? 0 : MSER5.truncation(of: means)
    start = count == 0 ? 0 : duration / UInt64(count) * UInt64(cut)
    isSettled = cut == 0 || cut < MSER5.truncationMax(count: count)
    isWhole = !pilots.contains { $0.wasCutShort }
  }
}
