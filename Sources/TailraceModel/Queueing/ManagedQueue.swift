import TailraceEngine

/// What the plan says of a queue that looks after itself.
struct ManagedQueuePlan: BitwiseCopyable, Sendable {
  var target: UInt64 = 0
  var interval: UInt64 = 0
  /// How visits find their line, a row of routes; -1 where there is one line.
  var route: Int32 = -1
  /// The first of the bounds by class; -1 where all classes have one.
  var firstClassLimit: Int32 = -1
}

/// The state of such a queue.
struct ManagedQueue: BitwiseCopyable, Sendable {
  let plan: ManagedQueuePlan
  var lines = WaitingLines()
  var codel: CoDel
  var watch: OverloadWatch

  init(_ plan: ManagedQueuePlan) {
    self.plan = plan
    codel = CoDel(target: plan.target, interval: plan.interval)
    watch = OverloadWatch(target: plan.target, interval: plan.interval)
  }
}

/// What replicas do about overload beyond a bound on their queues.
struct OverloadDesk: ~Copyable {
  let managed: Table<ManagedQueue>
  /// Bounds by class, of queues that have them.
  let classLimits: Table<Int32>

  init(_ plan: Plan) {
    managed = Table(plan.managedQueues.map { ManagedQueue($0) })
    classLimits = Table(plan.classLimits)
  }

  deinit {
    for i in 0..<managed.count { managed[i].lines.deallocate() }
  }
}
