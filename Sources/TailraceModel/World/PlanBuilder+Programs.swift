import TailraceEngine

// Handlers and workloads become programs: flat lists of steps with jumps.
extension PlanBuilder {
  /// Whose program is being compiled.
  struct Caller {
    var name: String
    var service: Int32
    var component: Int32
  }

  struct ProgramContext {
    var path: [String]
    var service: Int32
    var holdsSlot: Bool
    var caller: Caller
    /// Steps of each verb so far: names of streams count them, disabled ones too.
    var verbs: [String: Int] = [:]
    /// Which turn of the repetitions around it is compiled.
    var turn = 0
    /// Steps that jump to where the program fails; patched at its end.
    var failing: [Int] = []
    /// What is done after its steps, unless they fail.
    var last: StepRow?
    /// The key that decides about the arm of the split that comes next.
    var splitKey: String?
    /// Whether the call that comes next may come back to this program.
    var isOnCircle = false
    /// Whether visits come through a door that hears of their ends.
    var isGated = false

    /// What circles of calls call the handler; nil for a program that is none.
    var handler: String? {
      path.count == 3 && path[0] == "services" ? CallCircles.name(path[1], path[2]) : nil
    }

    mutating func salt(_ verb: String) -> UInt64 {
      let ordinal = verbs[verb, default: 0]
      verbs[verb] = ordinal + 1
      let name = path + [verb, String(ordinal)]
      return StreamName.hash(turn == 0 ? name : name + ["turn", String(turn)])
    }
  }

  mutating func compile(program steps: [StepSpec], _ context: inout ProgramContext) {
    compile(steps, &context)
    if let step = context.last { plan.steps.append(step) }
    let last = Int32(plan.steps.count)
    if context.holdsSlot { plan.steps.append(StepRow(op: .release)) }
    if context.isGated { plan.steps.append(StepRow(op: .leave)) }
    plan.steps.append(StepRow(op: .end))
    for i in context.failing { plan.steps[i].onError = last }
    context.failing = []
  }

  /// Compiles a list of steps; where one may fail, `context.failing` notes it.
  mutating func compile(_ steps: [StepSpec], _ context: inout ProgramContext) {
    for step in steps {
      guard step.enabled else {
        countSites(of: step, &context)
        continue
      }
      var skips: [Int] = []
      if let classes = step.classes {
        skips.append(plan.steps.count)
        var row = StepRow(op: .skipClass)
        row.law = Int32(plan.classFlags.count)
        plan.classFlags += plan.classNames.map { classes.contains($0) }
        plan.steps.append(row)
      }
      if let most = step.queueBelow {
        skips.append(plan.steps.count)
        plan.steps.append(StepRow(op: .skipQueue, count: Int32(most)))
      }
      if step.probability < 1 {
        skips.append(plan.steps.count)
        var row = StepRow(op: .skip, salt: context.salt("when"))
        row.law = Int32(plan.arms.count)
        plan.arms.append(ArmRow(bound: step.probability, start: 0))
        plan.steps.append(row)
      }
      compile(step, &context)
      for skip in skips { plan.steps[skip].target = Int32(plan.steps.count) }
    }
  }

  mutating func compile(_ step: StepSpec, _ context: inout ProgramContext) {
    let failingBefore = context.failing.count
    context.splitKey = step.by
    beginCall(step.verb, &context)
    compile(verb: step.verb, &context)
    if let name = step.name, let last = plan.steps.last?.op, [.serve, .work, .wait].contains(last) {
      plan.stepNames[Int32(plan.steps.count - 1)] = name
    }
    switch step.onError {
    case .fail: break
    case .ignore, .fallback:
      // Every step inside that would have failed the program goes here instead.
      let inside = context.failing[failingBefore...]
      context.failing.removeSubrange(failingBefore...)
      guard !inside.isEmpty else { return }
      let jump = plan.steps.count
      plan.steps.append(StepRow(op: .jump))
      let handler = Int32(plan.steps.count)
      for i in inside {
        plan.steps[i].onError = handler
        plan.steps[i].recovers = true
      }
      if case .fallback(let steps) = step.onError { compile(steps, &context) }
      plan.steps[jump].target = Int32(plan.steps.count)
    }
  }

