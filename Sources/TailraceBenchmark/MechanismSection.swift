import Tailrace
import TailraceModel

/// What mechanisms of resilience cost where they are used: each beside the same scenario without it.
enum MechanismSection {
  /// A mechanism, as settings of two choices of 10.
  struct Mechanism {
    var name: String
    /// Settings of the service, of the call, and sections of the file.
    var service = ""
    var call = ""
    var sections = ""
    /// Steps before the work.
    var steps = ""
  }

  static let all = [
    Mechanism(name: "one shared balancer", service: "balancers: 'shared'"),
    Mechanism(name: "ten balancers", service: "balancers: 10"),
    Mechanism(name: "PEAK_EWMA", service: "lb_policy: 'PEAK_EWMA'"),
    Mechanism(name: "JOIN_IDLE_QUEUE", service: "lb_policy: 'JOIN_IDLE_QUEUE'"),
    Mechanism(name: "PREQUAL", service: "lb_policy: 'PREQUAL'"),
    Mechanism(
      name: "utilization-weighted", service: "lb_policy: 'CLIENT_SIDE_WEIGHTED_ROUND_ROBIN'"),
    Mechanism(name: "late binding", service: "queue: { at: 'balancer' }"),
    Mechanism(name: "reports of load", service: "load_report_delay: '10ms'"),
    Mechanism(
      name: "sessions", service: "session_affinity: { by: 'user' }",
      sections: "keys: { user: { count: 1000 } },"),
    Mechanism(name: "subsets", service: "subset: { size: 5 }"),
    Mechanism(name: "readiness probes", service: "readiness_probe: { period: '1s' }"),
    Mechanism(name: "liveness probes", service: "liveness_probe: { period: '1s' }"),
    Mechanism(name: "outlier detection", service: "outlier_detection: {}"),
    Mechanism(
      name: "caps", service: "circuit_breakers: { max_requests: 1024, max_connections: 1024 }"),
    Mechanism(name: "CODEL", service: "queue: { discipline: 'CODEL' }"),
    Mechanism(name: "ADAPTIVE_LIFO", service: "queue: { discipline: 'ADAPTIVE_LIFO' }"),
    Mechanism(
      name: "fixed limit", service: "admission_control: { type: 'FIXED', limit: 1000 }"),
    Mechanism(name: "VEGAS", service: "admission_control: { type: 'VEGAS' }"),
    Mechanism(
      name: "token bucket",
      sections:
        "rate_limits: { all: { type: 'token_bucket', max_tokens: 100000, fill_interval: '1us' } },",
      steps: "{ rate_limit: 'all' },"),
    Mechanism(name: "breaker", call: "breaker: {},"),
    Mechanism(name: "adaptive throttling", call: "adaptive_throttling: {},"),
  ]

  static func run(_ options: Options) {
    let rows = all.filter { $0.name.contains(options.only) }
    let base = subject(Mechanism(name: "two choices of 10"))
    let topology = base.topology
    var own = [[Double]](repeating: [], count: rows.count)
    var ratios = own
    let requests = max(1_000, options.requests / 4)
    let subjects = rows.map { subject($0) }
    let topologies = subjects.map(\.topology)
    for _ in 0..<min(options.pairs, 15) {
      for i in rows.indices {
        let without = seconds(base, topology, requests)
        let with = seconds(subjects[i], topologies[i], requests)
        own[i].append(with / Double(requests) * 1e9)
        ratios[i].append(with / without)
      }
    }
    print(
      """

      Price of mechanisms: two choices of 10 at 80 %, departures as events, \(requests) requests; \
      medians of interleaved pairs with the mechanism and without
      """)
    Report.row("mechanism", ["ns/request", "times the price without"])
    for i in rows.indices {
      Report.row(
        rows[i].name,
        [
          Report.fixed(Measurement.median(own[i]), 1),
          Report.fixed(Measurement.median(ratios[i]), 2),
        ])
    }
  }

  private static func seconds(_ subject: Subject, _ topology: Topology, _ requests: Int) -> Double {
    let begun = Meters.threadSeconds
    let result = subject.run(topology, requests: requests, seed: 1, .events)
    precondition(result.violations.isEmpty)
    return Meters.threadSeconds - begun
  }

  private static func subject(_ mechanism: Mechanism) -> Subject {
    let policy = mechanism.service.contains("lb_policy") ? "" : "lb_policy: 'LEAST_REQUEST',"
    let service = mechanism.service.isEmpty ? "" : mechanism.service + ","
    let keys = mechanism.sections.contains("user") ? "keys: { user: 1 }," : ""
    return Subject(
      name: mechanism.name, ratePerSecond: 8_000,
      scenario: """
        {
          tailrace: 1, name: 'benchmark', run: { duration: '1s', warm_up: '0s' },
          \(mechanism.sections)
          workloads: {
            client: {
              arrivals: { type: 'poisson', rate: '8000/s' }, \(keys)
              steps: [{ call: 'server', \(mechanism.call) }],
            },
          },
          services: {
            server: {
              replicas: 10, \(policy) \(service)
              handler: [
                \(mechanism.steps) { work: { type: 'exponential', mean: '1ms' } },
              ],
            },
          },
        }
        """)
  }
}
