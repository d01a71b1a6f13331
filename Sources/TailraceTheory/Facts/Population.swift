import TailraceExperiment
import TailraceModel

/// Requests of one class of one workload.
struct Population: Sendable {
  var workload: Int
  var requestClass: String
  /// Of the workload's requests.
  var share: Double
  /// Per second.
  var rate: Double
  /// Why the rate is what the run had and not what the scenario says; nil where the latter.
  var isMeasured: String?
}

/// How gaps between the requests of a workload hang together.
enum ArrivalNature: Sendable {
  case poisson
  /// Equal gaps.
  case constant
  /// Independent gaps of a law.
  case renewal(TimeDistribution)
  /// Clients that wait for their answers.
  case closed
  case other(String)

  init(_ arrivals: ArrivalSpec) {
    switch arrivals {
    case .poisson: self = .poisson
    case .constant: self = .constant
    case .renewal(let law):
      guard let known = try? law.distribution(LawContext()) else {
        self = .other("its gaps follow no law that theory knows")
        return
      }
      self = known.shape == .exponential ? .poisson : .renewal(known)
    case .closed: self = .closed
    case .instants, .trace: self = .other("it comes from a trace")
    case .rate: self = .other("its rate changes with time")
    case .modulated: self = .other("its rate changes at random")
    case .batches: self = .other("its requests come in batches")
    }
  }

  /// Why the requests of a workload are no Poisson stream; nil if they are.
  func gap(_ workload: String) -> String? {
    switch self {
    case .poisson: nil
    case .constant: "requests of '\(workload)' come at equal gaps, not as a Poisson stream"
    case .renewal(let law):
      "gaps between requests of '\(workload)' are \(law.shape.word), not exponential"
    case .closed: "'\(workload)' is a closed loop, whose requests follow the answers"
    case .other(let why): "'\(workload)' is no Poisson stream: \(why)"
    }
  }

  /// Requests per second that the scenario states; nil where only the run knows.
  static func rate(_ arrivals: ArrivalSpec) -> Double? {
    switch arrivals {
    case .poisson(let rate), .constant(let rate): rate
    case .renewal(let law): law.mean.map { 1e9 / $0 }
    case .instants, .trace, .rate, .modulated, .batches, .closed: nil
    }
  }
}

extension Population {
  /// All of a topology, in the order of its workloads and classes.
  static func all(_ topology: Topology, _ result: RunResult) -> [Population] {
    topology.workloads.enumerated().flatMap { number, workload -> [Population] in
      let stated = ArrivalNature.rate(workload.arrivals)
      let measured = result.workloads.first { $0.name == workload.name }?.offered.value
      let rate = stated ?? measured ?? 0
      let why = stated == nil ? "the rate of '\(workload.name)' is the run's" : nil
      let classes =
        workload.classes.isEmpty ? [ClassWeight(workload.name)] : workload.classes
      let total = classes.reduce(0) { $0 + $1.weight }
      return classes.map {
        Population(
          workload: number, requestClass: $0.name, share: $0.weight / total,
          rate: rate * $0.weight / total, isMeasured: why)
      }
    }
  }
}

extension WorkloadSpec {
  /// Whether classes come from a trace, so that their shares are not known.
  var hasGivenClasses: Bool {
    if !classColumn.isEmpty { return true }
    if case .trace(let trace) = arrivals { return !trace.classes.isEmpty }
    return false
  }
}
