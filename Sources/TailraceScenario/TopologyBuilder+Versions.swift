import TailraceCatalog
import TailraceModel

// Services whose keys are written: each of their replicas has versions.
extension TopologyBuilder {
  /// Gives services that are written the key by which they are; what does not go together is noted.
  mutating func setVersions(_ topology: inout Topology) {
    var written = Set<String>()
    let programs =
      topology.workloads.map(\.steps) + topology.services.flatMap { $0.handlers.map(\.steps) }
    for steps in programs {
      CallGraph.eachCall(in: steps, disabled: false) { call in
        if call.operation == .write { written.insert(call.service) }
      }
    }
    for i in topology.services.indices where written.contains(topology.services[i].name) {
      topology.services[i].versionedBy = versionKey(of: topology.services[i])
    }
  }

  /// The key space by which a service is written; nil where a mistake has been noted.
  private mutating func versionKey(of service: ServiceSpec) -> String? {
    let node = written?[service.name]
    let place = scenario.services.first { $0.name == service.name }?.nameNode ?? document
    let sharding = node?["shard_by"]
    if service.sharding?.hotKeys != nil {
      reading.report(
        .wrongType, at: sharding?["hot_keys"] ?? place,
        "service '\(service.name)' is written ('op'): nothing would keep the copies of 'hot_keys' "
          + "alike")
      return nil
    }
    if let key = service.sharding?.key ?? service.hashing?.key { return key }
    // What was not understood has been complained about.
    if hasWritten("shard_by", in: service.name) || hasUnreadKeys { return nil }
    if keySpaces.count == 1 { return keySpaces[0] }
    reading.report(
      .missingKey, at: place,
      "service '\(service.name)' is written ('op'), but by which key? It has no 'shard_by' and "
        + foundKeys)
    return nil
  }

  /// Notes a scatter whose calls are not about one key.
  mutating func checkOperation(of scatter: ScatterStep, at node: Node) {
    // A default that is written out, as in a resolved scenario, asks for nothing.
    guard scatter.sizes.operation == .write, scatter.to != "replicas" else { return }
    let place = node["op"] ?? node
    reading.report(
      .wrongType, at: place,
      "'op' is of one key: of a 'call', or of a 'scatter' to \"replicas\" of the key's shard")
  }
}
