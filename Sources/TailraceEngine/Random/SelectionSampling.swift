/// Draws so many of a row in one pass, each set of that many being equally likely.
///
/// Selection sampling: Knuth, "The Art of Computer Programming", volume 2, 3.4.2, algorithm S.
@frozen
public struct SelectionSampling: BitwiseCopyable, Sendable {
  /// How many are still to be drawn, and how many may still come.
  @usableFromInline var wanted: UInt64
  @usableFromInline var left: UInt64

  /// Whether all have been drawn.
  @inlinable @inline(__always) public var isDone: Bool { wanted == 0 }

  /// - Parameters:
  ///   - wanted: how many are drawn, from 0 to `count`.
  ///   - count: how many there are.
  @inlinable @inline(__always)
  public init(_ wanted: Int, of count: Int) {
    self.wanted = UInt64(wanted)
    left = UInt64(count)
  }

  /// Whether the next one is drawn; asked once for each, in turn.
  @inlinable @inline(__always)
  public mutating func takesNext(_ luck: inout KeyedRandom) -> Bool {
    let isTaken = luck.below(left) < wanted
    if isTaken { wanted -= 1 }
    left -= 1
    return isTaken
  }
}
