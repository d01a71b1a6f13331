import Foundation

@testable import TailraceModel

extension AnalyticCase {
  /// Cases of arrivals: batches, changing rates, modulated streams and closed loops.
  static var arrivals: [AnalyticCase] {
    let one = ServiceSpec.station(.exp(1))
    return [
      AnalyticCase(
        name: "mx_m1_geom",
        topology: simple(.batches(.rate(0.35), size: .geometric(mean: 2)), one), length: 400_000
      ) { ["L": $0.present(), "T": $0.latency()] },
      AnalyticCase(
        name: "mmpp2_m_1",
        topology: simple(
          .modulated([
            ModulatedState(ratePerSecond: 300, mean: 100 * unit),
            ModulatedState(ratePerSecond: 1_500, mean: 100 * unit / 3),
          ]), one), length: 1_200_000
      ) { ["L": $0.present(), "T": $0.latency(), "P0": 1 - $0.busy()] },
      sine,
      repair("machine_repair_N6_c1", clients: 6, think: 10, servers: 1, length: 600_000),
      repair("machine_repair_N20_c3", clients: 20, think: 5, servers: 3, length: 60_000),
      repair("machine_repair_N20_c3", clients: 20, think: 5, servers: 3, length: 1_500_000, true),
      interactive("closed_interactive_N1", clients: 1, length: 2_000_000),
      interactive("closed_interactive_N10", clients: 10, length: 120_000),
      interactive("closed_interactive_N30", clients: 30, length: 120_000),
    ]
  }

  static func simple(_ arrivals: ArrivalSpec, _ service: ServiceSpec) -> Topology {
    let workload = WorkloadSpec(name: "w", arrivals: arrivals, steps: [.call(service.name)])
    return Topology(workloads: [workload], services: [service])
  }

  private static func loop(_ clients: Int, think: Double) -> ArrivalSpec {
    .closed(ClosedLoop(clients: clients, thinkTime: .exp(think)))
  }

  private static func repair(
    _ name: String, clients: Int, think: Double, servers: Int, length: Double,
    _ isLong: Bool = false
  ) -> AnalyticCase {
    AnalyticCase(
      name: name, topology: simple(loop(clients, think: think), .station(.exp(1), slots: servers)),
      length: length, isLong: isLong, keepsRequests: isLong
    ) {
      var found = [
        "X": $0.throughput(), "L": $0.present(), "R": $0.latency(), "Wq": $0.wait(),
      ]
      if servers == 1 { found["P0"] = 1 - $0.busy() } else if isLong { found["P0"] = $0.emptyShare }
      return found
    }
  }

  private static func interactive(_ name: String, clients: Int, length: Double) -> AnalyticCase {
    let demands = [0.3, 0.2, 0.15]
    let services = demands.enumerated().map { ServiceSpec.station(.exp($1), name: "s\($0)") }
    let workload = WorkloadSpec(
      name: "w", arrivals: loop(clients, think: 3), steps: services.map { .call($0.name) })
    return AnalyticCase(
      name: name, topology: Topology(workloads: [workload], services: services), length: length
    ) {
      var found = ["X": $0.throughput(), "R": $0.latency()]
      if clients > 1 {
        for i in 0..<3 { found["Q\(i + 1)"] = $0.queue(i) + $0.busy(i) }
        found["U1"] = $0.busy(0)
      }
      return found
    }
  }

  /// Number in an infinite-server system at a sine rate: its mean, swing and delay.
  private static var sine: AnalyticCase {
    let period = 24 * unit
    return AnalyticCase(
      name: "mt_m_inf_sin",
      topology: simple(
        .rate(.sine(mean: 10_000, amplitude: 0.5, period: UInt64(period))),
        .station(.exp(2), slots: nil)),
      length: 6 * 24_000 / 0.9, keepsRequests: true
    ) { measured in
      // The first Fourier coefficients of the number present, summed by request.
      let turn = 2 * Double.pi / period
      var (sine, cosine) = (0.0, 0.0)
      for request in measured.run.requests {
        let (from, to) = (turn * Double(request.began), turn * Double(request.ended))
        sine += (cos(from) - cos(to)) / turn
        cosine += (sin(to) - sin(from)) / turn
      }
      let length = Double(measured.window.upperBound - measured.window.lowerBound)
      (sine, cosine) = (2 * sine / length, 2 * cosine / length)
      return [
        "mean": measured.present(), "amplitude": (sine * sine + cosine * cosine).squareRoot(),
        "lag": atan2(-cosine, sine) / turn / unit,
      ]
    }
  }
}
