import TailraceDiagnosis
import TailraceExperiment
import TailraceTheory

/// The machine's summary of a run: the same facts as the text, in the names of the CSV columns.
public struct SummaryJSON: Encodable {
  /// The version of the document's shape.
  public static let schemaVersion = 1

  let result: RunResult
  let theory: TheoryReport?
  let findings: [Finding]?
  let topology: TopologyGraph?

  /// A document about one variant's run, with what theory and the diagnosis say about it and who
  /// calls whom in it, if that is known.
  public init(
    _ result: RunResult, theory: TheoryReport? = nil, findings: [Finding]? = nil,
    topology: TopologyGraph? = nil
  ) {
    self.result = result
    self.theory = theory
    self.findings = findings
    self.topology = topology
  }

  /// The document, with a line break at its end.
  public func text() throws -> String {
    try JSONText.of(self)
  }

  /// Writes the members; what is missing is written as null.
  public func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(Self.schemaVersion, forKey: .schemaVersion)
    try document.encode(result.scenario, forKey: .scenario)
    try document.encode(result.variant, forKey: .variant)
    try document.encode(result.seed, forKey: .seed)
    try document.encode(result.replications, forKey: .replications)
    try document.encode(result.replicationsPlanned, forKey: .replicationsPlanned)
    try document.encode(Double(result.duration) / 1e9, forKey: .duration)
    try document.encode(Double(result.warmUp) / 1e9, forKey: .warmUp)
    try document.encode(result.warmUpRule.rawValue, forKey: .warmUpRule)
    try document.encode(result.cutShort != nil, forKey: .partial)
    try document.encode(result.cutShort?.rawValue, forKey: .cutShort)
    try document.encode(result.status, forKey: .status)
    try document.encode(result.isSettled, forKey: .settled)
    try document.encode(HexText.of(result.digest), forKey: .digest)
    if let precision = result.precision {
      try document.encode(PrecisionJSON(precision), forKey: .precision)
    }
    if !result.thresholds.isEmpty {
      try document.encode(result.thresholds.map(ThresholdJSON.init), forKey: .thresholds)
    }
    try document.encode(result.workloads.map(WorkloadJSON.init), forKey: .workloads)
    try document.encode(result.services.map(ServiceJSON.init), forKey: .services)
    if !result.caches.isEmpty {
      try document.encode(result.caches.map(CacheJSON.init), forKey: .caches)
    }
    if !result.ports.isEmpty {
      try document.encode(result.ports.map(PortJSON.init), forKey: .ports)
    }
    if !result.rateLimits.isEmpty {
      try document.encode(result.rateLimits.map(RateLimitJSON.init), forKey: .rateLimits)
    }
    if !result.pools.isEmpty {
      try document.encode(result.pools.map(PoolJSON.init), forKey: .pools)
    }
    if !result.breakers.isEmpty {
      try document.encode(result.breakers.map(BreakerJSON.init), forKey: .breakers)
    }
    if !result.faults.isEmpty {
      try document.encode(result.faults.map(FaultJSON.init), forKey: .faults)
    }
    if !result.recoveries.isEmpty {
      try document.encode(result.recoveries.map(RecoveryJSON.init), forKey: .recoveries)
    }
    if let costs = result.costs { try document.encode(CostJSON(costs), forKey: .cost) }
    if !result.stragglers.isEmpty {
      try document.encode(result.stragglers.map(StragglerJSON.init), forKey: .stragglers)
    }
    if !result.completeness.isEmpty {
      try document.encode(result.completeness.map(CompletenessJSON.init), forKey: .completeness)
    }
    if let theory { try document.encode(TheoryJSON(theory), forKey: .theory) }
    if let findings {
      try document.encode(
        findings.map(FindingJSON.init), forKey: .diagnosis)
    }
    if let topology { try document.encode(topology, forKey: .topology) }
  }

  private enum Key: String, CodingKey {
    case schemaVersion = "schema_version"
    case scenario, variant, seed, replications
    case replicationsPlanned = "replications_planned"
    case duration = "duration_s"
    case warmUp = "warm_up_s"
    case warmUpRule = "warm_up_rule"
    case partial, status, precision
    case settled = "warm_up_settled"
    case cutShort = "cut_short"
    case rateLimits = "rate_limits"
    case pools, breakers
    case digest, thresholds, workloads, services, caches, ports, faults, recoveries, cost,
      stragglers,
      completeness
    case theory, diagnosis, topology
  }
}
