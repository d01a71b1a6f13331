import TailraceCatalog
import TailraceModel

// Repetitions, and steps for some classes of requests only.
extension TopologyBuilder {
  /// Turns of a `repeat`; a mean that is always cut is noted.
  mutating func turns(_ times: LawSpec?, at node: Node) -> LawSpec? {
    guard let times else { return nil }
    if let mean = times.mean, mean > Double(Repetition.turnsMax) {
      reading.report(
        .outOfRange, at: node["repeat"] ?? node,
        "'repeat' of \(QuantityText.real(mean)) turns on average; at most \(Repetition.turnsMax)")
      return nil
    }
    return times
  }

  /// Classes of a condition; one that no request has is noted.
  mutating func classes(_ named: [Located<String>]?) -> [String]? {
    guard let named else { return nil }
    var known: [String] = []
    for workload in scenario.workloads {
      // Classes of a trace are what its column holds, which is read later.
      if workload.value.classes.column != nil { return named.map(\.value) }
      let own = workload.value.classes.weights.map(\.name)
      known += own.isEmpty ? [workload.name] : own
    }
    for name in named where !known.contains(name.value) {
      let near = NearestWord.suggest(name.value, among: known).map { "; did you mean '\($0)'?" }
      let all = Array(Set(known)).sorted().prefix(8).map { "'\($0)'" }.joined(separator: ", ")
      reading.report(
        .unknownName, at: name.node,
        "no request is of class '\(name.value.clipped)'\(near ?? "; there is \(all)")")
    }
    return named.map(\.value)
  }

  /// Refuses programs whose repetitions come to too many steps, with the sum that says why.
  mutating func checkTurns(_ topology: Topology) {
    var total = 0.0
    func check(_ kind: String, _ name: String, _ place: Node?, _ steps: [StepSpec]) {
      guard let place else { return }
      let size = Size(steps)
      total += size.steps
      if size.turns > Double(Repetition.nestedMax) {
        reading.report(
          .outOfRange, at: place,
          "repetitions inside each other in \(kind) '\(name)' come to \(Int(size.turns)) turns; at "
            + "most \(Repetition.nestedMax)")
      } else if size.turns > 1 && total > Limits.steps {
        reading.report(
          .outOfRange, at: place,
          "with \(kind) '\(name)' there are \(Int(total)) steps, each turn of a 'repeat' counted; at "
            + "most \(Int(Limits.steps))")
      }
    }
    for workload in scenario.workloads {
      guard let spec = topology.workloads.first(where: { $0.name == workload.name }) else {
        continue
      }
      check("workload", workload.name, workload.nameNode, spec.steps)
    }
    for (declared, spec) in zip(scenario.services, topology.services) {
      for handler in spec.handlers { check("service", spec.name, declared.nameNode, handler.steps) }
    }
  }

  /// What a program comes to when every turn is written out.
  private struct Size {
    var steps = 0.0
    /// Most turns of repetitions inside each other.
    var turns = 1.0

    init(_ list: [StepSpec]) {
      for step in list where step.enabled {
        steps += 1
        var inner: [[StepSpec]] = []
        var times = 1.0
        switch step.verb {
        case .parallel(let lists, _): inner = lists
        case .split(let arms): inner = arms.map(\.steps)
        case .repeat(let law, let steps):
          inner = [steps]
          times = Double(max(1, Repetition.most(law)))
        case .cache(let use): inner = use.programs
        case .hold(let use): inner = [use.steps]
        case .work, .wait, .call, .scatter, .fail, .rateLimit: break
        }
        if case .fallback(let steps) = step.onError { inner.append(steps) }
        for list in inner {
          let size = Size(list)
          // Kept finite, however deep it is nested.
          steps = min(1e15, steps + times * size.steps)
          turns = min(1e15, max(turns, times * size.turns))
        }
      }
    }
  }
}
