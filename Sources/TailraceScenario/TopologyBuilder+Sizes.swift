import TailraceCatalog
import TailraceModel

/// What a topology may take; every limit that is reached is a mistake with its arithmetic.
enum Limits {
  /// Replicas of all services.
  static let replicas = 1_000_000
  /// Pairs of a balancer and a replica it may choose.
  static let balancedPairs = 50_000_000
  /// Pools of connections of one caller to one replica.
  static let pools = 2_000_000
  /// Balancers times the shards they choose in.
  static let policies = 5_000_000
  /// Calls and branches of one request.
  static let calls = 1_000_000.0
  /// Places that call one service: a lane of luck has 16 bits for them.
  static let callSites = 65_535
  /// Workloads times components, for which times are kept apart.
  static let blames = 1_000_000
  /// Steps of all programs, each turn of a repetition counted.
  static let steps = 1_000_000.0
  /// Workloads times key spaces.
  static let keyUses = 100_000
}

extension TopologyBuilder {
  /// Refuses what would not fit, with the sum that says why.
  mutating func checkSizes(_ topology: Topology) {
    var total = 0
    for service in scenario.services {
      let (shards, replicas) = (service.value.shardCount, service.value.replicaCount)
      let count = shards * replicas
      total += count
      if count > Limits.replicas {
        reading.report(
          .outOfRange, at: service.nameNode,
          "service '\(service.name)' has \(shards) shards x \(replicas) replicas = \(count); "
            + "at most \(Limits.replicas)")
        return
      } else if total > Limits.replicas {
        reading.report(
          .outOfRange, at: service.nameNode,
          "with service '\(service.name)' there are \(total) replicas; at most \(Limits.replicas)")
        return
      }
    }
    let (workloads, services) = (scenario.workloads.count, scenario.services.count)
    if workloads * (workloads + services) > Limits.blames {
      reading.report(
        .outOfRange, at: scenario.workloads[0].nameNode,
        "\(workloads) workloads x \(workloads + services) workloads and services = "
          + "\(workloads * (workloads + services)); at most \(Limits.blames)")
    }
    let (pairs, policies) = checkBalancers(topology)
    checkCallSites(topology)
    if reading.diagnostics.isEmpty {
      checkMemory(topology, pairs: pairs, policies: policies, of: document)
    }
  }

  private mutating func checkBalancers(_ topology: Topology) -> (pairs: Int, policies: Int) {
    var callees: [String: ServiceSpec] = [:]
    for service in topology.services { callees[service.name] = service }
    var pairs = 0
    var policies = 0
    var pools = 0
    var tooMany: (pairs: String, at: Node)?
    func count(_ kind: String, _ name: Named<Node>, callers: Int, _ programs: [[StepSpec]]) {
      var seen = Set<String>()
      for steps in programs {
        CallGraph.eachCall(in: steps, disabled: false) { call in
          guard seen.insert(call.service).inserted, tooMany == nil else { return }
          guard let callee = callees[call.service] else { return }
          if callee.connection != nil { pools += callers * callee.shards * callee.replicas }
          guard callee.replicas > 1 || callee.cluster != nil else { return }
          let balancers = callee.cluster?.balancers.number(of: callers) ?? callers
          pairs += balancers * callee.shards * callee.replicas
          policies += balancers * callee.shards
          let each = "\(kind) '\(name.name)' has \(balancers) balancers for "
          if pools > Limits.pools {
            tooMany = (
              "\(kind) '\(name.name)' has \(callers) pools for each of "
                + "\(callee.shards * callee.replicas) replicas of '\(call.service)', \(pools) in all; "
                + "at most \(Limits.pools)", name.nameNode
            )
          } else if pairs > Limits.balancedPairs {
            tooMany = (
              each + "\(callee.shards * callee.replicas) replicas of '\(call.service)', "
                + "\(pairs) pairs in all; at most \(Limits.balancedPairs)", name.nameNode
            )
          } else if policies > Limits.policies {
            tooMany = (
              each + "\(callee.shards) shards of '\(call.service)', \(policies) states in all; "
                + "at most \(Limits.policies)", name.nameNode
            )
          }
        }
      }
    }
    for (declared, spec) in zip(scenario.services, topology.services) {
      let name = Named(name: spec.name, nameNode: declared.nameNode, value: declared.nameNode)
      count(
        "service", name, callers: spec.shards * spec.replicas,
        spec.handlers.map(\.steps) + topology.stores(takenBy: spec.name))
    }
    let places = Dictionary(
      scenario.workloads.map { ($0.name, $0.nameNode) }, uniquingKeysWith: { first, _ in first })
    for spec in topology.workloads {
      guard let place = places[spec.name] else { continue }
      let name = Named(name: spec.name, nameNode: place, value: place)
      count("workload", name, callers: 1, [spec.steps])
    }
    if let tooMany { reading.report(.outOfRange, at: tooMany.at, tooMany.pairs) }
    return (pairs, policies)
  }

