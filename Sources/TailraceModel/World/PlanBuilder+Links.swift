import TailraceEngine

extension PlanBuilder {
  /// The delays of a call's messages, there and back: those of a link between the two, if any.
  mutating func layOutWire(
    of row: inout EdgeRow, from caller: String?, to callee: ServiceSpec
  ) {
    row.salt = StreamName.hash("network", callee.name)
    if let latency = callee.latency {
      row.wire = law(latency)
      row.wireBack = row.wire
    }
    guard let caller else { return }
    if let link = topology.links.first(where: { $0.carries(from: caller, to: callee.name) }) {
      row.wire = link.latency.map { law($0) } ?? -1
    }
    if let link = topology.links.first(where: { $0.carries(from: callee.name, to: caller) }) {
      row.wireBack = link.latency.map { law($0) } ?? -1
    }
  }
}
