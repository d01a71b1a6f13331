import TailraceModel

/// What became of the visits to a service that nobody waited for any more.
public struct GivenUpWork: Sendable, Equatable {
  /// Visits that were stopped, at work or in the queue, since their caller had given up.
  public var stopped: UInt64 = 0
  /// Visits dropped by the queue for the same reason; nil where it drops none.
  public var expired: UInt64?
  /// Work done, in nanoseconds.
  public var worked: UInt64 = 0
  /// Work of visits that nobody waited for when they ended, in nanoseconds.
  public var wasted: UInt64 = 0

  public init() {}

  init?(_ row: StationOutcome) {
    guard let worked = row.worked, let wasted = row.wasted else { return nil }
    (self.worked, self.wasted, expired) = (worked, wasted, row.expired)
    stopped = row.stopped
  }

  /// Work for nobody over all work; nil without work.
  public var wastedShare: Double? { Merge.ratio(Double(wasted), worked) }

  /// Whether there was anything of it.
  public var isAny: Bool { stopped > 0 || expired ?? 0 > 0 || wasted > 0 }

  /// The sum of what is known; nil if nothing is.
  public static func total(_ parts: [GivenUpWork?]) -> GivenUpWork? {
    parts.reduce(nil) { sum, part in
      guard let part else { return sum }
      var total = sum ?? GivenUpWork()
      total.stopped += part.stopped
      if let expired = part.expired { total.expired = (total.expired ?? 0) + expired }
      total.worked += part.worked
      total.wasted += part.wasted
      return total
    }
  }
}

extension StationOutcome {
  /// Visits that were stopped, those apart that a crash ended or the queue dropped.
  var stopped: UInt64 { aborted - lost - (expired ?? 0) }

  /// Visits of the window that have no answer.
  var unanswered: UInt64 { failed + aborted - lost }
}
