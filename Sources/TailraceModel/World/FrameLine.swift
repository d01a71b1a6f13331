import TailraceEngine

/// Frames that wait in line, linked through `next`; a frame stands in one line at most.
struct FrameLine: BitwiseCopyable, Sendable {
  /// Who is first, and who is last; -1 if nobody is there.
  private(set) var head: Int32 = -1
  private(set) var tail: Int32 = -1
  /// How many wait; marks of those who have gone do not count.
  private(set) var length: Int32 = 0

  /// Joins behind all others; constant time.
  mutating func append(_ f: Int32, _ frames: borrowing Slab<Frame>) {
    frames[f].next = -1
    if tail < 0 { head = f } else { frames[tail].next = f }
    tail = f
    length &+= 1
  }

  /// Joins before all others; constant time.
  mutating func prepend(_ f: Int32, _ frames: borrowing Slab<Frame>) {
    frames[f].next = head
    if tail < 0 { tail = f }
    head = f
    length &+= 1
  }

  /// Leaves from wherever it stands; time in proportion to those before it.
  mutating func remove(_ f: Int32, _ frames: borrowing Slab<Frame>) {
    var before: Int32 = -1
    var g = head
    while g != f {
      before = g
      g = frames[g].next
    }
    unlink(f, behind: before, frames)
    length &-= 1
  }

  /// Leaves a mark in its place, which `takeMark` finds when it is first; constant time.
  mutating func leaveMark() { length &-= 1 }

  /// Takes a mark that is first out of the line.
  ///
  /// - Returns: the frame that left it; -1 if the first still waits, or nobody is there.
  mutating func takeMark(_ frames: borrowing Slab<Frame>) -> Int32 {
    let f = head
    if f < 0 || frames[f].state != .dead { return -1 }
    unlink(f, behind: -1, frames)
    return f
  }

  private mutating func unlink(
    _ f: Int32, behind before: Int32, _ frames: borrowing Slab<Frame>
  ) {
    let next = frames[f].next
    if before < 0 { head = next } else { frames[before].next = next }
    if next < 0 { tail = before }
    frames[f].next = -1
  }
}
