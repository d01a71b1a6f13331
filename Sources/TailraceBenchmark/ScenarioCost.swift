import Tailrace
import TailraceModel

/// What a variant of a scenario costs on both paths, beside the hand-written loop of W1.
struct ScenarioCost {
  /// One path's medians over interleaved rounds.
  struct Cost {
    /// Per CPU second.
    var requestRate: Double
    var visitRate: Double
    /// Median of the rounds' ratios of visits per CPU second to the loop's requests.
    var ratio: Double
    /// Arrivals and events per visit.
    var happenings: Double
  }

  /// Of one round.
  var requests: Int
  var visits: Int
  var costs: [(path: Path, cost: Cost)] = []

  /// How much of a variant to run: whole replications, or the beginning of one.
  private struct Extent {
    var end: UInt64
    var replications: Int
  }

  /// Measures a variant.
  ///
  /// - Parameters:
  ///   - variant: what is run, with all metrics on.
  ///   - wanted: about how many visits to run in a round; traces replay
  ///     their whole file.
  ///   - rounds: each runs the loop, then the model with events, then on arrival.
  init(_ variant: Scenario.Variant, visits wanted: Int, rounds: Int) {
    let extent = Self.extent(variant, visits: wanted)
    requests = 0
    visits = 0
    var rates = Array(repeating: (requests: [Double](), visits: [Double]()), count: 2)
    var ratios = Array(repeating: [Double](), count: 2)
    var happenings = [0.0, 0.0]
    for round in 0..<rounds {
      let begun = Meters.threadSeconds
      _ = Workload.oneServer.runLoop(requests: wanted, seed: UInt64(round) + 1)
      let loopRate = Double(wanted) / (Meters.threadSeconds - begun)
      for (i, path) in Path.allCases.enumerated() {
        let begun = Meters.threadSeconds
        let sums = Self.run(variant, extent, seed: variant.seed &+ UInt64(round), path)
        let seconds = Meters.threadSeconds - begun
        requests = sums.requests
        visits = sums.visits
        rates[i].requests.append(Double(sums.requests) / seconds)
        rates[i].visits.append(Double(sums.visits) / seconds)
        ratios[i].append(Double(sums.visits) / seconds / loopRate)
        happenings[i] = Double(sums.happenings) / Double(max(1, sums.visits))
      }
    }
    for (i, path) in Path.allCases.enumerated() {
      costs.append(
        (
          path,
          Cost(
            requestRate: Measurement.median(rates[i].requests),
            visitRate: Measurement.median(rates[i].visits),
            ratio: Measurement.median(ratios[i]), happenings: happenings[i])
        ))
    }
  }

  private struct Sums {
    var requests = 0
    var visits = 0
    var happenings = 0
  }

  private static func run(
    _ variant: Scenario.Variant, _ extent: Extent, seed: UInt64, _ path: Path
  ) -> Sums {
    var sums = Sums()
    for number in 0..<extent.replications {
      var settings = Replication.Settings(
        seed: seed, number: UInt64(number), window: 0..<extent.end)
      settings.forcesEvents = path == .events
      add(Replication.run(variant.topology, settings), to: &sums)
    }
    return sums
  }

  private static func add(_ run: Replication, to sums: inout Sums) {
    precondition(run.violations.isEmpty, "the model broke conservation")
    for workload in run.workloads { sums.requests += Int(workload.outcomes.reduce(0, +)) }
    for service in run.services {
      for row in service.rows { sums.visits += Int(row.requests) }
    }
    sums.happenings += Int(run.happenings)
  }

  /// Finds it by a run of the whole duration that is cut where it is long enough.
  private static func extent(_ variant: Scenario.Variant, visits wanted: Int) -> Extent {
    let replays = variant.topology.workloads.contains { $0.arrivals.replaysTrace }
    var settings = Replication.Settings(seed: variant.seed, number: 0, window: 0..<variant.duration)
    if !replays { settings.eventsMax = UInt64(4 * wanted) }
    let pilot = Replication.run(variant.topology, settings)
    var sums = Sums()
    add(pilot, to: &sums)
    let most = Double(pilot.measured.upperBound)
    if sums.visits > wanted, !replays {
      return Extent(
        end: max(1, UInt64(most * Double(wanted) / Double(sums.visits))), replications: 1)
    }
    let copies = pilot.wasCutShort ? 1 : (wanted + sums.visits - 1) / max(1, sums.visits)
    return Extent(end: max(1, UInt64(most)), replications: min(max(1, copies), 1_000))
  }
}

extension ArrivalSpec {
  fileprivate var replaysTrace: Bool {
    switch self {
    case .trace: true
    case .batches(let arrivals, _): arrivals.replaysTrace
    default: false
    }
  }
}
