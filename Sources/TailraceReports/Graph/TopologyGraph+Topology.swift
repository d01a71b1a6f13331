import TailraceModel

extension TopologyGraph {
  /// The graph of a topology; what is switched off is not in it.
  ///
  /// Linear in the steps of all programs.
  public init(_ topology: Topology) {
    var builder = GraphBuilder(topology)
    for workload in topology.workloads {
      builder.walk(workload.steps, from: Self.id(.workload, workload.name), shards: 1, replicas: 1)
    }
    for service in topology.services {
      for handler in service.handlers {
        builder.walk(
          handler.steps, from: Self.id(.service, service.name), shards: service.shards,
          replicas: service.replicas)
      }
    }
    nodes = builder.nodes
    edges = builder.sortedEdges
  }
}

/// Collects the edges of programs.
private struct GraphBuilder {
  private(set) var nodes: [TopologyGraph.Node] = []
  private var edges: [TopologyGraph.Edge] = []
  /// Places of nodes by id and of edges by both ends'.
  private var placeOf: [String: Int] = [:]
  private var edgeOf: [Ends: Int] = [:]
  private let services: [String: ServiceSpec]
  private let caches: [String: CacheSpec]

  private struct Ends: Hashable {
    let from: String
    let to: String
  }

  init(_ topology: Topology) {
    services = Dictionary(topology.services.map { ($0.name, $0) }) { first, _ in first }
    let enabled = topology.caches.filter(\.enabled)
    caches = Dictionary(enabled.map { ($0.name, $0) }) { first, _ in first }
    nodes += topology.workloads.map(Self.node).sorted { $0.name < $1.name }
    nodes += topology.services.map(Self.node).sorted { $0.name < $1.name }
    nodes += enabled.map(Self.node).sorted { $0.name < $1.name }
    for (place, node) in nodes.enumerated() { placeOf[node.id] = place }
  }

  /// By the places of the caller and of the callee.
  var sortedEdges: [TopologyGraph.Edge] {
    func places(_ edge: TopologyGraph.Edge) -> (Int, Int) {
      (placeOf[edge.from] ?? 0, placeOf[edge.to] ?? 0)
    }
    return edges.sorted { places($0) < places($1) }
  }

  // MARK: Nodes

  private static func node(_ workload: WorkloadSpec) -> TopologyGraph.Node {
    var node = TopologyGraph.Node(.workload, workload.name)
    node.arrivals = words(workload.arrivals)
    return node
  }

  private static func words(_ arrivals: ArrivalSpec) -> String {
    switch arrivals {
    case .poisson(let rate), .constant(let rate): GraphWords.rate(rate)
    case .renewal, .instants: "open loop"
    case .trace: "trace"
    case .rate, .modulated: "changing rate"
    case .batches(let arrivals, _): words(arrivals) + ", batches"
    case .closed(let loop): loop.clients == 1 ? "1 client" : "\(loop.clients) clients"
    }
  }

  private static func node(_ service: ServiceSpec) -> TopologyGraph.Node {
    var node = TopologyGraph.Node(.service, service.name)
    node.shards = service.shards
    node.replicas = service.replicas
    node.slots = service.slots
    return node
  }

  private static func node(_ cache: CacheSpec) -> TopologyGraph.Node {
    var node = TopologyGraph.Node(.cache, cache.name)
    node.placement = cache.host?.service ?? cache.placement.rawValue
    switch cache.capacity {
    case .entries(let count):
      node.capacity = DecimalText.count(UInt64(clamping: count)) + " entries"
    case .bytes(let count): node.capacity = DecimalText.count(count) + " bytes"
    }
    return node
  }

  // MARK: Edges

  /// Follows a program; `role` is what it does for the one around it.
  mutating func walk(
    _ steps: [StepSpec], from caller: String, shards: Int, replicas: Int,
    as role: TopologyGraph.EdgeKind? = nil
  ) {
    func inner(_ steps: [StepSpec], as role: TopologyGraph.EdgeKind?) {
      walk(steps, from: caller, shards: shards, replicas: replicas, as: role)
    }
    for step in steps where step.enabled {
      switch step.verb {
      case .work, .wait, .fail, .rateLimit: break
      case .hold(let use): inner(use.steps, as: role)
      case .call(let call):
        let kind = role ?? (call.operation == .write ? .write : .call)
        add(caller, to: .service, call.service, kind)
      case .scatter(let call, let target, _):
        let callee = services[call.service]
        let count: Int? =
          switch target {
          case .shards: callee?.shards
          case .fanOut(let count): count
          case .keys: nil
          case .replicas: callee?.replicas
          case .peers: replicas - 1
          case .childShards: callee.map { max(1, $0.shards / max(1, shards)) }
          }
        add(caller, to: .service, call.service, .scatter, count)
        if let kind = role ?? (call.operation == .write ? .write : nil) {
          add(caller, to: .service, call.service, kind)
        }
      case .parallel(let branches, _): for branch in branches { inner(branch, as: role) }
      case .split(let arms): for arm in arms { inner(arm.steps, as: role) }
      case .repeat(_, let steps): inner(steps, as: role)
      case .cache(let use):
        guard let cache = caches[use.cache] else {
          inner(use.steps, as: role)
          break
        }
        add(caller, to: .cache, use.cache, Self.kind(use.operation))
        if let host = use.host ?? cache.host {
          add(TopologyGraph.id(.cache, use.cache), to: .service, host.service, .host)
        }
        for program in use.programs { inner(program, as: use.operation == .read ? .fetch : .write) }
      }
      if case .fallback(let steps) = step.onError { inner(steps, as: .fallback) }
    }
  }

  private static func kind(_ operation: CacheUse.Operation) -> TopologyGraph.EdgeKind {
    switch operation {
    case .read: .lookup
    case .write: .write
    case .invalidate: .invalidate
    }
  }

  private mutating func add(
    _ from: String, to kind: TopologyGraph.NodeKind, _ name: String,
    _ edgeKind: TopologyGraph.EdgeKind, _ fanOut: Int? = nil
  ) {
    let to = TopologyGraph.id(kind, name)
    guard placeOf[to] != nil else { return }
    let ends = Ends(from: from, to: to)
    let place = edgeOf[ends] ?? edges.count
    if place == edges.count {
      edges.append(TopologyGraph.Edge(from, to))
      edgeOf[ends] = place
    }
    let all = Set(edges[place].kinds).union([edgeKind])
    edges[place].kinds = TopologyGraph.EdgeKind.allCases.filter(all.contains)
    if let fanOut { edges[place].fanOut = max(fanOut, edges[place].fanOut ?? 0) }
  }
}
