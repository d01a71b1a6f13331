import TailraceModel

/// How a system came back after a fault, over all replications.
public struct RecoveryResult: Sendable {
  public var fault: String
  /// When it began and ended, in nanoseconds.
  public var at: UInt64
  public var end: UInt64
  /// From its end until all was well again, in nanoseconds; nil where a replication was not back
  /// before its end, or not well before the fault.
  public var after: Estimate
  /// Replications that were back before their end, over all that were well before the fault; nil
  /// where none was.
  public var recovered: Estimate
  /// Requests from the fault's begin until all was well or the run at its end, all replications
  /// together; and those of them that were not answered.
  public var begun: UInt64
  public var unanswered: UInt64
  /// Length of the intervals that were looked at: `after` is no finer than that, in nanoseconds.
  public var resolution: UInt64
}

extension Merge {
  /// One for each fault that ended in the run and had something before it to be compared with.
  func recoveries() -> [RecoveryResult] {
    experiment.topology.faults.enumerated().compactMap { number, fault in
      let own = replications.map { $0.recoveries.first { $0.fault == number } }
      let known = own.compactMap { $0 }
      guard known.count == own.count, let first = known.first, let at = fault.at else { return nil }
      let times = known.map { $0.after.map { Double($0) } }
      let isBack = known.map { $0.wasWell ? ($0.after == nil ? 0.0 : 1.0) : nil }
      let judged = isBack.compactMap { $0 }
      let back = judged.isEmpty ? nil : judged.reduce(0, +) / Double(judged.count)
      let all = times.compactMap { $0 }
      let mean = all.count == times.count ? all.reduce(0, +) / Double(all.count) : nil
      return RecoveryResult(
        fault: fault.name, at: at, end: first.end, after: estimate(mean, times),
        recovered: estimate(back, isBack),
        begun: known.reduce(0) { $0 + $1.begun },
        unanswered: known.reduce(0) { $0 + $1.unanswered },
        resolution: first.interval)
    }
  }
}
