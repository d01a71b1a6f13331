import TailraceEngine

/// One more with each good answer while the limit is used, a tenth less with each bad one.
public struct AIMDLimit: AdmissionPolicy {
  public static let name = "AIMD"
  public static let summary =
    "Netflix concurrency-limits: +1 for each answer while at least half of the limit is in use; "
    + "times 'back_off_ratio' for each that is dropped or takes longer than 'target'."

  /// Netflix `AIMDLimit`: 20, 20, 200, 5 s, 0.9.
  public var least: Int32 = 20
  public var most: Int32 = 200
  public var target: UInt64 = 5_000_000_000
  public var backOffRatio = 0.9
  private var current: Int32 = 20

  public init() {}

  /// The limit that it begins with.
  public var start: Int32 {
    get { current }
    set { current = newValue }
  }

  public var limit: Int32? { current }

  public mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom) {
    if visit.outcome == .applicationError { return }
    var next = current
    if visit.isDrop || visit.time > target {
      next = Int32(Double(current) * backOffRatio)
    } else if visit.inFlight >= current - visit.inFlight {
      next += 1
    }
    current = min(most, max(least, next))
  }
}
