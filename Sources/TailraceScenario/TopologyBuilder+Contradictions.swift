import TailraceCatalog
import TailraceModel

// Values that are right each by itself, and together can never do what they say.
extension TopologyBuilder {
  /// A breaker that counts fewer attempts than it needs.
  mutating func checkBreaker(_ breaker: BreakerSpec?, at node: Node) {
    guard let breaker, case .calls(let held) = breaker.window, held < breaker.minimumCalls else {
      return
    }
    let written = node["minimum_calls"].flatMap { $0.isNull ? nil : $0 }
    let source = written.map { place(of: $0, beside: node["sliding_window"]) } ?? ", the default"
    reading.report(
      .outOfRange, at: node["sliding_window"] ?? node,
      "the breaker can never open: a 'sliding_window' of \(held) attempts never holds the "
        + "\(breaker.minimumCalls) of 'minimum_calls'\(source)")
  }

  /// A longest time out that is shorter than the first: Envoy takes the longer of the two, so the
  /// other would mean nothing.
  mutating func checkEjectionTime(_ rule: OutlierDeclaration, at node: Node) {
    guard rule.most < rule.base, let most = node["max_ejection_time"], !most.isNull else { return }
    let written = node["base_ejection_time"].flatMap { $0.isNull ? nil : $0 }
    let source = written.map { place(of: $0, beside: most) } ?? ", the default"
    reading.report(
      .outOfRange, at: most,
      "'max_ejection_time' of \(QuantityText.duration(rule.most)) is below 'base_ejection_time' of "
        + "\(QuantityText.duration(rule.base))\(source)")
  }

  /// A bound or start above the most that a policy has unless told; true where there is one.
  mutating func exceedsBuiltIn(
    _ declared: AdmissionControlDeclaration, of type: any DeclaredAdmission.Type, at node: Node
  ) -> Bool {
    guard declared.most == nil, let most = type.builtInMost else { return false }
    let given = [("min_limit", declared.least), ("limit", declared.limit)]
    for (key, value) in given where type.keys.contains(key) {
      guard let value, value > most else { continue }
      reading.report(
        .outOfRange, at: node[key] ?? node,
        "'\(key)' of \(value) is above 'max_limit' of \(most), the default of \(type.name); give "
          + "'max_limit' too")
      return true
    }
    return false
  }

  /// Late binding has no place where messages must know their replica.
  mutating func checkLines(_ topology: Topology) {
    for service in topology.services where service.cluster?.bindsLate ?? false {
      if service.connection != nil || service.transport != nil { continue }
      guard topology.hasFeltMessages(to: service), let node = written?[service.name] else {
        continue
      }
      let at = node["queue"]?["at"] ?? node
      var what = "its links by zone"
      if let fault = topology.faults.first(where: { $0.verb.isOfMessages }) {
        let named = scenario.faults.first { $0.name == fault.name }
        what = "fault '\(fault.name)'" + (named.map { place(of: $0.nameNode, beside: at) } ?? "")
      } else if let link = topology.links.first(where: { link in
        (link.to == service.name || link.from == service.name)
          && link.transport.map { $0.bandwidth != nil || $0.loss > 0 } ?? false
      }) {
        what = "the link from '\(link.from)' to '\(link.to)' with its bandwidth or loss"
      }
      reading.report(
        .wrongType, at: at,
        "'at' \"balancer\" has no place beside \(what): messages there ask where the replica stands "
          + "before one is chosen")
    }
  }

  /// Where else something is said: " (line 12)"; nothing on the same line or in another text.
  private func place(of node: Node, beside other: Node?) -> String {
    let line = node.source.position(at: node.range.lower).line
    if node.source.name != other?.source.name { return " (\(node.source.name))" }
    if let other, other.source.position(at: other.range.lower).line == line { return "" }
    return " in line \(line)"
  }
}
