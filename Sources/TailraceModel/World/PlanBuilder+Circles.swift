// Calls that may come back to their callers.
extension PlanBuilder {
  /// Prepares for a verb that calls: whether it is on a circle, and how deep it may stand.
  mutating func beginCall(_ verb: StepSpec.Verb, _ context: inout ProgramContext) {
    context.isOnCircle = false
    let call: CallSpec
    switch verb {
    case .call(let own), .scatter(let own, _, _): call = own
    // A circle through a cache's host is refused.
    default: return
    }
    context.isOnCircle = isOnCircle(call, context)
    guard let handler = context.handler, circles.reaches(handler) else { return }
    let row = StepRow(op: .checkDepth, target: serviceIndex[call.service] ?? -1)
    append(row, canFail: true, &context)
  }

  func isOnCircle(_ call: CallSpec, _ context: ProgramContext) -> Bool {
    context.handler.map { declaredCircles.holds(call, of: $0) } ?? false
  }

  /// The number of the next place that calls a service.
  ///
  /// On a circle none has the number 0, whose visits share the luck of their callers: else a visit
  /// would repeat the draws of the one that led to it.
  mutating func nextSite(of service: String, _ context: ProgramContext) -> UInt64 {
    var site = siteCounts[service, default: 0]
    if site == 0 && context.isOnCircle { site = 1 }
    siteCounts[service] = site + 1
    return site
  }
}

extension Machine {
  /// Whether the next call of a frame's visit may be sent, or too many stand around it already.
  @inline(never) mutating func checkDepth(_ f: Int32) {
    if facts[f].depth < maxDepth {
      frames[f].pc &+= 1
      return
    }
    tooDeep[steps[frames[f].pc].target] &+= inWindow
    fail(f, .rejected)
  }
}

extension Plan {
  /// Whether calls to a service may be refused since they would stand too deep.
  func checksDepth(ofCallsTo service: Int) -> Bool {
    maxDepth > 0 && steps.contains { $0.op == .checkDepth && $0.target == Int32(service) }
  }
}
