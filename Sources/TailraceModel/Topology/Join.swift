/// How many answers a join waits for, and how long.
public struct Join: Sendable {
  public enum Need: Sendable {
    case all
    case responses(Int)
    case fraction(Double)
  }
  public var need = Need.all
  /// Nanoseconds after which the join goes on with what is there.
  public var deadline: UInt64?
  /// Most calls of a scatter that are out at a time; nil is all of them.
  public var maxParallel: Int?
  /// Calls of a scatter that must have been answered before the others go; nil is none.
  public var canary: Int?

  public init() {}

  /// Answers needed of `count`.
  func needed(of count: Int) -> Int {
    switch need {
    case .all: return count
    case .responses(let n): return min(n, count)
    case .fraction(let share):
      let exact = share * Double(count)
      var whole = Int(exact)
      if Double(whole) < exact { whole += 1 }
      return max(1, min(whole, count))
    }
  }
}
