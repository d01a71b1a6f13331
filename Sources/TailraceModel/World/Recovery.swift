import TailraceStatistics

/// How a system came back after a fault that struck once and ended.
///
/// An interval is well where at least 90 % as many of its requests are answered as before the fault,
/// in at most twice the mean time; of every workload that was well before, which is one of whose
/// requests at least a tenth was answered. The system is back where five intervals in a row are
/// well.
public struct RecoveryOutcome: Sendable, Equatable {
  /// Number of the fault in the topology.
  public var fault: Int
  /// When the fault ended, in nanoseconds.
  public var end: UInt64
  /// Whether there was something to come back to: false where requests came before the fault and
  /// no workload was well.
  public var wasWell: Bool
  /// From the end of the fault to the first interval of those that are well; nil if there is none,
  /// or nothing was well before.
  public var after: UInt64?
  /// Requests that began from the fault until the system was back, or the run at its end; and how
  /// many of them were not answered.
  public var begun: UInt64
  public var unanswered: UInt64
  /// Length of the intervals, in nanoseconds.
  public var interval: UInt64
}

extension FaultSpec {
  /// When it ends for good, in nanoseconds; nil where it comes again, never ends, or by chance.
  public var end: UInt64? {
    guard let at else { return nil }
    if case .flush = verb { return at }
    guard case .constant(let length)? = length else { return nil }
    return at + UInt64(length)
  }
}

extension RecoveryOutcome {
  /// Intervals in a row that make a recovery.
  static let steadyCount = 5
  /// Least part of the usual answers.
  static let leastAnswered = 0.9
  /// Least part of all requests that are answered where a workload is well.
  static let leastUsual = 0.1
  /// Most times the usual mean latency.
  static let mostLatency = 2.0

  /// Of each fault that ends within the run and begins after its warm-up.
  ///
  /// - Parameters:
  ///   - faults: of the topology.
  ///   - series: time series of the run.
  ///   - window: what is measured.
  /// - Returns: one for each fault that has an interval before it and five after.
  static func all(
    of faults: [FaultSpec], _ series: SeriesOutcome, _ window: Range<UInt64>
  ) -> [RecoveryOutcome] {
    faults.enumerated().compactMap { number, fault in
      guard let at = fault.at, let end = fault.end, end < window.upperBound else { return nil }
      return RecoveryOutcome(number, at: at, end: end, series, window)
    }
  }

  private init?(
    _ fault: Int, at: UInt64, end: UInt64, _ series: SeriesOutcome, _ window: Range<UInt64>
  ) {
    let grid = series.grid
    let before = (0..<grid.count).filter {
      grid.start(of: $0) >= window.lowerBound && grid.end(of: $0) <= at
    }
    let after = (0..<grid.count).filter { grid.start(of: $0) >= end }
    guard !before.isEmpty, after.count >= Self.steadyCount else { return nil }
    let usual = series.workloads.map { intervals in Fare(before.map { intervals[$0] }) }
    let isWell = after.map { i in
      zip(series.workloads, usual).allSatisfy { intervals, usual in
        Fare([intervals[i]]).isAsGood(as: usual)
      }
    }
    var run = 0
    var back: Int?
    let asked = usual.filter { $0.started > 0 }
    wasWell = asked.isEmpty || asked.contains(where: \.isWell)
    for place in isWell.indices where back == nil && wasWell {
      run = isWell[place] ? run + 1 : 0
      if run == Self.steadyCount { back = place - run + 1 }
    }
    self.fault = fault
    self.end = end
    self.after = back.map { grid.start(of: after[$0]) - end }
    let until = back.map { after[$0] } ?? grid.count
    interval = grid.length
    begun = 0
    unanswered = 0
    for i in 0..<until where grid.end(of: i) > at {
      for intervals in series.workloads {
        begun += intervals[i].started
        unanswered += intervals[i].started - intervals[i].answered
      }
    }
  }

  /// How requests fared that began in some intervals.
  private struct Fare {
    var started: UInt64
    var answered: UInt64
    var latency: Double

    init(_ intervals: [WorkloadInterval]) {
      started = intervals.reduce(0) { $0 + $1.started }
      answered = intervals.reduce(0) { $0 + $1.answered }
      latency = intervals.reduce(0.0) { $0 + ($1.latencies.mean ?? 0) * Double($1.answered) }
    }

    var isWell: Bool {
      answered > 0 && Double(answered) >= RecoveryOutcome.leastUsual * Double(started)
    }

    func isAsGood(as usual: Fare) -> Bool {
      // Where nobody asks nobody suffers; where nothing was usual nothing is worse.
      if started == 0 || !usual.isWell { return true }
      let share = Double(answered) / Double(started)
      let usualShare = Double(usual.answered) / Double(usual.started)
      if share < RecoveryOutcome.leastAnswered * usualShare || answered == 0 { return false }
      return latency / Double(answered)
        <= RecoveryOutcome.mostLatency * usual.latency / Double(usual.answered)
    }
  }
}
