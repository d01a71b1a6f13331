import TailraceModel
import TailraceStatistics

/// What one workload cost: medians over interleaved pairs.
struct Measurement {
  /// Requests per CPU second.
  var loopRate: Double
  var modelRate: Double
  /// Median of the pairs' own ratios: the machine's speed drifts between pairs.
  var ratio: Double
  /// Arrivals and events of the model per request.
  var happenings: Double
  /// Mean latencies in nanoseconds: both sides must have simulated the same system.
  var loopMean: Double
  var modelMean: Double

  init(_ workload: Workload, _ path: Path, requests: Int, pairs: Int) {
    var loopRates: [Double] = []
    var modelRates: [Double] = []
    var ratios: [Double] = []
    var happenings = 0.0
    var loopSum = 0.0
    var modelSum = 0.0
    let subject = workload.subject
    let topology = subject.topology
    for pair in 0..<pairs {
      let seed = UInt64(pair) + 1
      let begun = Meters.threadSeconds
      let mean = workload.runLoop(requests: requests, seed: seed)
      let between = Meters.threadSeconds
      let run = subject.run(topology, requests: requests, seed: seed, path)
      let ended = Meters.threadSeconds
      precondition(run.violations.isEmpty, "the model broke conservation")
      let latencies = run.workloads[0].latencies
      loopRates.append(Double(requests) / (between - begun))
      modelRates.append(Double(latencies.count) / (ended - between))
      ratios.append(modelRates[pair] / loopRates[pair])
      happenings = Double(run.happenings) / Double(latencies.count)
      loopSum += mean
      modelSum += latencies.mean ?? 0
    }
    loopRate = Self.median(loopRates)
    modelRate = Self.median(modelRates)
    ratio = Self.median(ratios)
    self.happenings = happenings
    loopMean = loopSum / Double(pairs)
    modelMean = modelSum / Double(pairs)
  }

  /// Nanoseconds of CPU per happening.
  var happeningCost: Double { 1e9 / modelRate / happenings }

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