  mutating func compile(verb: StepSpec.Verb, _ context: inout ProgramContext) {
    switch verb {
    case .work(let time):
      var row = StepRow(op: context.holdsSlot ? .work : .serve, salt: context.salt("work"))
      row.law = law(time)
      row.reads = time.visitAttributes(&plan)
      append(row, canFail: row.op == .serve, &context)
    case .wait(let time):
      var row = StepRow(op: .wait, salt: context.salt("wait"))
      row.law = law(time)
      row.reads = time.visitAttributes(&plan)
      plan.steps.append(row)
    case .call(var call):
      let judge = beginVersion(of: &call, need: 1)
      var row = StepRow(op: .call, count: 1, need: 1)
      row.target = edge(call, .key, context)
      // A write goes to the owner alone.
      let isRead = judge == nil || call.operation == .read
      let first = isRead ? firstReading(before: row.target, call, .key, context) : -1
      if first >= 0 { appendFirstReading(first, .call, before: row.target) }
      append(row, canFail: true, &context)
      if let judge { plan.steps.append(judge) }
    case .scatter(let call, .keys, let join):
      var row = Self.keyScatter(edge: edge(call, .eachKey, context), join, &plan)
      if let deadline = join.deadline { row.deadlineLine = delayLine(deadline) }
      let first = firstReading(before: row.target, call, .eachKey, context)
      appendScatter(row, join, first: first, &context)
    case .scatter(let call, .shards, let join) where changesShards(call.service):
      var row = shardScatter(edge: edge(call, .place, context), join)
      if let deadline = join.deadline { row.deadlineLine = delayLine(deadline) }
      appendScatter(row, join, &context)
    case .scatter(var call, let target, let join):
      var row = StepRow(op: .scatter)
      var choice = ShardChoice.place
      var judge: StepRow?
      if case .replicas = target {
        choice = .key
        let replicas = services.first { $0.name == call.service }?.replicas ?? 1
        judge = beginVersion(of: &call, need: join.needed(of: replicas))
      }
      row.target = edge(call, choice, context)
      switch target {
      case .shards: row.count = plan.services[Int(plan.edges[Int(row.target)].service)].shards
      case .fanOut(let n): row.count = Int32(n)
      case .keys: preconditionFailure("compiled above")
      case .replicas, .peers, .childShards:
        row.count = aim(row.target, target, caller: context.service)
      }
      setJoin(&row, join)
      appendScatter(row, join, &context)
      if let judge { plan.steps.append(judge) }
    case .parallel(let lists, let join):
      compileParallel(lists, join, &context)
    case .split(let arms):
      compileSplit(arms, &context)
    case .repeat(let times, let steps): compileRepeat(times, steps, &context)
    case .fail(let outcome):
      append(StepRow(op: .fail, outcome: outcome), canFail: true, &context)
    case .cache(let use): compileCache(use, &context)
    case .rateLimit(let use): compileLimit(use, &context)
    case .hold(let use): compileHold(use, &context)
    }
  }

  mutating func setJoin(_ row: inout StepRow, _ join: Join) {
    row.need = Int32(join.needed(of: Int(row.count)))
    if let deadline = join.deadline { row.deadlineLine = delayLine(deadline) }
  }

  mutating func append(
    _ row: StepRow, canFail: Bool, _ context: inout ProgramContext
  ) {
    if canFail { context.failing.append(plan.steps.count) }
    plan.steps.append(row)
  }

  /// A scatter; where its calls are limited, a jump over the small program that sends one follows.
  mutating func appendScatter(
    _ scatter: StepRow, _ join: Join, first: Int32 = -1, _ context: inout ProgramContext
  ) {
    var row = scatter
    let window = min(join.maxParallel.map { Int32($0) } ?? .max, row.count)
    let canary = min(join.canary ?? 0, Int(row.count))
    guard window < row.count || canary > 0 && canary < Int(row.count) || first >= 0 else {
      append(row, canFail: true, &context)
      return
    }
    row.window = window
    row.canary = UInt16(canary)
    row.windowBranch = Int32(plan.branches.count)
    append(row, canFail: true, &context)
    let jump = plan.steps.count
    plan.steps.append(StepRow(op: .jump))
    plan.branches.append(Int32(plan.steps.count))
    if first >= 0 { appendFirstReading(first, .callPlaced, before: row.target) }
    var call = StepRow(op: .callPlaced, target: row.target, count: 1, need: 1)
    call.onError = Int32(plan.steps.count + 1)
    plan.steps += [call, StepRow(op: .end)]
    plan.steps[jump].target = Int32(plan.steps.count)
  }

  /// One copy of the steps for each turn: every turn has streams and lanes of its own.
  mutating func compileRepeat(
    _ times: LawSpec, _ steps: [StepSpec], _ context: inout ProgramContext
  ) {
    let most = Repetition.most(times)
    var row = StepRow(op: .skipTurn, salt: context.salt("repeat"))
    if case .constant = times {} else { row.law = law(times) }
    let (verbs, sites, outer) = (context.verbs, siteCounts, context.turn)
    var skips: [Int] = []
    for turn in 0..<max(1, most) {
      if row.law >= 0 || most == 0 {
        row.count = Int32(turn)
        skips.append(plan.steps.count)
        plan.steps.append(row)
      }
      (context.verbs, siteCounts) = (verbs, sites)
      context.turn = outer * max(1, most) + turn
      compile(steps, &context)
    }
    context.turn = outer
    for skip in skips { plan.steps[skip].target = Int32(plan.steps.count) }
  }

