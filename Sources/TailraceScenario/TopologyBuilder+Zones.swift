import TailraceCatalog
import TailraceModel

// Zones: where replicas and clients stand, and what messages meet within and between them.
extension TopologyBuilder {
  /// The number of a zone; a strange one is a mistake.
  mutating func zone(_ name: String, at node: Node, for whom: String) -> Int? {
    let zones = scenario.zones ?? []
    if let found = zones.firstIndex(where: { $0.value == name }) { return found }
    // A list that was not understood has been complained about.
    if scenario.zones == nil, let written = document["zones"], !written.isNull { return nil }
    let hint =
      zones.isEmpty
      ? ": the file has no 'zones'" : NearestWord.hintOrAll(name, among: zones.map(\.value))
    reading.report(
      .unknownName, at: node, "\(whom) zone '\(name.clipped)', which is not defined\(hint)")
    return nil
  }

  /// Where something stands, by weight.
  mutating func zones(_ weights: [Named<Double>], of whom: String) -> [ZoneWeight] {
    weights.compactMap { entry in
      zone(entry.name, at: entry.nameNode, for: "\(whom) in").map {
        ZoneWeight($0, weight: entry.value)
      }
    }
  }

  /// Where a workload's clients stand: in all zones alike unless it says otherwise.
  mutating func zones(of workload: Named<WorkloadDeclaration>) -> [ZoneWeight] {
    guard let weights = workload.value.zones else {
      return (scenario.zones ?? []).indices.map { ZoneWeight($0) }
    }
    return zones(weights, of: "workload '\(workload.name)'")
  }

  /// What messages to a service meet where both ends stand in zones: what its own link does not say
  /// is as the rule for zones says, and what that does not say as everywhere.
  func zoneLinks(of service: Named<ServiceDeclaration>) -> ZoneLinks? {
    let (same, cross) = (scenario.network.sameZone, scenario.network.crossZone)
    if same == nil && cross == nil { return nil }
    let own = service.value.network?.transport
    let standard = scenario.network.defaultLink?.transport
    func wire(_ rule: LinkDeclaration?, _ name: String) -> Wire {
      Wire(
        latency: own?.latency ?? rule?.transport.latency ?? standard?.latency,
        transport: own?.transport("services/\(service.name)") ?? rule?.transport.transport(name)
          ?? standard?.transport("default"))
    }
    return ZoneLinks(same: wire(same, "same_zone"), cross: wire(cross, "cross_zone"))
  }
}
