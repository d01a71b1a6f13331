import Foundation
import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

/// A case of `analytic.csv` or `published.csv`: what to run, for how long, and how to read its metrics.
struct AnalyticCase: Sendable, CustomTestStringConvertible {
  /// One unit of the reference, in nanoseconds.
  static let unit = 1e6

  var name: String
  var topology: Topology
  /// Units of time in a replication.
  var length: Double
  var isLong = false
  var replications: UInt64 = 10
  var keepsRequests = false
  var file = "analytic.csv"
  var measure: @Sendable (Measured) -> [String: Double]

  var testDescription: String { name }
  /// Whether cases run at the length that the reference's own bands need.
  static let runsLong = ProcessInfo.processInfo.environment["TAILRACE_LONG"] == "1"

  /// Accepts each metric that the case measures, by the rule of the reference's README.
  func judge(sourceLocation: SourceLocation = #_sourceLocation) {
    let numbers = ReferenceNumber.byMetric(file, name)
    // A quick run is a sixth as long and judged by three times the band, by the same two rules.
    let length = Self.runsLong ? length : length / 6
    var misses = failing(numbers, seed: 41, length: length)
    // With hundreds of numbers some miss by chance: only a repeated miss counts.
    if !misses.isEmpty { misses = failing(numbers, seed: 97, length: 4 * length) }
    #expect(misses.isEmpty, "\(name): \(misses)", sourceLocation: sourceLocation)
  }

  private func failing(
    _ numbers: [String: ReferenceNumber], seed: UInt64, length: Double
  ) -> [String] {
    var samples: [String: [Double]] = [:]
    for replication in 0..<replications {
      let end = UInt64(length * Self.unit)
      var settings = Replication.Settings(
        seed: seed, number: replication, window: (end / 10)..<end)
      settings.keepsRequests = keepsRequests
      let run = Replication.run(topology, settings)
      if !run.violations.isEmpty { return run.violations }
      let measured = Measured(
        run: run, window: settings.window, topology: topology, settings: settings)
      for (metric, value) in measure(measured) {
        samples[metric, default: []].append(value)
      }
    }
    var misses: [String] = []
    if samples.isEmpty { misses.append("nothing measured") }
    for (metric, values) in samples.sorted(by: { $0.key < $1.key }) {
      guard let number = numbers[metric] else {
        misses.append("\(metric) is not in the file")
        continue
      }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = 3 * (squares / (count - 1) / count).squareRoot()
      let band = (Self.runsLong ? 1 : 3) * number.tolerance * abs(number.expected)
      if number.isBound {
        if !(mean <= number.expected) { misses.append("\(metric) is \(mean), above its bound") }
        continue
      }
      if !(abs(mean - number.expected) <= max(band, error)) || !(error < band) {
        misses.append("\(metric) is \(mean) +- \(error), not \(number.expected) +- \(band)")
      }
    }
    return misses
  }
}

extension AnalyticCase {
  static var all: [AnalyticCase] {
    arrivals + disciplines + stations + waits + faults + fans + records + balancers + keys
      + attempts + published
  }

  /// What it measures: the metrics of a run of next to no length.
  func metrics() -> [String] {
    var settings = Replication.Settings(
      seed: 1, number: 0, window: 0..<UInt64(2_000 / rate * Self.unit))
    settings.keepsRequests = keepsRequests
    let run = Replication.run(topology, settings)
    let measured = Measured(
      run: run, window: settings.window, topology: topology, settings: settings)
    return measure(measured).keys.sorted()
  }

  /// Requests in a unit of time, so far as a workload says.
  private var rate: Double {
    guard case .poisson(let perSecond) = topology.workloads[0].arrivals else { return 1 }
    return perSecond * Self.unit / 1e9
  }
}

/// A replication read in units of the reference.
struct Measured {
  var run: Replication
  var window: Range<UInt64>
  var topology: Topology
  var settings: Replication.Settings

  private var length: Double { Double(window.upperBound - window.lowerBound) }

  /// Mean latency of a workload.
  func latency(_ workload: Int = 0) -> Double {
    (run.workloads[workload].latencies.mean ?? 0) / AnalyticCase.unit
  }

