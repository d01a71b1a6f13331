import TailraceModel
import TailraceStatistics

/// Latencies with intervals that known means have narrowed.
public struct ControlReport: Sendable {
  /// What is known, in words: `arrivals`, `work of db`.
  public var controls: [String]
  public var rows: [Row]

  public struct Row: Sendable {
    public var name: Measure.Name
    /// As the replications alone give it, in nanoseconds.
    public var plain: Estimate
    /// At the known means, in nanoseconds.
    public var controlled: ControlledMean

    /// How many times as many replications would give the same interval without controls.
    public var gain: Double {
      let ratio = (plain.halfWidth ?? 0) / controlled.halfWidth
      return ratio * ratio
    }
  }
}

/// A sum over a replication whose mean is known.
struct Control {
  var name: String
  /// By replication: value over known mean, less 1.
  var deviations: [Double]
}

extension Merge {
  /// Most services whose work is a control: each costs a degree of freedom.
  private static let servicesMax = 2

  /// Latencies of workloads under control; nil where no mean is known or replications are few.
  func controlled(_ result: RunResult) -> ControlReport? {
    let controls = controls(result)
    guard !controls.isEmpty else { return nil }
    var rows: [ControlReport.Row] = []
    for measure in result.measures where measure.name.metric == "latency" && measure.isHeadline {
      guard let plain = measure.estimate, plain.halfWidth != nil else { continue }
      let samples = plain.perReplication.compactMap { $0 }
      guard samples.count == replications.count, samples.allSatisfy(\.isFinite),
        let mean = ControlledMean(of: samples, deviations: controls.map(\.deviations))
      else { continue }
      rows.append(.init(name: measure.name, plain: plain, controlled: mean))
    }
    return rows.isEmpty ? nil : ControlReport(controls: controls.map(\.name), rows: rows)
  }

  private func controls(_ result: RunResult) -> [Control] {
    var all: [Control] = []
    if let arrivals { all.append(Control(name: "arrivals", deviations: arrivals)) }
    let works = experiment.topology.services.compactMap { service in
      work(of: service).map { deviations in
        (
          control: Control(name: "work of \(service.name)", deviations: deviations),
          busy: result.services.first { $0.name == service.name }?.utilization.value ?? 0
        )
      }
    }
    let busiest = works.sorted { ($1.busy, $0.control.name) < ($0.busy, $1.control.name) }
    return all + busiest.prefix(Self.servicesMax).map(\.control)
  }

  /// Requests over those expected, less 1, of all workloads whose rate is a number.
  private var arrivals: [Double]? {
    let rates = experiment.topology.workloads.compactMap { workload -> (String, Double)? in
      switch workload.arrivals {
      case .poisson(let rate): (workload.name, rate)
      case .batches(.poisson(let rate), let size): size.mean.map { (workload.name, rate * $0) }
      default: nil
      }
    }
    let expected = rates.reduce(0) { $0 + $1.1 }
    guard expected > 0 else { return nil }
    return replications.indices.map { number in
      let requests = replications[number].workloads.reduce(0.0) { sum, workload in
        rates.contains { $0.0 == workload.name }
          ? sum + Double(workload.outcomes.reduce(0, +)) : sum
      }
      return requests / (expected * windowLength(number) / 1e9) - 1
    }
  }

  /// Mean slot time of a visit over its law's mean, less 1; nil where a visit is more than one piece
  /// of undisturbed work.
  private func work(of service: ServiceSpec) -> [Double]? {
    let steps = service.handlers.flatMap(\.steps).filter(\.enabled)
    guard service.handlers.count == 1, steps.count == 1, case .work(let law) = steps[0].verb,
      steps[0].probability == 1, steps[0].classes == nil, steps[0].queueBelow == nil,
      let mean = law.mean, mean > 0,
      service.slots != nil, service.cores == nil, service.groups.isEmpty,
      ![.ps, .srpt].contains(service.discipline), !service.preemptive, service.cancel == .none,
      !experiment.topology.faults.contains(where: { $0.strikes(service) }),
      service.cluster?.liveness == nil,
      let place = replications.first?.services.firstIndex(where: { $0.name == service.name })
    else { return nil }
    var deviations: [Double] = []
    for replication in replications {
      let rows = replication.services[place].rows
      let starts = rows.reduce(0) { $0 + $1.starts }
      guard starts > 0 else { return nil }
      deviations.append(
        Double(rows.reduce(0) { $0 + $1.busyArea }) / Double(starts) / mean - 1)
    }
    return deviations
  }
}
