import TailraceCatalog
import TailraceModel

// What lets visits into replicas.
extension TopologyBuilder {
  /// The admission control of a service; keys that its type does not read are noted.
  mutating func admission(of service: Named<ServiceDeclaration>) -> (any AdmissionPolicy)? {
    guard let declared = service.value.admission, let name = declared.type,
      let type = AdmissionPolicies.all.first(where: { $0.name == name })
    else { return nil }
    let node = written?[service.name]?["admission_control"] ?? service.nameNode
    for member in node.object?.members ?? [] where !member.value.isNull && member.name != "type" {
      let isKnown = AdmissionControlDeclaration.keys.contains { $0.name == member.name }
      if isKnown && !type.keys.contains(member.name) {
        reading.report(
          .wrongType, at: member.value,
          "'\(member.name)' is not for \(name); it has "
            + type.keys.map { "'\($0)'" }.joined(separator: ", "))
      }
    }
    if let least = declared.least, let most = declared.most, least > most {
      reading.report(
        .outOfRange, at: node["min_limit"] ?? node, "'min_limit' is larger than 'max_limit'")
      return nil
    }
    if exceedsBuiltIn(declared, of: type, at: node) { return nil }
    if name != FixedLimit.name, let limit = declared.limit,
      limit < declared.least ?? 1 || limit > declared.most ?? limit
    {
      reading.report(
        .outOfRange, at: node["limit"] ?? node,
        "'limit' must lie between 'min_limit' and 'max_limit'")
      return nil
    }
    if let threshold = declared.threshold, threshold == 0 {
      reading.report(
        .outOfRange, at: node["sr_threshold"] ?? node, "'sr_threshold' must be above 0%")
      return nil
    }
    if let policy = type.init(declared) { return policy }
    if node["limit"].map(\.isNull) ?? true {
      reading.report(
        .missingKey, at: node["type"] ?? node,
        "\(name) of service '\(service.name)' needs 'limit': most visits inside a replica")
    }
    return nil
  }
}
