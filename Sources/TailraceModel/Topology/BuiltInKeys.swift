/// Key spaces that every request has a key of, unless its workload names them.
public enum BuiltInKeys: String, CaseIterable, Sendable {
  /// A key of its own for each request; its calls and their repetitions share it.
  case request
  /// The client of a closed loop, else a new one for each request.
  case client
  /// What the callee sees: the client's address, then at each hop the calling replica's.
  case sourceIP = "source_ip"
}

extension WorkloadSpec {
  /// The clients of a closed loop; nil where requests come no matter how the last ones fared.
  var clients: Int? {
    if case .closed(let loop) = arrivals { loop.clients } else { nil }
  }
}

extension Topology {
  /// Key spaces by which arms of splits are chosen.
  var splitKeys: [String] {
    var found: [String] = []
    let programs = workloads.map(\.steps) + services.flatMap { $0.handlers.map(\.steps) }
    for steps in programs {
      steps.eachStep(disabled: true) { step in
        if let by = step.by { found.append(by) }
      }
    }
    return found
  }
}
