@testable import TailraceModel

extension RandomTopology {
  /// Queues that shed, lines by key, bounds by class, doors with admission control, and steps that
  /// look at the queue.
  mutating func varyOverload(of topology: inout Topology) {
    for i in topology.services.indices {
      if oneIn(2) {
        topology.services[i].discipline = [.codel, .adaptiveLIFO, .fair][below(3)]
        topology.services[i].preemptive = false
        topology.services[i].codel.target = UInt64(tick) * UInt64(1 + below(6))
        topology.services[i].codel.interval = UInt64(tick) * UInt64(4 + below(20))
        topology.services[i].lineKey = oneIn(3) ? nil : "k"
      } else if oneIn(3) {
        topology.services[i].classLimits = ["w0": below(4)]
      }
      if oneIn(2) { topology.services[i].admission = admission() }
      if oneIn(3), !topology.services[i].handlers[0].steps.isEmpty {
        let last = topology.services[i].handlers[0].steps.count - 1
        topology.services[i].handlers[0].steps[last].queueBelow = 1 + below(3)
      }
    }
  }

  private mutating func admission() -> any AdmissionPolicy {
    let window = UInt64(tick) * UInt64(8 + below(30))
    switch below(7) {
    case 0: return FixedLimit(Int32(1 + below(6)))
    case 1:
      var policy = AIMDLimit()
      (policy.least, policy.start) = (1, Int32(1 + below(9)))
      policy.target = UInt64(tick) * UInt64(3 + below(9))
      return policy
    case 2:
      var policy = VegasLimit()
      policy.start = Int32(1 + below(9))
      return policy
    case 3:
      var policy = Gradient2Limit()
      (policy.least, policy.start) = (1, Int32(1 + below(9)))
      return policy
    case 4:
      var policy = AdaptiveConcurrency()
      (policy.window, policy.minRTTInterval) = (window, 10 * window)
      return policy
    case 5:
      var policy = SuccessRate()
      policy.window = 30 * window
      return policy
    default:
      var policy = DAGOR()
      (policy.window, policy.target) = (window, UInt64(tick) * UInt64(1 + below(4)))
      return policy
    }
  }
}
