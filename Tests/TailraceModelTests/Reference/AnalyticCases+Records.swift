import Foundation
import TailraceEngine

@testable import TailraceModel

extension AnalyticCase {
  /// Cases that are read off the records of single requests.
  static var records: [AnalyticCase] { shared + crowds + [busyPeriods] }

  /// Response times against the work that a request brought, under processor sharing.
  private static var shared: [AnalyticCase] {
    func sharing(
      _ name: String, _ rate: Double, _ law: LawSpec, length: Double,
      _ measure: @escaping @Sendable (Measured) -> [String: Double]
    ) -> AnalyticCase {
      let service = ServiceSpec.station(law, slots: nil).with { $0.discipline = .ps }
      return AnalyticCase(
        name: name, topology: simple(.rate(rate), service), length: length, keepsRequests: true,
        measure: measure)
    }
    return [.exp(1), .lognormal(cv2: 4)].map { (law: LawSpec) in
      sharing("mg1ps_insensitive_rho0.7", 0.7, law, length: 400_000) {
        let all = $0.responses
        return [
          "T_given_x_0p5": all.given(0.5), "T_given_x_2": all.given(2),
          "slowdown_mean": all.slowdown,
        ]
      }
    } + [
      sharing("mm1ps_rho0.8", 0.8, .exp(1), length: 900_000) {
        ["slowdown_mean": $0.responses.slowdown]
      }
    ]
  }

  /// How many are in the system, over time.
  private static var crowds: [AnalyticCase] {
    let laws: [LawSpec] = [.exp(2), .fixed(2), .lognormal(mean: 2, cv2: 4)]
    let bounded: [(String, Double, Int, Int, Double, UInt64)] = [
      ("mmck_lam0.9_c1_K5", 0.9, 1, 5, 1_000_000, 10),
      ("mmck_lam2.0_c1_K10", 2, 1, 10, 1_000_000, 250),
      // Nobody is there for one part in a thousand: a hundred million requests give it to 0.9 %.
      ("mmck_lam4.5_c4_K20", 4.5, 4, 20, 400_000, 120),
    ]
    return laws.map {
      AnalyticCase(
        name: "mginf", topology: simple(.rate(5), .station($0, slots: nil)), length: 120_000,
        keepsRequests: true
      ) {
        let times = $0.timeByNumber(skipping: 1_000)
        return ["L": times.mean, "L_var": times.variance, "P0": times[0]]
      }
    }
      + bounded.map { name, rate, slots, places, length, replications in
        let service = ServiceSpec.station(.exp(1), slots: slots).with {
          $0.queueLimit = places - slots
        }
        return AnalyticCase(
          name: name, topology: simple(.rate(rate), service), length: length,
          isLong: replications > 10, replications: replications, keepsRequests: slots > 1
        ) {
          let busy = $0.busy() / Double(slots)
          // One server is idle when nobody is there; of several the records tell.
          let empty = slots == 1 ? 1 - busy : $0.timeByNumber(skipping: 100)[0]
          return ["P0": empty, "util": busy]
        }
      }
  }

  private static var busyPeriods: AnalyticCase {
    AnalyticCase(
      name: "busy_period_mm1", topology: simple(.rate(0.5), .station(.exp(1))), length: 2_000_000,
      keepsRequests: true
    ) {
      let all = $0.run.requests.sorted { $0.began < $1.began }
      var busy: [Double] = []
      var idle = 0.0
      var (start, end) = (all[0].began, all[0].ended)
      // The first period may have begun before the first record.
      for request in all.dropFirst() {
        if request.began > end {
          busy.append(Double(end - start) / unit)
          idle += Double(request.began - end) / unit
          start = request.began
        }
        end = max(end, request.ended)
      }
      let count = Double(busy.count)
      let mean = busy.reduce(0, +) / count
      return [
        "busy_mean": mean, "busy_var": busy.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count,
        "served_per_busy": Double(all.count) / count, "idle_mean": idle / count,
      ]
    }
  }
}

extension LawSpec {
  static func lognormal(mean: Double, cv2: Double) -> LawSpec {
    .lognormal(LognormalLaw(mean: mean * AnalyticCase.unit, variation: cv2.squareRoot()))
  }
}

/// Requests with the work they brought, in units of the reference.
struct Responses {
  var all: [(work: Double, response: Double)] = []

  /// Mean response over work.
  var slowdown: Double {
    all.reduce(0) { $0 + $1.response / $1.work } / Double(all.count)
  }

  /// Mean response of those with about that much work, brought to exactly that much.
  func given(_ work: Double) -> Double {
    let near = all.filter { abs($0.work - work) < work / 20 }
    return near.reduce(0) { $0 + $1.response / $1.work } / Double(near.count) * work
  }
}

/// Shares of time with each number in the system.
struct TimeByNumber {
  var shares: [Double]

  subscript(_ number: Int) -> Double { number < shares.count ? shares[number] : 0 }
  var mean: Double { shares.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } }
  var variance: Double {
    shares.enumerated().reduce(0) { $0 + Double($1.offset * $1.offset) * $1.element } - mean * mean
  }
}

extension Measured {
  /// Requests with their work, which is drawn again as the model draws it.
  var responses: Responses {
    let plan = PlanBuilder.build(
      topology, seed: StreamKey.run(seed: settings.seed, replication: settings.number),
      window: settings.window)
    var sampler = Sampler(plan)
    let base = Luck.base(seed: plan.seed, source: plan.sources[0].name)
    guard let step = plan.steps.first(where: { $0.op == .serve }) else { return Responses() }
    var found = Responses()
    for request in run.requests {
      let work = sampler.time(
        step.law, luck: Luck.root(base: base, request: request.number), salt: step.salt,
        number: request.number, source: 0)
      found.all.append(
        (
          work: Double(max(1, work)) / AnalyticCase.unit,
          response: Double(request.ended - request.began) / AnalyticCase.unit
        ))
    }
    return found
  }

  /// Time by number in the system, some units after the window's start: those who were there
  /// before are not on record.
  func timeByNumber(skipping units: Double) -> TimeByNumber {
    let start = window.lowerBound + UInt64(units * AnalyticCase.unit)
    let ends = run.requests.map(\.ended).sorted()
    let begins = run.requests.map(\.began).sorted()
    var shares: [Double] = []
    var (i, k) = (0, 0)
    var now = start
    while now < window.upperBound {
      while i < begins.count && begins[i] <= now { i += 1 }
      while k < ends.count && ends[k] <= now { k += 1 }
      let next = min(
        i < begins.count ? begins[i] : .max, k < ends.count ? ends[k] : .max, window.upperBound)
      while shares.count <= i - k { shares.append(0) }
      shares[i - k] += Double(next - now)
      now = next
    }
    let total = shares.reduce(0, +)
    return TimeByNumber(shares: shares.map { $0 / total })
  }
}