  /// The step, a jump over the branches, then each branch as a small program of its own.
  mutating func compileParallel(
    _ lists: [[StepSpec]], _ join: Join, _ context: inout ProgramContext
  ) {
    var row = StepRow(op: .parallel, count: Int32(lists.count))
    row.target = Int32(plan.branches.count)
    setJoin(&row, join)
    append(row, canFail: true, &context)
    let jump = plan.steps.count
    plan.steps.append(StepRow(op: .jump))
    let first = plan.branches.count
    plan.branches += Array(repeating: 0, count: lists.count)
    for (i, list) in lists.enumerated() {
      plan.branches[first + i] = Int32(plan.steps.count)
      let outer = context.failing
      context.failing = []
      compile(list, &context)
      let end = Int32(plan.steps.count)
      plan.steps.append(StepRow(op: .end))
      for failing in context.failing { plan.steps[failing].onError = end }
      context.failing = outer
    }
    plan.steps[jump].target = Int32(plan.steps.count)
  }

  mutating func compileSplit(_ arms: [SplitArm], _ context: inout ProgramContext) {
    var row = StepRow(op: .split, count: Int32(arms.count), salt: context.salt("split"))
    row.target = Int32(plan.arms.count)
    if let key = context.splitKey { decide(&row, by: key) }
    plan.steps.append(row)
    var total = 0.0
    for arm in arms { total += arm.weight }
    var sum = 0.0
    let first = plan.arms.count
    for (i, arm) in arms.enumerated() {
      sum += arm.weight
      plan.arms.append(ArmRow(bound: i == arms.count - 1 ? .infinity : sum / total, start: 0))
    }
    var jumps: [Int] = []
    for (i, arm) in arms.enumerated() {
      plan.arms[first + i].start = Int32(plan.steps.count)
      compile(arm.steps, &context)
      jumps.append(plan.steps.count)
      plan.steps.append(StepRow(op: .jump))
    }
    for jump in jumps { plan.steps[jump].target = Int32(plan.steps.count) }
  }

  /// Lets the arm of a split follow from a key: the same for all requests that have it.
  private mutating func decide(_ row: inout StepRow, by key: String) {
    guard let space = plan.keySpaces.firstIndex(of: key) else {
      preconditionFailure("no key space \(key)")
    }
    row.op = .splitBy
    row.salt = Luck.base(seed: plan.seed, source: row.salt)
    row.law = Int32(plan.routes.count)
    plan.routes.append(RouteRow(space: Int32(space), map: -1, isEach: false))
  }

  /// The lookup, the steps of a miss, what becomes of them, then the time of a hit.
  mutating func compileCache(_ step: CacheUse, _ context: inout ProgramContext) {
    let salt = context.salt("cache")
    let cache = topology.caches.first { $0.name == step.cache }
    guard let spec = cache, spec.enabled else {
      countHostSites(of: cache, for: step)
      compile(step.steps, &context)
      for inner in step.staleSteps ?? [] { countSites(of: inner, &context) }
      return
    }
    if step.operation != .read {
      compileWrite(step, spec, salt: salt, &context)
      return
    }
    let holder = spec.host.map { serviceIndex[$0.service] ?? -1 } ?? context.service
    let use = Self.cacheUse(
      spec, by: holder, earlySalt: salt &+ 1, isAsked: spec.host != nil, &instanceOf, &plan)
    if let ask = hostCall(.get, spec, for: step, use: use, context) { plan.steps.append(ask) }
    let look = spec.host == nil ? Op.lookUp : .heard
    append(StepRow(op: look, target: use), canFail: spec.locks, &context)
    plan.cacheUses[Int(use)].miss = Int32(plan.steps.count)
    let outer = context.failing
    context.failing = []
    let reads = plan.versionUses.count
    compile(step.steps, &context)
    keepVersions(of: use, readSince: reads)
    let inside = context.failing
    context.failing = outer
    if let tell = hostCall(.set, spec, for: step, use: use, context) { plan.steps.append(tell) }
    plan.steps.append(StepRow(op: spec.host == nil ? .store : .landed, target: use))
    if !inside.isEmpty {
      for i in inside { plan.steps[i].onError = Int32(plan.steps.count) }
      append(StepRow(op: .giveUpFetch, target: use), canFail: true, &context)
    }
    if let asking = step.staleSteps { compileRevalidation(asking, use: use, &context) }
    appendHit(of: spec, use: use, salt: salt, &context)
  }

  /// The time of a hit, and where the program goes on.
  mutating func appendHit(
    of spec: CacheSpec, use: Int32, salt: UInt64, _ context: inout ProgramContext
  ) {
    plan.cacheUses[Int(use)].hit = Int32(plan.steps.count)
    if let latency = spec.hitLatency {
      var row = StepRow(op: .wait, salt: salt)
      row.law = law(latency)
      plan.steps.append(row)
    }
    plan.cacheUses[Int(use)].end = Int32(plan.steps.count)
  }
}
