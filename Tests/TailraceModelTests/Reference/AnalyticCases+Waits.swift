import Foundation
import TailraceEngine
import TailraceStatistics

@testable import TailraceModel

extension AnalyticCase {
  /// Cases of limits on waiting, and of how long those wait who do.
  static var waits: [AnalyticCase] { patience + tails + bounds }

  private static func impatient(
    _ name: String, _ rate: Double, _ slots: Int, limit: LawSpec, length: Double,
    _ measure: @escaping @Sendable (Measured) -> [String: Double]
  ) -> AnalyticCase {
    let service = ServiceSpec.station(.exp(1), slots: slots).with { $0.queueTimeout = limit }
    return AnalyticCase(
      name: name, topology: simple(.rate(rate), service), length: length, measure: measure)
  }

  private static var patience: [AnalyticCase] {
    let abandoning: [(String, Double, Int, Double, Double)] = [
      ("erlangA_lam10_c10_th0.5", 10, 10, 0.5, 60_000),
      ("erlangA_lam1.5_c1_th1", 1.5, 1, 1, 200_000),
    ]
    let fixed = [
      ("mmc_timeout_lam0.8_c1_tau2.0", 0.8, 2.0), ("mmc_timeout_lam1.5_c1_tau3.0", 1.5, 3.0),
    ]
    return abandoning.map { name, rate, slots, leaving, length in
      impatient(name, rate, slots, limit: .exp(1 / leaving), length: length) {
        [
          "P_abandon": $0.refused(), "P_wait": $0.queued(), "Lq": $0.queue(),
          "throughput": $0.throughput(), "util": $0.busy() / Double(slots),
        ]
      }
    }
      + fixed.map { name, rate, limit in
        impatient(name, rate, 1, limit: .fixed(limit), length: 400_000) {
          [
            "P_timeout": $0.refused(), "P_nowait": 1 - $0.queued(),
            "Wq_served": $0.latency() - 1, "throughput": $0.throughput(),
          ]
        }
      }
  }

  private static var tails: [AnalyticCase] {
    let laws: [(String, LawSpec, Double)] = [
      ("md1_tail_rho0.8", .fixed(1), 2_000_000), ("mh21_tail_rho0.8", .balanced, 6_000_000),
    ]
    let renewals: [(String, LawSpec, Double)] = [
      ("gim1_d_m_1_rho.8", .fixed(1.25), 1_500_000),
      ("gim1_e2_m_1_rho.9", .erlang(mean: unit / 0.9, stages: 2), 6_000_000),
      ("gim1_e10_m_1_rho.8", .erlang(mean: unit / 0.8, stages: 10), 1_500_000),
    ]
    return laws.map { name, law, length in
      AnalyticCase(name: name, topology: simple(.rate(0.8), .station(law)), length: length) {
        var found = ["P_wait": $0.waited()]
        for (word, q) in [("p90", 0.9), ("p99", 0.99), ("p999", 0.999)] {
          found["Wq_\(word)"] = $0.wait(quantile: q)
        }
        return found
      }
    }
      + renewals.map { name, law, length in
        AnalyticCase(
          name: name, topology: simple(.renewal(interval: law), .station(.exp(1))), length: length
        ) {
          [
            "P_wait": $0.waited(), "Wq": $0.wait(), "T": $0.latency(),
            "T_p99": $0.latency(quantile: 0.99), "Wq_p99": $0.wait(quantile: 0.99),
          ]
        }
      }
  }

  /// Upper bounds, which hold for any run that is long enough.
  private static var bounds: [AnalyticCase] {
    let erlang = ArrivalSpec.renewal(interval: .erlang(mean: unit / 0.9, stages: 2))
    let even = ArrivalSpec.renewal(interval: .uniform(0, 2 * unit / 0.9))
    return [
      AnalyticCase(
        name: "kingman_bounds", topology: simple(erlang, .station(.fixed(1))), length: 300_000
      ) { ["Wq_upper_E2_D": $0.wait()] },
      AnalyticCase(
        name: "kingman_bounds", topology: simple(even, .station(.uniform(0, 2 * unit))),
        length: 300_000
      ) { ["Wq_upper_U_U": $0.wait()] },
    ]
  }
}

extension Measured {
  /// Share of those who asked for a slot that did not get one at once.
  func queued(_ s: Int = 0) -> Double {
    let rows = run.services[s].rows
    let started = run.services[s].waits.reduce(0) { $0 + Double($1.reduce(0, +)) }
    let (refused, all) = rows.reduce((0.0, 0.0)) {
      ($0.0 + Double($1.refused), $0.1 + Double($1.requests))
    }
    return (started + refused) / all
  }

  /// The wait that a share of those who started did not exceed; exponential within a bucket.
  func wait(quantile: Double, _ s: Int = 0) -> Double {
    let starts = run.services[s].rows.reduce(0) { $0 + Double($1.starts) }
    var above = run.services[s].waits.reduce(0) { $0 + Double($1.reduce(0, +)) }
    let wanted = (1 - quantile) * starts
    if above <= wanted { return 0 }
    for i in 0..<ServiceOutcome.waitBuckets {
      let count: Double = run.services[s].waits.reduce(0) { sum, waits in
        sum + (i < waits.count ? Double(waits[i]) : 0)
      }
      if above - count <= wanted {
        let low = Double(LogBuckets.coarse.lowerBound(of: i))
        let high = Double(LogBuckets.coarse.lowerBound(of: i + 1))
        let below = max(above - count, 0.5)
        return (low + (high - low) * log(above / wanted) / log(above / below))
          / AnalyticCase.unit
      }
      above -= count
    }
    return .nan
  }
}
