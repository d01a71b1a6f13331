import TailraceModel
import TailraceStatistics

/// What one workload cost, pair by pair.
struct Measurement {
  let workload: Workload
  let path: Path
  private let subject: Subject
  private let topology: Topology
  private var pairs: [Pair] = []
  private var happenings = 0.0

  /// A run of the loop and one of the model, one straight after the other.
  struct Pair {
    /// Requests per CPU second.
    var loopRate: Double
    var modelRate: Double
    /// Mean latencies in nanoseconds: both sides must have simulated the same system.
    var loopMean: Double
    var modelMean: Double
    var ratio: Double { modelRate / loopRate }
  }

  init(_ workload: Workload, _ path: Path) {
    self.workload = workload
    self.path = path
    subject = workload.subject
    topology = subject.topology
  }

  mutating func addPair(requests: Int) {
    let seed = UInt64(pairs.count) + 1
    let begun = Meters.threadSeconds
    let mean = workload.runLoop(requests: requests, seed: seed)
    let between = Meters.threadSeconds
    let run = subject.run(topology, requests: requests, seed: seed, path)
    let ended = Meters.threadSeconds
    precondition(run.violations.isEmpty, "the model broke conservation")
    let latencies = run.workloads[0].latencies
    happenings = Double(run.happenings) / Double(latencies.count)
    pairs.append(
      Pair(
        loopRate: Double(requests) / (between - begun),
        modelRate: Double(latencies.count) / (ended - between), loopMean: mean,
        modelMean: latencies.mean ?? 0))
  }

  /// The loop's fastest run.
  var fastestLoop: Double { pairs.map(\.loopRate).max() ?? 0 }

  /// Medians over the pairs whose loop ran at `rate` or faster; over all if there are none.
  func summary(loopFrom rate: Double) -> Summary {
    let quiet = pairs.filter { $0.loopRate >= rate }
    let chosen = quiet.isEmpty ? pairs : quiet
    let modelRate = Self.median(chosen.map(\.modelRate))
    let count = Double(pairs.count)
    return Summary(
      loopRate: Self.median(chosen.map(\.loopRate)), modelRate: modelRate,
      ratio: Self.median(chosen.map(\.ratio)), quiet: quiet.count, pairs: pairs.count,
      ratioOfAll: Self.median(pairs.map(\.ratio)), happenings: happenings,
      happeningCost: 1e9 / modelRate / happenings,
      loopMean: pairs.reduce(0) { $0 + $1.loopMean } / count,
      modelMean: pairs.reduce(0) { $0 + $1.modelMean } / count)
  }

  struct Summary {
    var loopRate: Double
    var modelRate: Double
    /// Median of the pairs' own ratios: the machine's speed drifts between pairs.
    var ratio: Double
    /// Pairs that were chosen, of how many.
    var quiet: Int
    var pairs: Int
    /// The same over all pairs.
    var ratioOfAll: Double
    /// Arrivals and events of the model per request.
    var happenings: Double
    /// Nanoseconds of CPU per happening.
    var happeningCost: Double
    var loopMean: Double
    var modelMean: Double
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

/// What a model run asks of the memory, and whether that depends on its length.
struct Footprint {
  var shortLength: Int
  var longLength: Int
  /// The process's peak after the short run, and how much the long one added, in KiB.
  var peak: Int?
  var growth: Int?

  init(_ workload: Workload, _ path: Path, short: Int, long: Int) {
    shortLength = short
    longLength = long
    let subject = workload.subject
    let topology = subject.topology
    _ = subject.run(topology, requests: short, seed: 1, path)
    peak = Meters.peakKibibytes
    _ = subject.run(topology, requests: long, seed: 1, path)
    if let peak, let last = Meters.peakKibibytes { growth = last - peak }
  }
}
