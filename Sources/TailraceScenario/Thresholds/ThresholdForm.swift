import TailraceCatalog
import TailraceExperiment

/// A threshold as it was read, with the places of the names that must exist.
struct ThresholdDeclaration: Sendable {
  var threshold: Threshold
  var names: [(label: ThresholdLabel, node: Node)]
}

extension ValueForm where Value == [ThresholdDeclaration] {
  /// Conditions by metric.
  static var thresholds: ValueForm {
    let condition = Schema.quantity(
      example: "p(99) < 250ms", pattern: ThresholdText.conditionPattern)
    return ValueForm(
      "a map from metrics such as \"latency{workload:users}\" to lists of conditions such as "
        + "\"p(99) < 250ms\"",
      schema: .texts(keys: ThresholdText.metricPattern, .array(condition)),
      write: { _ in "none" },
      read: { node, key, reading in
        guard let object = node.object else {
          reading.report(.wrongType, at: node, "'\(key)' must be a map, not \(node.kindName)")
          return nil
        }
        var all: [ThresholdDeclaration] = []
        for member in object.members where !member.value.isNull {
          let name = Node(
            .string(member.name), source: member.nameSource, range: member.nameRange)
          let subject = reading.noting { () throws(Diagnostic) in
            try ThresholdText.subject(of: name)
          }
          guard let items = member.value.array else {
            reading.report(
              .wrongType, at: member.value,
              "'\(member.name.clipped)' must be a list of conditions such as \"p(99) < 250ms\", "
                + "not \(member.value.kindName)")
            continue
          }
          if items.isEmpty {
            reading.report(
              .missingKey, at: member.value, "'\(member.name.clipped)' needs at least one condition"
            )
          }
          for item in items {
            guard let subject else { continue }
            let threshold = reading.noting { () throws(Diagnostic) in
              try ThresholdText.threshold(item, of: subject)
            }
            if let threshold {
              all.append(ThresholdDeclaration(threshold: threshold, names: subject.names))
            }
          }
        }
        return all
      }
    ).resolving { $0.mappingMembers { $0 } }
  }
}

extension Node.Member {
  /// The text that its name stands in: a path of a variant may have put it there.
  fileprivate var nameSource: SourceText { value.source }
}

extension TopologyBuilder {
  /// Names in thresholds mean something that the scenario has.
  mutating func checkThresholds() {
    for declared in scenario.thresholds {
      let service = declared.threshold.labels.first { $0.label == .service }?.value
      for (label, node) in declared.names {
        let name = node.string ?? ""
        switch label {
        case .workload, .service, .cache, .fault, .rateLimit, .pool:
          checkName(name, of: label, at: node)
        case .shard, .replica:
          guard let service = scenario.services.first(where: { $0.name == service }) else { break }
          let count =
            label == .shard
            ? service.value.shardCount
            : service.value.replicaCount
          if Int(name).map({ (0..<count).contains($0) }) != true {
            reading.report(
              .unknownName, at: node,
              "service '\(service.name)' has no \(label.rawValue) '\(name.clipped)', only 0"
                + (count == 1 ? "" : " to \(count - 1)"))
          }
        }
      }
    }
  }

  private mutating func checkName(_ name: String, of label: ThresholdLabel, at node: Node) {
    // What was written but not understood has been complained about.
    guard let section = document["\(label.rawValue)s"]?.object else {
      if document["\(label.rawValue)s"] == nil {
        reading.report(
          .unknownName, at: node, "there is no \(label.rawValue) '\(name.clipped)', nor any other")
      }
      return
    }
    let known = section.members.filter { !$0.value.isNull }.map(\.name)
    if known.contains(name) { return }
    let near = NearestWord.suggest(name, among: known).map { "; did you mean '\($0)'?" }
    let all = known.prefix(8).joined(separator: " ")
    reading.report(
      .unknownName, at: node,
      "there is no \(label.rawValue) '\(name.clipped)'\(near ?? "; there is \(all)")")
  }
}
