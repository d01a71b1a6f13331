import TailraceEngine

// What cache steps run beside the steps of a miss.
extension PlanBuilder {
  /// A write that is answered at once; its steps run later, without the visit and its slot.
  mutating func compileWriteBack(
    _ step: CacheUse, _ spec: CacheSpec, salt: UInt64, _ context: inout ProgramContext
  ) {
    let use = Self.cacheUse(spec, by: context.service, earlySalt: 0, &instanceOf, &plan)
    plan.cacheRows[Int(plan.cacheUses[Int(use)].cache)].isWritten = true
    plan.steps.append(StepRow(op: .writeBack, target: use))
    let holdsSlot = context.holdsSlot
    context.holdsSlot = false
    appendStore(step.steps, use: use, &context)
    context.holdsSlot = holdsSlot
    appendHit(of: spec, use: use, salt: salt, &context)
  }

  /// A write that a host answers at once: it takes the steps itself, later. Where it does not
  /// answer the writer takes them.
  mutating func compileHostedWriteBack(
    _ step: CacheUse, _ spec: CacheSpec, _ context: inout ProgramContext
  ) {
    guard let host = spec.host, let holder = serviceIndex[host.service] else { return }
    let asking = Self.cacheUse(
      spec, by: holder, earlySalt: 0, isAsked: true, &instanceOf, &plan)
    plan.cacheRows[Int(plan.cacheUses[Int(asking)].cache)].isWritten = true
    guard var tell = hostCall(.back, spec, for: step, use: asking, context) else { return }
    precondition(tell.count == 1, "\(spec.name) has no single instance to write back")
    tell.onError = Int32(plan.steps.count) + 2
    plan.steps += [tell, StepRow(op: .jump)]
    let jump = plan.steps.count - 1
    // Both copies have the same streams and call sites.
    var theirs = context
    let sites = siteCounts
    compile(step.steps, &context)
    let skip = plan.steps.count
    plan.steps.append(StepRow(op: .jump))
    siteCounts = sites
    theirs.service = holder
    theirs.holdsSlot = false
    theirs.caller = Caller(name: host.service, service: holder, component: holder)
    let use = Self.cacheUse(spec, by: holder, earlySalt: 0, &instanceOf, &plan)
    let first = plan.steps.count
    plan.cacheUses[Int(asking)].miss = Int32(first)
    appendStore(step.steps, use: use, &theirs)
    plan.asides.append(Aside(service: holder, steps: first..<plan.steps.count))
    for i in [jump, skip] { plan.steps[i].target = Int32(plan.steps.count) }
  }

  /// The steps that store a value for good, and what becomes of it.
  private mutating func appendStore(
    _ steps: [StepSpec], use: Int32, _ context: inout ProgramContext
  ) {
    let failing = compileApart(steps, &context)
    plan.steps.append(StepRow(op: .stored, target: use))
    for i in failing { plan.steps[i].onError = Int32(plan.steps.count) }
    if !failing.isEmpty { plan.steps.append(StepRow(op: .storeFailed, target: use)) }
  }

  /// The steps that ask about an expired value; the steps of a miss do not run into them.
  mutating func compileRevalidation(
    _ steps: [StepSpec], use: Int32, _ context: inout ProgramContext
  ) {
    plan.cacheUses[Int(use)].stale = Int32(plan.steps.count)
    plan.cacheRows[Int(plan.cacheUses[Int(use)].cache)].revalidates = true
    let failing = compileApart(steps, &context)
    plan.steps.append(StepRow(op: .revalidated, target: use))
    for i in failing { plan.steps[i].onError = Int32(plan.steps.count) }
    if !failing.isEmpty {
      append(StepRow(op: .revalidationFailed, target: use), canFail: true, &context)
    }
  }

  /// Compiles steps whose failures are not those of the steps around them.
  ///
  /// - Returns: the steps that may fail.
  private mutating func compileApart(
    _ steps: [StepSpec], _ context: inout ProgramContext
  ) -> [Int] {
    let outer = context.failing
    context.failing = []
    defer { context.failing = outer }
    compile(steps, &context)
    return context.failing
  }
}
