import TailraceEngine
import Testing

@testable import TailraceModel
@testable import TailraceTheory

/// Each formula against numbers that others computed: `analytic.csv`, cross-checked by Octave's
/// queueing package or by Markov chains.
@Suite("Formulas") struct FormulaTests {
  /// A number that a formula must give.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var metric: String
    var within = 1e-9
    var value: @Sendable () -> Double

    init(
      _ name: String, _ metric: String, within: Double = 1e-9,
      _ value: @escaping @Sendable () -> Double
    ) {
      (self.name, self.metric, self.within, self.value) = (name, metric, within, value)
    }

    var testDescription: String { "\(name) \(metric)" }
  }

  @Test("gives the number of the reference", arguments: all)
  func reference(_ one: Case) {
    let expected = ReferenceNumbers.value(one.name, one.metric)
    let value = one.value()
    #expect(
      abs(value - expected) <= one.within * abs(expected),
      "\(one.name) \(one.metric): \(value), not \(expected)")
  }

  static let all = stations + losses + general + orders + balancers + fans + caches + loops

  private static func queue(_ rate: Double, _ servers: Int) -> MMc {
    MMc(arrivalRate: rate, work: 1, servers: servers)
  }

  static let stations: [Case] =
    [0.5, 0.8, 0.95].flatMap { rate -> [Case] in
      let name = "mm1_rho\(rate)"
      return [
        Case(name, "T") { queue(rate, 1).meanResponse },
        Case(name, "Wq") { queue(rate, 1).meanWait },
        Case(name, "Lq") { queue(rate, 1).meanQueue },
        Case(name, "P_wait") { queue(rate, 1).waitProbability },
        Case(name, "T_p50") { queue(rate, 1).response.quantile(0.5) },
        Case(name, "T_p999") { queue(rate, 1).response.quantile(0.999) },
        Case(name, "Wq_p99") { queue(rate, 1).wait.quantile(0.99) },
        Case(name, "T_var") { queue(rate, 1).response.variance },
      ]
    }
    + [("mmc_c2_lam1.6", 1.6, 2), ("mmc_c8_lam7.2", 7.2, 8), ("mmc_c50_lam45", 45.0, 50)].flatMap {
      (name, rate, servers) -> [Case] in
      [
        Case(name, "P_wait") { queue(rate, servers).waitProbability },
        Case(name, "Wq") { queue(rate, servers).meanWait },
        Case(name, "T") { queue(rate, servers).meanResponse },
        Case(name, "Lq") { queue(rate, servers).meanQueue },
        Case(name, "Wq_p99") { queue(rate, servers).wait.quantile(0.99) },
        Case(name, "T_p50") { queue(rate, servers).response.quantile(0.5) },
        Case(name, "T_p99") { queue(rate, servers).response.quantile(0.99) },
        Case(name, "T_p999") { queue(rate, servers).response.quantile(0.999) },
      ]
    }

  static let losses: [Case] =
    [("erlangB_a10_c10", 10), ("erlangB_a100_c100", 100)].map { name, size in
      Case(name, "P_block") { ErlangB(load: Double(size), servers: size).loss }
    } + [Case("erlangB_a4_c5", "P_block") { ErlangB(load: 4, servers: 5).loss }]
    + [
      ("mmck_lam0.9_c1_K5", 0.9, 1, 5), ("mmck_lam2.0_c1_K10", 2, 1, 10),
      ("mmck_lam4.5_c4_K20", 4.5, 4, 20),
    ].flatMap { (name, rate, servers, places) -> [Case] in
      let queue = MMcK(arrivalRate: rate, work: 1, servers: servers, places: places)
      return [
        Case(name, "P_block") { queue.loss }, Case(name, "throughput") { queue.throughput },
        Case(name, "Lq") { queue.meanQueue }, Case(name, "Wq") { queue.meanWait },
        Case(name, "util") { queue.utilization },
      ]
    }

  private static func law(_ law: LawSpec) -> TimeDistribution {
    (try? law.distribution(LawContext())) ?? .constant(.nan)
  }

  private static let hyper = law(
    .mixture([
      WeightedLaw(weight: 0.887298334621, law: .exponential(mean: 1 / 1.77459666924)),
      WeightedLaw(weight: 0.112701665379, law: .exponential(mean: 1 / 0.225403330759)),
    ]))

  private static func wait(_ rate: Double, _ law: TimeDistribution) -> Double {
    MG1(arrivalRate: rate, work: law).meanWait
  }

  static let general: [Case] = [
    Case("mg1_det_rho0.8", "Wq") { wait(0.8, .constant(1)) },
    Case("mg1_erlang4_rho0.8", "Wq") { wait(0.8, law(.erlang(mean: 1, stages: 4))) },
    Case("mg1_h2_cv4_rho0.8", "Wq") { wait(0.8, hyper) },
    Case("mg1_logn_cv4_rho0.7", "Wq") {
      wait(0.7, law(.lognormal(LognormalLaw(mean: 1, variation: 2))))
    },
    Case("mg1_pareto2.5_rho0.5", "Wq") {
      wait(0.5, law(.pareto(minimum: 0.6, shape: 2.5, maximum: nil)))
    },
    Case("mg1_bimodal_rho0.6", "Wq") {
      wait(
        0.504201680672,
        law(.discrete([.init(value: 1, weight: 99), .init(value: 20, weight: 1)])))
    },
    Case("md1_tail_rho0.8", "Wq_p90", within: 1e-7) { deterministic.wait.quantile(0.9) },
    Case("md1_tail_rho0.8", "Wq_p99", within: 1e-7) { deterministic.wait.quantile(0.99) },
    Case("md1_tail_rho0.8", "Wq_p999", within: 1e-7) { deterministic.wait.quantile(0.999) },
    Case("mg1_det_rho0.8", "Wq_var") { deterministic.wait.variance },
    Case("mm1ps_rho0.8", "T") {
      MG1(arrivalRate: 0.8, work: .exponential(mean: 1)).meanResponseShared
    },
    Case("mg1ps_insensitive_rho0.7", "T") {
      MG1(arrivalRate: 0.7, work: .constant(1)).meanResponseShared
    },
  ]

  private static let deterministic = MD1(arrivalRate: 0.8, work: 1)

  static let orders: [Case] =
    [
      Case("mm1_orders_rho0.7", "Wq") { wait(0.7, .exponential(mean: 1)) },
      Case("lifo_pr_exp_rho0.7", "T") {
        MG1(arrivalRate: 0.7, work: .exponential(mean: 1)).meanResponseShared
      },
      Case("mm1_sizebased_rho0.8", "T_SRPT", within: 2e-4) {
        MG1(arrivalRate: 0.8, work: .exponential(mean: 1)).meanResponseShortestRemaining
      },
      Case("mm1_sizebased_rho0.8", "T_SJF", within: 2e-4) {
        MG1(arrivalRate: 0.8, work: .exponential(mean: 1)).meanWaitShortestFirst + 1
      },
    ]
    + (1...3).flatMap { number -> [Case] in
      [
        Case("prio3_exp", "Wq_np_\(number)") { three.meanWait(number - 1) },
        Case("prio3_exp", "T_pr_\(number)") { three.meanResponsePreemptive(number - 1) },
      ]
    }
    + (1...2).flatMap { number -> [Case] in
      [
        Case("prio2_mixed", "Wq_np_\(number)") { mixed.meanWait(number - 1) },
        Case("prio2_mixed", "T_pr_\(number)") { mixed.meanResponsePreemptive(number - 1) },
      ]
    }

  private static let three = PriorityMG1(
    [0.2, 0.3, 0.3].map { (rate: $0, work: .exponential(mean: 1)) })
  private static let mixed = PriorityMG1([
    (rate: 0.3, work: .constant(1)), (rate: 0.1, work: .exponential(mean: 4)),
  ])

  static let balancers: [Case] =
    [
      Case("gim1_d_m_1_rho.8", "P_wait") { GIM1(arrivalRate: 0.8, work: 1).waitProbability },
      Case("gim1_d_m_1_rho.8", "Wq") { GIM1(arrivalRate: 0.8, work: 1).meanWait },
      Case("gim1_d_m_1_rho.8", "Wq_p99") { GIM1(arrivalRate: 0.8, work: 1).wait.quantile(0.99) },
      Case("gim1_e2_m_1_rho.9", "T") {
        GIM1(arrivalRate: 0.9, work: 1, stages: 2).response.mean
      },
      Case("gim1_e10_m_1_rho.8", "T_p99") {
        GIM1(arrivalRate: 0.8, work: 1, stages: 10).response.quantile(0.99)
      },
      Case("lb_roundrobin_n4", "T") { GIM1(arrivalRate: 0.8, work: 1, stages: 4).response.mean },
      Case("lb_random_10", "T_p99") { queue(0.9, 1).response.quantile(0.99) },
      Case("kingman_bounds", "Wq_upper_E2_D") {
        QueueBounds.kingman(
          arrivalRate: 0.9, gapVariance: 1 / (0.9 * 0.9) / 2, work: .constant(1))
      },
      Case("kingman_bounds", "Wq_upper_U_U") {
        QueueBounds.kingman(
          arrivalRate: 0.9, gapVariance: (2 / 0.9) * (2 / 0.9) / 12, work: law(.uniform(0, 2)))
      },
    ]
    + [0.5, 0.7, 0.9, 0.99].flatMap { load in
      [2, 3, 5].map { choices in
        Case("lb_pod_meanfield_lam\(load)", "T_d\(choices)") {
          Supermarket(load: load, work: 1, choices: choices).meanResponse
        }
      }
    }

  static let fans: [Case] =
    [10, 100].flatMap { count -> [Case] in
      let slowest = TimeDistribution.order([(.exponential(mean: 1), count)], needed: count)
      return [
        Case("fanout_exp_n\(count)", "mean", within: 1e-6) { slowest.mean },
        Case("fanout_exp_n\(count)", "var", within: 1e-5) { slowest.variance },
        Case("fanout_exp_n\(count)", "p50") { slowest.quantile(0.5) },
        Case("fanout_exp_n\(count)", "p99") { slowest.quantile(0.99) },
      ]
    }
    + [(3, 5), (2, 3), (95, 100), (100, 100)].map { needed, count in
      Case("fanout_quorum", "mean_\(needed)of\(count)", within: 1e-6) {
        TimeDistribution.order([(.exponential(mean: 1), count)], needed: needed).mean
      }
    }
    + [1, 10, 100].flatMap { count -> [Case] in
      let slowest = TimeDistribution.order(
        [(law(.lognormal(LognormalLaw(logMean: 0, logDeviation: 1))), count)], needed: count)
      return [
        Case("fanout_lognormal", "p50_n\(count)") { slowest.quantile(0.5) },
        Case("fanout_lognormal", "p99_n\(count)") { slowest.quantile(0.99) },
      ]
    }
    + [
      Case("fanout_heterogeneous3", "mean", within: 1e-6) { heterogeneous.mean },
      Case("fanout_heterogeneous3", "p99") { heterogeneous.quantile(0.99) },
      Case("forkjoin2_rho0.5", "T") { ForkJoin.two(load: 0.5, work: 1) },
      Case("forkjoin2_rho0.8", "T") { ForkJoin.mean(branches: 2, load: 0.8, work: 1) },
      Case("serial_latency", "p99", within: 1e-9) {
        TimeDistribution.sum(of: [.constant(2), .exponential(mean: 2), .constant(3)])
          .quantile(0.99)
      },
      // A sum on a grid: within 0.1 %.
      Case("tandem3", "T_p99", within: 1e-3) {
        TimeDistribution.sum(
          of: [1, 0.8, 0.5].map { MMc(arrivalRate: 0.6, work: $0, servers: 1).response }
        ).quantile(0.99)
      },
      Case("tandem3", "T") {
        [1, 0.8, 0.5].reduce(0) {
          $0 + MMc(arrivalRate: 0.6, work: $1, servers: 1).meanResponse
        }
      },
    ]

  private static let heterogeneous = TimeDistribution.order(
    [1, 2, 3].map { (.exponential(mean: $0), 1) }, needed: 3)

  static let caches: [Case] = [
    ("che_N1000_a0.8_C100", 1_000, 0.8, 100.0), ("che_N10000_a1.0_C500", 10_000, 1, 500),
  ].flatMap { (name, keys, exponent, capacity) -> [Case] in
    let groups = CacheModel.zipf(count: UInt64(keys), exponent: exponent)
    return [
      // Beyond rank 4,096 keys stand in groups.
      Case(name, "LRU", within: 1e-5) {
        CacheModel.hitRatio(groups, capacity: capacity, .fromLastUse)
      },
      Case(name, "FIFO_RANDOM", within: 1e-5) {
        CacheModel.hitRatio(groups, capacity: capacity, .fromArrival)
      },
    ]
  }

  static let loops: [Case] =
    [("machine_repair_N6_c1", 6, 0.1, 1), ("machine_repair_N20_c3", 20, 0.2, 3)].flatMap {
      (name, clients, rate, servers) -> [Case] in
      let closed = ClosedNetwork(
        clients: clients, thinkTime: 1 / rate, stations: [.init(demand: 1, servers: servers)])
      return [
        Case(name, "X") { closed.throughput },
        Case(name, "R") { closed.response(thinkTime: 1 / rate) },
        Case(name, "L") { closed.present[0] },
      ]
    }
    + [10, 30].flatMap { clients -> [Case] in
      let closed = ClosedNetwork(
        clients: clients, thinkTime: 3,
        stations: [0.3, 0.2, 0.15].map { .init(demand: $0, servers: 1) })
      let name = "closed_interactive_N\(clients)"
      return [
        Case(name, "X") { closed.throughput },
        Case(name, "R") { closed.response(thinkTime: 3) },
        Case(name, "Q1") { closed.present[0] }, Case(name, "Q2") { closed.present[1] },
        Case(name, "U1") { closed.throughput * 0.3 },
      ]
    }
}
