import TailraceEngine

@testable import TailraceModel

extension RandomTopology {
  /// Lets some services call themselves, each other, or those that call them.
  mutating func varyCircles(of topology: inout Topology) {
    topology.maxDepth = 2 + below(6)
    for i in topology.services.indices where i == 0 || oneIn(2) {
      var step = StepSpec(.call(call(topology.services)))
      step.probability = oneIn(4) ? 1 : 0.25
      if oneIn(2) { step.onError = .ignore }
      topology.services[i].handlers[0].steps.append(step)
    }
  }
}
