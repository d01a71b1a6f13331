import TailraceStatistics

/// How much a metric may change, such as `latency p(99) > +5%`: a change beyond it fails.
public struct ChangeLimit: Sendable {
  /// How much is meant.
  public enum Bound: Sendable, Equatable {
    /// A part of the base's value.
    case ratio(Double)
    /// In the metric's unit.
    case difference(Double)
  }

  /// What is measured; comparison and bound are those of the change.
  public var subject: Threshold
  public var bound: Bound
  /// As it was written.
  public var text: String

  public init(subject: Threshold, bound: Bound, text: String) {
    self.subject = subject
    self.bound = bound
    self.text = text
  }
}

/// What became of a limit: it fails if the change is beyond it and not by chance.
public struct ChangeLimitResult: Sendable {
  public var limit: ChangeLimit
  public var change: Change
  /// Whether the change is infinite: against has no answer where the base has one.
  public var isBeyondAll: Bool
  public var status: ThresholdResult.Status

  init(
    _ limit: ChangeLimit, base: ThresholdResult, against: ThresholdResult, isPaired: Bool
  ) {
    self.limit = limit
    func estimate(_ result: ThresholdResult) -> Estimate {
      Estimate(value: result.measured, halfWidth: nil, perReplication: result.perReplication)
    }
    change = Change(estimate(base), estimate(against), better: .neither, isPaired: isPaired)
    isBeyondAll = false
    status = .noData
    guard let before = base.measured, let after = against.measured, before.isFinite else { return }
    if !after.isFinite {
      isBeyondAll = true
      status = limit.subject.comparison.holds(.infinity, 0) ? .fail : .pass
      return
    }
    let measured: Double
    let bound: Double
    switch limit.bound {
    case .difference(let most): (measured, bound) = (after - before, most)
    case .ratio(let most):
      guard before != 0 else {
        // No part of nothing: any change is beyond every part.
        (measured, bound) = (after == 0 ? 0 : .infinity, most)
        break
      }
      (measured, bound) = ((after - before) / before, most)
    }
    let isBeyond = limit.subject.comparison.holds(measured, bound)
    status = isBeyond && (change.isClear || change.halfWidth == nil) ? .fail : .pass
  }
}
