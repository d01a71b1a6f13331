import TailraceEngine

@testable import TailraceModel

// What few topologies have: so each of them stays rare, and what they are made of common.
extension RandomTopology {
  /// Classes, arrivals and steps of every kind.
  mutating func varySteps(of topology: inout Topology) {
    for i in topology.workloads.indices {
      if oneIn(3) {
        topology.workloads[i].classes = [ClassWeight("gold"), ClassWeight("tin", weight: 2)]
      }
      if oneIn(3) {
        let items = LawSpec.discrete([
          WeightedValue(value: 1, weight: 2), WeightedValue(value: 3, weight: 1),
        ])
        topology.workloads[i].attributes = [AttributeSpec("items", items)]
        topology.workloads[i].steps.append(
          .wait(.linear(base: time(), [AttributeTerm("items", .constant(tick))])))
      }
      if oneIn(3), topology.workloads[i].arrivals.isOpenLoop {
        topology.workloads[i].arrivals = arrivals()
      }
      decorate(&topology.workloads[i].steps, mayWork: false)
    }
    if oneIn(2) { topology.classPriorities = ["tin": 1] }
    for i in topology.services.indices {
      decorate(&topology.services[i].handlers[0].steps, mayWork: true)
    }
  }

  private mutating func arrivals() -> ArrivalSpec {
    let rate = 1e9 / tick / Double(8 + below(8))
    switch below(5) {
    case 0: return .renewal(interval: .uniform(tick * 4, tick * 20))
    case 1: return .batches(.poisson(ratePerSecond: rate / 2), size: .uniform(0, 4))
    case 2:
      return .modulated([
        ModulatedState(ratePerSecond: rate * 2, mean: tick * 40),
        ModulatedState(ratePerSecond: 0, mean: tick * 40),
      ])
    case 3:
      return .rate(
        .points([
          RatePoint(at: 0, ratePerSecond: rate / 2),
          RatePoint(at: UInt64(tick) * 300, ratePerSecond: rate),
        ]))
    default: return .rate(.sine(mean: rate / 2, amplitude: 1, period: UInt64(tick) * 100))
    }
  }

  /// Puts waits, repetitions, conditions and fallbacks at and around the steps of a program.
  private mutating func decorate(_ steps: inout [StepSpec], mayWork: Bool) {
    for i in steps.indices {
      if oneIn(5) { steps[i].probability = 0.7 }
      if oneIn(6) { steps[i].classes = ["gold"] }
      if oneIn(6) {
        steps[i] = StepSpec(
          .repeat(oneIn(2) ? .constant(2) : .uniform(0, 3), [steps[i]]))
      }
      if oneIn(6) {
        let fallback: StepSpec = mayWork && oneIn(2) ? .work(time()) : .wait(time())
        steps[i].onError = .fallback([fallback])
      }
    }
    if oneIn(4) { steps.insert(.wait(time()), at: below(steps.count + 1)) }
    if oneIn(8) {
      var fail = StepSpec(.fail(oneIn(2) ? .applicationError : .rejected))
      fail.probability = 0.2
      steps.append(fail)
    }
  }

  /// Balancers, disciplines, groups and limits of every kind; replicas that ask each other.
  mutating func varyServers(of topology: inout Topology) {
    for i in topology.services.indices {
      if oneIn(3) { topology.services[i].balancing = balancing() }
      if oneIn(4) {
        topology.services[i].discipline = Discipline.allCases[below(Discipline.allCases.count)]
        topology.services[i].preemptive =
          topology.services[i].discipline.mayPreempt && oneIn(2)
      }
      if oneIn(5) { topology.services[i].queueTimeout = time() }
      if oneIn(5) { topology.services[i].dropsExpired = true }
      if oneIn(5) { topology.services[i].cores = 1 }
      if oneIn(5) {
        topology.services[i].groups = [
          ReplicaGroup("fast", replicas: 1 + below(2), speed: 2), ReplicaGroup("slow", speed: 0.5),
        ]
      }
      let service = topology.services[i]
      if service.replicas > 1 && oneIn(4) {
        topology.services[i].handlers.append(HandlerSpec(name: "aside", steps: [.work(time())]))
        var ask = call([service])
        ask.handler = "aside"
        topology.services[i].handlers[0].steps.append(StepSpec(.scatter(ask, .peers, join())))
      }
    }
    for i in 1..<topology.services.count where oneIn(3) {
      let callee = below(i)
      var link = LinkSpec(from: "s\(i)", to: "s\(callee)", latency: oneIn(2) ? time() : nil)
      if oneIn(2) { link.transport = transport() }
      link.bothWays = oneIn(2)
      topology.links.append(link)
    }
  }

  private mutating func balancing() -> any BalancingPolicy {
    switch below(5) {
    case 0: return RandomChoice()
    case 1: return LeastWorkLeft()
    case 2: return RoundRobin()
    default:
      var least = LeastRequest()
      least.choiceCount = Int32(1 + below(4))
      least.replacement = oneIn(2)
      least.fullScan = oneIn(3)
      least.tieBreakFirst = oneIn(2)
      return least
    }
  }
}
