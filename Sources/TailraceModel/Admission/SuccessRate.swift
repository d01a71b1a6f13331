import TailraceEngine

/// Refuses a share of the visits that grows as fewer of those let in succeed.
public struct SuccessRate: AdmissionPolicy {
  public static let name = "SUCCESS_RATE"
  public static let summary =
    "Envoy's admission control, judged by the replica's own answers: of n visits in the window of "
    + "which s were answered, the next is refused with chance ((n - s / sr_threshold) / (n + 1)) ^ "
    + "(1 / aggression), at most 'max_rejection_percent'."

  /// Envoy `admission_control`: 95 %, 1, 30 s, 80 %.
  public var threshold = 0.95
  public var aggression = 1.0
  public var window: UInt64 = 30_000_000_000
  public var mostRejected = 0.8

  /// The window in parts, the latest last used.
  private static let parts = 30
  private var ends: [UInt64] = []
  private var answers: [UInt64] = []
  private var latest: UInt64 = 0
  private var ended: UInt64 = 0
  private var answered: UInt64 = 0

  public init() {}

  public var limit: Int32? { nil }

  /// The chance that a visit is refused now.
  public func rejection(at now: UInt64) -> Double {
    var copy = self
    copy.turn(to: now)
    return copy.chance
  }

  private var chance: Double {
    let excess =
      (Double(ended) - Double(answered) / threshold) / (Double(ended) + 1)
    if excess <= 0 { return 0 }
    let chance = aggression == 1 ? excess : PortableMath.pow(excess, 1 / aggression)
    return min(mostRejected, chance)
  }

  public mutating func admits(_ visit: AdmissionVisit, _ luck: inout KeyedRandom) -> Bool {
    turn(to: visit.now)
    return luck.unit() >= chance
  }

  public mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom) {
    turn(to: visit.now)
    let part = Int(latest % UInt64(Self.parts))
    ends[part] += 1
    ended += 1
    if visit.outcome.isAnswered {
      answers[part] += 1
      answered += 1
    }
  }

  /// Forgets the parts that have left the window.
  private mutating func turn(to now: UInt64) {
    if ends.isEmpty {
      ends = Array(repeating: 0, count: Self.parts)
      answers = ends
    }
    let part = now / max(1, window / UInt64(Self.parts))
    var left = min(part - latest, UInt64(Self.parts))
    latest = part
    while left > 0 {
      left -= 1
      let old = Int((part - left) % UInt64(Self.parts))
      ended -= ends[old]
      answered -= answers[old]
      ends[old] = 0
      answers[old] = 0
    }
  }
}
