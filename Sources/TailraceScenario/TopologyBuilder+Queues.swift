import TailraceCatalog
import TailraceModel

// How a replica's queue is served, and whom it does not take.
extension TopologyBuilder {
  /// Gives a service its queue; keys that its discipline does not read are noted.
  mutating func setQueue(_ spec: inout ServiceSpec, of service: Named<ServiceDeclaration>) {
    let queue = service.value.queue
    let node = written?[service.name]?["queue"] ?? service.nameNode
    spec.queueLimit = queue.maxLength
    spec.queueTimeout = queue.timeout
    spec.dropsExpired = queue.dropsExpired
    spec.discipline = queue.discipline
    if queue.preemptive && !queue.discipline.mayPreempt {
      reading.report(
        .wrongType, at: node["preemptive"] ?? node,
        "a \(queue.discipline.rawValue) queue cannot be preemptive")
    } else {
      spec.preemptive = queue.preemptive
    }
    if let codel = queue.codel {
      (spec.codel.target, spec.codel.interval) = (codel.target, codel.interval)
    }
    if let codel = node["codel"], !codel.isNull, !queue.discipline.sheds {
      reading.report(
        .wrongType, at: codel,
        "'codel' has no place beside 'discipline' \"\(queue.discipline.rawValue)\": only CODEL and "
          + "ADAPTIVE_LIFO read it")
    }
    spec.lineKey = lineKey(of: queue, service.name, at: node)
    setClassLimits(&spec, queue, at: node)
  }

  /// The key space whose keys have lines of their own.
  private mutating func lineKey(
    of queue: QueueDeclaration, _ service: String, at node: Node
  ) -> String? {
    guard queue.discipline == .fair else {
      if let key = queue.key {
        reading.report(
          .wrongType, at: key.node,
          "'key' has no place beside 'discipline' \"\(queue.discipline.rawValue)\": only FAIR reads "
            + "it")
      }
      return nil
    }
    guard let key = queue.key else {
      if node["key"].map(\.isNull) ?? true {
        reading.report(
          .missingKey, at: node["discipline"] ?? node,
          "FAIR of service '\(service)' needs 'key': whose visits have a line of their own")
      }
      return nil
    }
    return keySpace(key.value, at: key.node)?.name
  }

  private mutating func setClassLimits(
    _ spec: inout ServiceSpec, _ queue: QueueDeclaration, at node: Node
  ) {
    let names = queue.classLimits.map { Located(value: $0.name, node: $0.nameNode) }
    _ = classes(names)
    if queue.discipline == .fair && !names.isEmpty {
      reading.report(
        .wrongType, at: node["max_length_by_class"] ?? node,
        "'max_length_by_class' has no place beside FAIR, which bounds the line of each key")
      return
    }
    for limit in queue.classLimits { spec.classLimits[limit.name] = limit.value }
  }
}
