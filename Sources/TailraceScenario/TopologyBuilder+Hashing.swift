import TailraceCatalog
import TailraceModel

// How keys find their replicas.
extension TopologyBuilder {
  /// What chooses a service's replicas by a key; nil where its policy hashes none.
  mutating func hashing(of service: Named<ServiceDeclaration>) -> HashBalancing? {
    let declared = service.value
    let node = written?[service.name] ?? service.nameNode
    guard BalancingPolicies.hashes.contains(where: { $0.name == declared.policy }) else {
      let names = BalancingPolicies.hashes.map { $0.name }
      let readers = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
      for key in ["hash_by", "hash_balance_factor"] where hasWritten(key, in: service.name) {
        reading.report(
          .wrongType, at: node[key] ?? node,
          "'\(key)' has no place beside 'lb_policy' \"\(declared.policy)\": only \(readers) read "
            + "it")
      }
      return nil
    }
    guard let key = declared.hashBy else {
      if !hasWritten("hash_by", in: service.name) {
        let place = node["lb_policy"] ?? service.nameNode
        reading.report(
          .missingKey, at: place,
          "\(declared.policy) of service '\(service.name)' needs 'hash_by': the key that decides "
            + "about the replica")
      }
      return nil
    }
    guard let space = keySpace(key.value, at: key.node) else { return nil }
    var hashing = HashBalancing(key: space.name, policy: declared.keyed(declared.policy))
    let replicas = HashBalancing.replicas(of: service.name, count: declared.replicaCount)
    if let mistake = hashing.policy.mistake(replicas) {
      reading.report(
        .outOfRange, at: node["lb_policy"] ?? service.nameNode,
        "service '\(service.name)': \(mistake)")
      return nil
    }
    hashing.bound = declared.hashBalanceFactor.map { LoadBound(percent: Int64($0.value)) }
    return hashing
  }
}
