/// What pictures of a graph say of its nodes and edges.
enum GraphWords {
  /// Size and numbers of a node: a line or two.
  static func lines(_ node: TopologyGraph.Node) -> [String] {
    var lines: [String] = []
    switch node.kind {
    case .workload:
      if let text = node.requestsPerSecond.map(rate) ?? node.arrivals { lines.append(text) }
      if let p99 = node.p99 { lines.append("p99 " + milliseconds(p99)) }
    case .service:
      lines.append(size(node))
      if let utilization = node.utilization {
        lines.append("utilization " + DecimalText.percent(utilization))
      } else if let requests = node.requestsPerSecond {
        lines.append(rate(requests))
      }
    case .cache:
      lines.append([node.placement ?? "", node.capacity ?? ""].joined(separator: ", "))
      if let hits = node.hitRatio { lines.append("hits " + DecimalText.percent(hits)) }
    }
    return lines
  }

  /// Replicas x slots, shards before them where there is more than one.
  static func size(_ node: TopologyGraph.Node) -> String {
    let size = "\(node.replicas ?? 1) × \(node.slots.map(String.init) ?? "∞")"
    guard let shards = node.shards, shards > 1 else { return size }
    return "\(shards) × \(size)"
  }

  /// All that is known of a node, a line each.
  static func details(_ node: TopologyGraph.Node) -> String {
    var lines = ["\(node.kind.rawValue) \(node.name)"] + Self.lines(node)
    if node.kind != .workload, let requests = node.requestsPerSecond {
      lines.append((node.kind == .cache ? "lookups " : "visits ") + rate(requests))
    }
    if node.kind == .service, let p99 = node.p99 { lines.append("wait p99 " + milliseconds(p99)) }
    lines += node.failedThresholds.map { "failed: " + $0 }
    return lines.joined(separator: "\n")
  }

  /// What an edge does, how often, and how many attempts a call takes where that is not one.
  static func label(_ edge: TopologyGraph.Edge) -> String {
    var parts = [edge.kinds.compactMap { word($0, edge) }.joined(separator: ", ")]
    if let rate = edge.rate { parts.append(Self.rate(rate)) }
    if let calls = edge.callsPerSecond, let attempts = edge.attemptsPerSecond, calls > 0,
      attempts / calls >= 1.005
    {
      parts.append("(\(DecimalText.fixed(attempts / calls, decimals: 2)) tries)")
    }
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func word(
    _ kind: TopologyGraph.EdgeKind, _ edge: TopologyGraph.Edge
  ) -> String? {
    switch kind {
    case .call, .lookup: nil
    case .scatter: edge.fanOut.map { "×\($0)" } ?? "×keys"
    case .fetch: "miss"
    case .write: "write"
    case .invalidate: "drop"
    case .fallback: "on error"
    case .host: "held by"
    }
  }

  /// A rate with three digits that count: "605/s", "2,000/s", "1.25M/s".
  static func rate(_ perSecond: Double) -> String {
    switch perSecond {
    case 1e9...: DecimalText.significant(perSecond / 1e9, digits: 3, decimals: 2) + "G/s"
    case 1e6...: DecimalText.significant(perSecond / 1e6, digits: 3, decimals: 2) + "M/s"
    case 1e4...: DecimalText.significant(perSecond / 1e3, digits: 3, decimals: 1) + "k/s"
    default: DecimalText.significant(perSecond, digits: 3, decimals: 3) + "/s"
    }
  }

  private static func milliseconds(_ value: Double) -> String {
    value >= 1e4
      ? DecimalText.significant(value / 1e3, digits: 3, decimals: 3) + " s"
      : DecimalText.significant(value, digits: 3, decimals: 6) + " ms"
  }
}
