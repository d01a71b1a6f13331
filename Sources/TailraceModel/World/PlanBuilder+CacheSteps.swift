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
    let failing = compileApart(step.steps, &context)
    context.holdsSlot = holdsSlot
    plan.steps.append(StepRow(op: .stored, target: use))
    for i in failing { plan.steps[i].onError = Int32(plan.steps.count) }
    if !failing.isEmpty { plan.steps.append(StepRow(op: .storeFailed, target: use)) }
    appendHit(of: spec, use: use, salt: salt, &context)
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
