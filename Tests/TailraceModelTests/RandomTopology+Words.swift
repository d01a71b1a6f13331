@testable import TailraceModel

// Writes, keys that nobody declares and popularities in time, on top of any other topology.
extension RandomTopology {
  /// Makes more of a topology's keys.
  mutating func varyWords(of topology: inout Topology) {
    for i in topology.workloads.indices where oneIn(2) {
      guard case .zipf = topology.workloads[i].keys[0].law else { continue }
      let law = topology.workloads[i].keys[0].law
      topology.workloads[i].keys[0].law =
        oneIn(3)
        ? .scan(0...15) : .shifting(law, every: UInt64(tick) * UInt64(5 + below(60)), count: 16)
    }
    // Nobody knows what is popular of a scan, to begin with.
    let scans = topology.workloads.contains {
      if case .scan = $0.keys[0].law { true } else { false }
    }
    for i in topology.caches.indices where scans { topology.caches[i].start = .cold }
    for i in topology.services.indices {
      let service = topology.services[i]
      let isStill = service.sharding?.hotKeys == nil && service.sharding?.reshard == nil
      if isStill && oneIn(2) {
        topology.services[i].versionedBy = service.sharding?.key ?? service.hashing?.key ?? "k"
      }
      if service.hashing != nil, service.versionedBy == nil, oneIn(2) {
        topology.services[i].hashing?.key = ["client", "request", "source_ip"][below(3)]
      }
    }
    for i in topology.services.indices {
      for h in topology.services[i].handlers.indices {
        useWords(&topology.services[i].handlers[h].steps)
      }
    }
    for i in topology.workloads.indices { useWords(&topology.workloads[i].steps) }
  }

  private mutating func useWords(_ steps: inout [StepSpec]) {
    for i in steps.indices {
      switch steps[i].verb {
      case .call(var call):
        call.operation = oneIn(2) ? .write : .read
        steps[i].verb = .call(call)
      case .scatter(var call, let target, let join):
        call.operation = oneIn(2) ? .write : .read
        steps[i].verb = .scatter(call, target, join)
      case .parallel(var lists, let join):
        for k in lists.indices { useWords(&lists[k]) }
        steps[i].verb = .parallel(lists, join)
      case .split(var arms):
        for k in arms.indices { useWords(&arms[k].steps) }
        steps[i].verb = .split(arms)
        if oneIn(2) { steps[i].by = ["k", "client", "request"][below(3)] }
      case .repeat(let times, var inner):
        useWords(&inner)
        steps[i].verb = .repeat(times, inner)
      case .cache(var use):
        useWords(&use.steps)
        steps[i].verb = .cache(use)
      case .hold(var use):
        useWords(&use.steps)
        steps[i].verb = .hold(use)
      case .work, .wait, .fail, .rateLimit: break
      }
      if case .fallback(var inner) = steps[i].onError {
        useWords(&inner)
        steps[i].onError = .fallback(inner)
      }
    }
  }
}
