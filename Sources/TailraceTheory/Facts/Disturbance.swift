import TailraceExperiment
import TailraceModel

/// What a run did beside serving: only what really happened breaks an assumption.
///
/// A timeout that never struck leaves a queue as it would have been without it.
extension Network {
  /// Why visits to a service may end otherwise than by an answer; nil where none did in this run.
  func failure(of number: Int, ignoringGivingUp: Bool = false) -> String? {
    let spec = service(number)
    guard let outcome = outcome(number) else { return nil }
    if let fault = fault(striking: spec.name) { return fault }
    if outcome.shed > 0 { return "'\(spec.name)' turned visits away in this run" }
    if !ignoringGivingUp, mayGiveUp, let given = outcome.givenUp, given.isAny {
      return "callers of '\(spec.name)' gave up in this run"
    }
    if outcome.errors > 0 { return "visits to '\(spec.name)' failed in this run" }
    if outcome.tooDeep ?? 0 > 0 { return "calls to '\(spec.name)' stood too deep in this run" }
    return nil
  }

  /// The fault that strikes a service; nil without any.
  func fault(striking name: String) -> String? {
    guard let number = service(named: name) else { return nil }
    return topology.faults.first { $0.strikes(service(number)) }.map {
      "fault '\($0.name)' strikes '\(name)'"
    }
  }

  /// What balancers do that no formula knows.
  private func disturbance(
    by cluster: ClusterSpec, of spec: ServiceSpec, _ sum: ClusterSum?
  ) -> String? {
    if cluster.bindsLate { return "visits to '\(spec.name)' wait at its balancer" }
    if cluster.affinity != nil { return "sessions stay at replicas of '\(spec.name)'" }
    if cluster.subset != nil { return "balancers use some of the replicas of '\(spec.name)'" }
    if cluster.reportDelay != nil { return "balancers of '\(spec.name)' go by reports of load" }
    if spec.isWeighted { return "replicas of '\(spec.name)' have weights" }
    guard let sum else { return nil }
    if sum.rejected > 0 { return "balancers of '\(spec.name)' rejected calls in this run" }
    if sum.ejections > 0 { return "balancers of '\(spec.name)' left replicas out in this run" }
    if sum.restarts > 0 { return "replicas of '\(spec.name)' were restarted in this run" }
    return nil
  }

  /// Why calls to a service are not one attempt each; nil where they were in this run.
  func repetition(of number: Int) -> String? {
    if let rejection = rejection(of: service(number).name) { return rejection }
    guard let sum = outcome(number)?.attempts, sum.retries + sum.hedges > 0 else { return nil }
    let what = sum.hedges == 0 ? "retried" : sum.retries == 0 ? "hedged" : "retried and hedged"
    return "calls to '\(service(number).name)' were \(what) in this run"
  }

  /// What besides the queue decides how a service serves; nil if nothing does. An admission control
  /// that is a bound of the queue is none of it.
  func disturbance(of number: Int, hasDoorLimit: Bool = false) -> String? {
    let spec = service(number)
    let outcome = outcome(number)
    if let fault = fault(striking: spec.name) { return fault }
    if spec.connection != nil {
      return "connections to '\(spec.name)' cost handshakes or have limits"
    }
    if spec.sharding?.reshard != nil { return "the shards of '\(spec.name)' change in the run" }
    if let given = outcome?.givenUp, given.stopped > 0 || given.expired ?? 0 > 0 {
      return "visits to '\(spec.name)' were stopped or dropped since their callers gave up"
    }
    if spec.queueTimeout != nil, outcome?.errors ?? 0 > 0 {
      return "the queue of '\(spec.name)' drops those who wait too long"
    }
    if spec.discipline.sheds || !spec.classLimits.isEmpty, outcome?.shed ?? 0 > 0 {
      return "the queue of '\(spec.name)' chooses whom it sheds"
    }
    if spec.admission != nil, !hasDoorLimit, outcome?.shed ?? 0 > 0 {
      return "the admission control of '\(spec.name)' refused visits"
    }
    if outcome?.tooDeep ?? 0 > 0 { return "calls to '\(spec.name)' stood too deep" }
    return spec.cluster.flatMap { disturbance(by: $0, of: spec, outcome?.balancing) }
  }
}
