#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TopologyGraph {
  /// The graph in `summary.json` as a run wrote it.
  ///
  /// - Parameter summary: the file's bytes.
  /// - Returns: the graph and what to call it: the scenario and the variant.
  /// - Throws: `SavedRun.Mistake` where it is no such file, or an older one without a graph.
  public static func saved(
    summary: [UInt8]
  ) throws(SavedRun.Mistake) -> (title: String, graph: TopologyGraph) {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(summary))
    } catch {
      throw SavedRun.Mistake(
        text: "it holds no topology of a run; 'tailrace run -o' writes one")
    }
    let graph = document.topology
    let ids = Set(graph.nodes.map(\.id))
    guard ids.count == graph.nodes.count,
      graph.edges.allSatisfy({ ids.contains($0.from) && ids.contains($0.to) })
    else { throw SavedRun.Mistake(text: "nodes and edges of its topology do not fit") }
    return ("\(document.scenario) · \(document.variant)", graph)
  }

  private struct Document: Decodable {
    let scenario: String
    let variant: String
    let topology: TopologyGraph
  }
}

extension TopologyGraph.Node: Codable {
  private enum Key: String, CodingKey {
    case id, kind, name, arrivals, shards, replicas
    case slots = "slots_per_replica"
    case placement, capacity
    case requests = "requests_per_s"
    case utilization = "utilization_ratio"
    case hitRatio = "hit_ratio"
    case latencyP99 = "latency_p99_ms"
    case waitP99 = "wait_p99_ms"
    case failed = "failed_thresholds"
  }

  /// The key of its `p99`; nil where it has none.
  private var p99Key: Key? {
    switch kind {
    case .workload: .latencyP99
    case .service: .waitP99
    case .cache: nil
    }
  }

  /// Reads a node as `encode` writes it.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    self.init(
      try members.decode(TopologyGraph.NodeKind.self, forKey: .kind),
      try members.decode(String.self, forKey: .name))
    arrivals = try members.decodeIfPresent(String.self, forKey: .arrivals)
    shards = try members.decodeIfPresent(Int.self, forKey: .shards)
    replicas = try members.decodeIfPresent(Int.self, forKey: .replicas)
    slots = try members.decodeIfPresent(Int.self, forKey: .slots)
    placement = try members.decodeIfPresent(String.self, forKey: .placement)
    capacity = try members.decodeIfPresent(String.self, forKey: .capacity)
    requestsPerSecond = try members.decodeIfPresent(Double.self, forKey: .requests)
    utilization = try members.decodeIfPresent(Double.self, forKey: .utilization)
    hitRatio = try members.decodeIfPresent(Double.self, forKey: .hitRatio)
    if let p99Key { p99 = try members.decodeIfPresent(Double.self, forKey: p99Key) }
    failedThresholds = try members.decodeIfPresent([String].self, forKey: .failed) ?? []
  }

  /// Writes what applies to its kind; what is not known is null.
  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(id, forKey: .id)
    try members.encode(kind, forKey: .kind)
    try members.encode(name, forKey: .name)
    switch kind {
    case .workload: try members.encode(arrivals, forKey: .arrivals)
    case .service:
      try members.encode(shards, forKey: .shards)
      try members.encode(replicas, forKey: .replicas)
      try members.encode(slots, forKey: .slots)
      try members.encode(Finite(utilization), forKey: .utilization)
    case .cache:
      try members.encode(placement, forKey: .placement)
      try members.encode(capacity, forKey: .capacity)
      try members.encode(Finite(hitRatio), forKey: .hitRatio)
    }
    try members.encode(Finite(requestsPerSecond), forKey: .requests)
    if let p99Key { try members.encode(Finite(p99), forKey: p99Key) }
    try members.encode(failedThresholds, forKey: .failed)
  }
}

extension TopologyGraph.Edge: Codable {
  private enum Key: String, CodingKey {
    case from, to, kinds
    case fanOut = "fan_out"
    case calls = "calls_per_s"
    case attempts = "attempts_per_s"
    case errors = "error_ratio"
  }

  /// Reads an edge as `encode` writes it.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    self.init(
      try members.decode(String.self, forKey: .from), try members.decode(String.self, forKey: .to))
    kinds = try members.decode([TopologyGraph.EdgeKind].self, forKey: .kinds)
    fanOut = try members.decodeIfPresent(Int.self, forKey: .fanOut)
    callsPerSecond = try members.decodeIfPresent(Double.self, forKey: .calls)
    attemptsPerSecond = try members.decodeIfPresent(Double.self, forKey: .attempts)
    errorRatio = try members.decodeIfPresent(Double.self, forKey: .errors)
  }

  /// Writes the members; what is not known is null.
  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(from, forKey: .from)
    try members.encode(to, forKey: .to)
    try members.encode(kinds, forKey: .kinds)
    if kinds.contains(.scatter) { try members.encode(fanOut, forKey: .fanOut) }
    try members.encode(Finite(callsPerSecond), forKey: .calls)
    try members.encode(Finite(attemptsPerSecond), forKey: .attempts)
    try members.encode(Finite(errorRatio), forKey: .errors)
  }
}