  /// The latency that a share of the requests does not exceed.
  func latency(quantile: Double, _ workload: Int = 0) -> Double {
    let snapshot = run.workloads[workload].latencies
    var left = quantile * snapshot.counts.reduce(0) { $0 + Double($1) }
    for (i, count) in zip(snapshot.indices, snapshot.counts) {
      left -= Double(count)
      if left <= 0 { return Double(LogBuckets.fine.lowerBound(of: i)) / AnalyticCase.unit }
    }
    return .nan
  }

  /// Mean of the squares of a workload's latencies, from the buckets.
  func squaredLatency(_ workload: Int = 0) -> Double {
    let snapshot = run.workloads[workload].latencies
    var sum = 0.0
    var total = 0.0
    for (i, count) in zip(snapshot.indices, snapshot.counts) {
      let low = Double(LogBuckets.fine.lowerBound(of: i))
      let middle = (low + Double(LogBuckets.fine.lowerBound(of: i + 1))) / 2 / AnalyticCase.unit
      sum += middle * middle * Double(count)
      total += Double(count)
    }
    return sum / total
  }

  func latencyVariance(_ workload: Int = 0) -> Double {
    squaredLatency(workload) - latency(workload) * latency(workload)
  }

  /// Requests in the system on average.
  func present(_ workload: Int = 0) -> Double {
    Double(run.workloads[workload].presentArea) / length
  }

  /// Answers per unit of time.
  func throughput(_ workload: Int = 0) -> Double {
    Double(run.workloads[workload].outcomes[0]) * AnalyticCase.unit / length
  }

  private func sum(_ service: Int, _ field: (StationOutcome) -> UInt64) -> Double {
    run.services[service].rows.reduce(0) { $0 + Double(field($1)) }
  }

  func queue(_ s: Int = 0) -> Double { sum(s, \.queueArea) / length }
  func busy(_ s: Int = 0) -> Double { sum(s, \.busyArea) / length }
  func wait(_ s: Int = 0) -> Double { sum(s, \.queueArea) / sum(s, \.starts) / AnalyticCase.unit }
  func refused(_ s: Int = 0) -> Double { sum(s, \.refused) / sum(s, \.requests) }
  func waited(_ s: Int = 0) -> Double {
    run.services[s].waits.reduce(0) { $0 + Double($1.reduce(0, +)) } / sum(s, \.starts)
  }

  /// Share of time in which no kept request was present.
  var emptyShare: Double {
    var covered: UInt64 = 0
    var end = window.lowerBound
    for request in run.requests.sorted(by: { $0.began < $1.began }) {
      let start = max(end, request.began)
      let stop = min(window.upperBound, request.ended)
      if stop > start { covered += stop - start }
      end = max(end, stop)
    }
    return 1 - Double(covered) / length
  }
}

extension LawSpec {
  /// An exponential law in units of the reference.
  static func exp(_ mean: Double) -> LawSpec { .exponential(mean: mean * AnalyticCase.unit) }
  static func fixed(_ value: Double) -> LawSpec { .constant(value * AnalyticCase.unit) }
  static func lognormal(cv2: Double) -> LawSpec {
    .lognormal(LognormalLaw(mean: AnalyticCase.unit, variation: cv2.squareRoot()))
  }
  /// Two exponentials of mean 1 in all with balanced means and a squared variation of 4.
  static var balanced: LawSpec {
    .mixture([
      WeightedLaw(weight: 0.887298334621, law: .exp(1 / 1.77459666924)),
      WeightedLaw(weight: 0.112701665379, law: .exp(1 / 0.225403330759)),
    ])
  }
  static var pareto: LawSpec {
    .pareto(minimum: 0.6 * AnalyticCase.unit, shape: 2.5, maximum: nil)
  }
}

extension ArrivalSpec {
  static func rate(_ perUnit: Double) -> ArrivalSpec {
    .poisson(ratePerSecond: perUnit * 1e9 / AnalyticCase.unit)
  }
}

extension ServiceSpec {
  /// A service of one piece of work.
  static func station(_ work: LawSpec, slots: Int? = 1, name: String = "s") -> ServiceSpec {
    var service = ServiceSpec(name: name, handler: [.work(work)])
    service.slots = slots
    return service
  }

  func with(_ change: (inout ServiceSpec) -> Void) -> ServiceSpec {
    var copy = self
    change(&copy)
    return copy
  }
}