  private mutating func checkCallSites(_ topology: Topology) {
    var sites: [String: Int] = [:]
    let programs =
      topology.workloads.map(\.steps) + topology.services.flatMap { $0.handlers.map(\.steps) }
    for steps in programs {
      CallGraph.eachCall(in: steps, disabled: true) { sites[$0.service, default: 0] += 1 }
    }
    for service in scenario.services {
      let count = sites[service.name, default: 0]
      if count > Limits.callSites {
        reading.report(
          .outOfRange, at: service.nameNode,
          "service '\(service.name)' is called from \(count) places; at most \(Limits.callSites)")
      }
    }
  }

  /// Refuses calls that never get out of a circle, too deep chains and explosions of calls.
  mutating func checkCalls(_ topology: Topology) {
    let graph = CallGraph(topology)
    var places: [String: Node] = [:]
    for service in scenario.services { places[service.name] = service.nameNode }
    let certain = graph.certainCircles
    for circle in certain {
      guard let place = places[topology.services[graph.handlers[circle[0]].service].name]
      else { continue }
      let shown = circle.count > 10 ? circle.prefix(8) + circle.suffix(1) : circle[...]
      var names = shown.map(graph.name)
      if circle.count > 10 { names.insert("...", at: 8) }
      reading.report(
        .circle, at: place,
        "calls go in a circle: \(names.joined(separator: " -> ")); it needs a 'when' with a "
          + "'probability' below 1, or a 'split' that leaves it")
    }
    guard certain.isEmpty else { return }
    for (handler, cache) in graph.circlesThroughCaches {
      let service = topology.services[graph.handlers[handler].service].name
      guard let place = places[service] else { continue }
      reading.report(
        .circle, at: place,
        "'\(graph.name(handler))' uses cache '\(cache)', and the service that holds it may call "
          + "'\(graph.name(handler))' again; a circle of calls cannot go through a cache's host")
    }
    let deepest = graph.handlers.max { $0.depth < $1.depth }
    if let deepest, deepest.depth > scenario.run.maxDepth,
      let place = places[topology.services[deepest.service].name]
    {
      reading.report(
        .outOfRange, at: place,
        "calls from service '\(topology.services[deepest.service].name)' on stand "
          + "\(deepest.depth) deep; 'run.max_depth' is \(scenario.run.maxDepth)")
    }
    for workload in scenario.workloads {
      guard let spec = topology.workloads.first(where: { $0.name == workload.name }) else {
        continue
      }
      if graph.meetsCircle(spec.steps) {
        let mean = graph.meanCalls(of: spec.steps, depth: scenario.run.maxDepth)
        if mean > Limits.calls {
          reading.report(
            .outOfRange, at: workload.nameNode,
            "a request of workload '\(workload.name)' makes \(CallGraph.text(mean)) calls in the "
              + "mean, as they go in circles; at most \(Int(Limits.calls))")
        }
        continue
      }
      let cost = graph.cost(of: spec.steps)
      if cost.calls > Limits.calls {
        reading.report(
          .outOfRange, at: workload.nameNode,
          "a request of workload '\(workload.name)' can make \(CallGraph.text(cost.calls)) calls: "
            + "\(graph.arithmetic(cost)); at most \(Int(Limits.calls))")
      }
    }
  }
}
