import Testing

@testable import TailraceModel

/// A queue started empty, long before it settles: means over many short runs.
@Suite("Transient case of the reference") struct TransientTests {
  static let name = "mm1_transient_rho0.8"

  @Test("Number in the system at 1, 5, 20 and 100 after an empty start")
  func transient() {
    let numbers = ReferenceNumber.byMetric("analytic.csv", Self.name)
    let runs = AnalyticCase.runsLong ? 240_000 : 20_000
    let unit = AnalyticCase.unit
    let topology = AnalyticCase.simple(.rate(0.8), .station(.exp(1)))
    var samples: [String: (sum: Double, squares: Double)] = [:]
    for number in 0..<runs {
      var settings = Replication.Settings(
        seed: 5, number: UInt64(number), window: 0..<UInt64(101 * unit))
      settings.keepsRequests = true
      let requests = Replication.run(topology, settings).requests
      for time in [1, 5, 20, 100] {
        let instant = UInt64(Double(time) * unit)
        let present = Double(requests.count { $0.began <= instant && $0.ended > instant })
        for (metric, value) in [("EN_t\(time)", present), ("P0_t\(time)", present == 0 ? 1 : 0)] {
          let before = samples[metric] ?? (0, 0)
          samples[metric] = (before.sum + value, before.squares + value * value)
        }
      }
    }
    #expect(numbers.count == samples.count)
    for (metric, sample) in samples.sorted(by: { $0.key < $1.key }) {
      let mean = sample.sum / Double(runs)
      let variance = sample.squares / Double(runs) - mean * mean
      let error = 3 * (variance / Double(runs)).squareRoot()
      let expected = numbers[metric]?.expected ?? .nan
      let band = (AnalyticCase.runsLong ? 1 : 3) * (numbers[metric]?.tolerance ?? 0) * expected
      #expect(
        abs(mean - expected) <= max(band, error) && error < band,
        "\(metric) is \(mean) +- \(error), not \(expected) +- \(band)")
    }
  }
}
