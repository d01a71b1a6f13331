import TailraceEngine

extension PlanBuilder {
  /// Numbers the classes of all workloads by name and lays out each workload's shares.
  static func layOutClasses(_ topology: Topology, _ workloads: [WorkloadSpec], _ plan: inout Plan) {
    let names = Set(workloads.flatMap { Self.classes(of: $0).map(\.name) }).sorted()
    plan.classNames = names
    for name in names {
      // Priorities may be negative in a scenario: the sign bit is turned to keep their order.
      let priority = Int64(topology.classPriorities[name] ?? 0)
      plan.classPriorities.append(UInt64(bitPattern: priority) ^ 1 << 63)
    }
    for workload in workloads {
      let own = Self.classes(of: workload)
      plan.sourceClasses.append(
        SourceClasses(
          first: Int32(plan.classRows.count), count: Int32(own.count),
          source: StreamName.hash("workloads", workload.name),
          salt: StreamName.hash("workloads", workload.name, "class"),
          firstGiven: Int32(plan.classColumn.count),
          givenCount: Int32(workload.classColumn.count), word: classWord(of: workload)))
      let given = workload.arrivals.trace?.classes ?? []
      plan.classColumn += (given.isEmpty ? workload.classColumn : given).map {
        Int32(names.firstIndex(of: $0) ?? 0)
      }
      var total = 0.0
      for share in own { total += share.weight }
      var sum = 0.0
      for (i, share) in own.enumerated() {
        sum += share.weight
        guard let index = names.firstIndex(of: share.name) else { continue }
        plan.classRows.append(
          ClassRow(bound: i == own.count - 1 ? .infinity : sum / total, index: Int32(index)))
      }
    }
  }

  /// The class is the last word of a trace's row.
  private static func classWord(of workload: WorkloadSpec) -> Int32 {
    guard let trace = workload.arrivals.trace, !trace.classes.isEmpty else { return -1 }
    return Int32(trace.columns.count)
  }

  private static func classes(of workload: WorkloadSpec) -> [ClassWeight] {
    if let given = workload.arrivals.trace?.classes, !given.isEmpty {
      return Set(given).sorted().map { ClassWeight($0) }
    }
    if !workload.classColumn.isEmpty {
      return Set(workload.classColumn).sorted().map { ClassWeight($0) }
    }
    return workload.classes.isEmpty ? [ClassWeight(workload.name)] : workload.classes
  }
}
