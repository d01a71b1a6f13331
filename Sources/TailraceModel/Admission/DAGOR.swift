import TailraceEngine

/// Lets in the most urgent classes, and within a class always the same users.
public struct DAGOR: AdmissionPolicy {
  public static let name = "DAGOR"
  public static let summary =
    "WeChat's overload control: visits have a level by the priority of their class and, within it, "
    + "one of 128 by their 'client'. While visits wait for longer than 'target' on average, levels "
    + "for 5 % fewer than were let in stay open, else for 1 % more of those that come; anew each "
    + "'window' or 2,000 visits. All calls of a request have one level: they succeed or fail "
    + "together. Callers are not told the level."

  /// Zhou et al., "Overload Control for Scaling WeChat Microservices" (2018): 20 ms, 1 s.
  public var target: UInt64 = 20_000_000
  public var window: UInt64 = 1_000_000_000
  /// Levels of users within a class.
  public static let userLevels: Int32 = 128
  private static let visitsMax: UInt64 = 2_000
  private static let less = 0.95
  private static let more = 0.01

  /// Visits of this window by level, those let in or not.
  private var came: [UInt64] = []
  private var admitted: UInt64 = 0
  private var total: UInt64 = 0
  private var ended: UInt64 = 0
  private var queued: UInt64 = 0
  private var windowEnd: UInt64 = 0
  /// The last level that is open.
  public private(set) var cursor: Int32 = .max

  public init() {}

  public var limit: Int32? { nil }
  public var readsLevels: Bool { true }

  public mutating func begin(classes: Int32) {
    came = Array(repeating: 0, count: Int(max(1, classes) * Self.userLevels))
    cursor = Int32(came.count) - 1
  }

  public mutating func admits(_ visit: AdmissionVisit, _ luck: inout KeyedRandom) -> Bool {
    turn(at: visit.now)
    came[Int(visit.level)] += 1
    total += 1
    if visit.level > cursor { return false }
    admitted += 1
    return true
  }

  public mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom) {
    turn(at: visit.now)
    ended += 1
    queued += visit.queued
  }

  private mutating func turn(at now: UInt64) {
    if now < windowEnd && total < Self.visitsMax { return }
    if windowEnd > 0 { moveCursor() }
    windowEnd = now + window
    for level in came.indices { came[level] = 0 }
    (admitted, total, ended, queued) = (0, 0, 0, 0)
  }

  /// Opens as many levels as the visits of this window would have needed to be as many as expected.
  private mutating func moveCursor() {
    let isOverloaded = queued > ended * target
    let expected =
      isOverloaded
      ? Double(admitted) * Self.less : Double(admitted) + Double(total) * Self.more
    var sum = 0.0
    for level in came.indices {
      sum += Double(came[level])
      cursor = Int32(level)
      if sum >= expected { break }
    }
    // Nobody was refused and nobody waits long: all are welcome.
    if !isOverloaded && admitted == total { cursor = Int32(came.count) - 1 }
  }
}
