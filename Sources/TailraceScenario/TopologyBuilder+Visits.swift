import TailraceCatalog
import TailraceModel

// What laws may ask of the visit that draws from them.
extension TopologyBuilder {
  /// Gives a call the sizes of its messages.
  mutating func setSizes(_ call: inout CallSpec, _ declared: MessageSizes) {
    call.requestSize = declared.request
    call.responseSize = declared.response
    call.operation = declared.operation
  }

  /// Whether a name stands for a fact of the visit: workloads' own attributes go first.
  func isOfVisit(_ name: String) -> Bool {
    VisitAttribute(rawValue: name) != nil
      && !scenario.workloads.contains { $0.value.attributes.contains { $0.name == name } }
  }

  /// Notes attributes of visits where they have no meaning.
  mutating func checkVisitAttributes(_ topology: Topology) {
    let programs =
      topology.workloads.map(\.steps) + topology.services.flatMap { $0.handlers.map(\.steps) }
    var told = Set<String>()
    for steps in programs {
      var laws: [LawSpec] = []
      var joins = false
      var drops = false
      CallGraph.eachStep(in: steps, disabled: true) { step in
        switch step.verb {
        case .work(let law), .wait(let law): laws.append(law)
        case .call(let call):
          if let size = call.requestSize { laws.append(size) }
        case .scatter(let call, _, _):
          joins = true
          if let size = call.requestSize { laws.append(size) }
        case .parallel: joins = true
        case .cache(let use): drops = drops || use.operation != .read && use.host == nil
        default: break
        }
        if case .call(let call) = step.verb, let size = call.responseSize {
          checkKeyFacts(size, &told)
        }
        if case .scatter(let call, _, _) = step.verb, let size = call.responseSize {
          checkKeyFacts(size, &told)
        }
      }
      for law in laws {
        checkKeyFacts(law, &told)
        if law.linearAttributes.contains(VisitAttribute.holders.rawValue), !drops,
          reading.diagnostics.isEmpty, isOfVisit("holders"), told.insert("holders").inserted
        {
          reading.report(
            .unknownName, at: node(ofAttribute: "holders") ?? document,
            "'holders' counts the instances that a write before it has made drop a key, and these steps "
              + "write no cache")
        }
        let asks = law.linearAttributes.contains(VisitAttribute.responses.rawValue)
        // A scatter that was not understood has been complained about.
        if asks && !joins && reading.diagnostics.isEmpty && isOfVisit("responses")
          && told.insert("responses").inserted
        {
          reading.report(
            .unknownName, at: node(ofAttribute: "responses") ?? document,
            "'responses' counts the answers of a scatter or a parallel before it, and there is none "
              + "in these steps")
        }
      }
    }
    refuseVisits(topology)
  }

  /// `keys` and `size` are about the one key space of the file.
  private mutating func checkKeyFacts(_ law: LawSpec, _ told: inout Set<String>) {
    for name in law.linearAttributes where isOfVisit(name) && (name == "keys" || name == "size") {
      guard told.insert(name).inserted, !hasUnreadKeys else { continue }
      let place = node(ofAttribute: name) ?? document
      if ownKeys.count != 1 {
        reading.report(
          .missingKey, at: place,
          "attribute '\(name)' is of a visit's keys: the file has \(ownKeys.count) kinds of "
            + "keys, not one")
      } else if name == "size" && ownKeys[0].value.size == nil {
        reading.report(
          .missingKey, at: place,
          "attribute 'size' is of a visit's keys: keys '\(ownKeys[0].name)' have no 'size'")
      }
    }
  }

  /// What belongs to no visit can ask nothing of it.
  private mutating func refuseVisits(_ topology: Topology) {
    var others: [LawSpec] = topology.links.compactMap(\.latency)
    for service in topology.services {
      others += (service.zoneLinks.map { [$0.same, $0.cross] } ?? []).compactMap(\.latency)
      others += [service.latency, service.queueTimeout, service.connection?.work].compactMap { $0 }
      for handler in service.handlers { others += Self.pauses(handler.steps) }
    }
    for workload in topology.workloads { others += Self.pauses(workload.steps) }
    others += topology.caches.compactMap(\.hitLatency)
    for fault in topology.faults { if case .delay(let law) = fault.verb { others.append(law) } }
    var told = Set<String>()
    for name in others.flatMap(\.linearAttributes) where isOfVisit(name) {
      if !told.insert(name).inserted { continue }
      reading.report(
        .wrongType, at: node(ofAttribute: name) ?? document,
        "only 'work', 'wait' and sizes of messages can depend on '\(name)' of a visit")
    }
  }

  private static func pauses(_ steps: [StepSpec]) -> [LawSpec] {
    var laws: [LawSpec] = []
    CallGraph.eachCall(in: steps, disabled: true) { call in
      if case .drawn(let law) = call.retry?.backOff { laws.append(law) }
    }
    return laws
  }
}
