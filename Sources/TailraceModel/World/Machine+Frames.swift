import TailraceEngine

// Frames: a slab with a free list; a frame's generation tells its events from those of its forerunners.
extension Machine {
  @inline(__always)
  mutating func makeFrame(
    _ kind: FrameKind, parent: Int32, root: Root, luck: UInt64, edge: Int32, branch: Int32,
    station: Int32 = -1, pc: Int32 = -1, load: Int32 = -1, state: FrameState = .running
  ) -> Int32 {
    let f = freeFrames >= 0 ? freeFrames : newFrame()
    let frame = frames.row(f)
    freeFrames = frame.next
    frame.row = Frame(
      since: time, number: root.number, generation: frame.generation, parent: parent,
      station: station, load: load, branch: branch, kind: kind, state: state,
      flags: root.counted ? .counted : [], luck: luck, born: time, serial: root.serial, pc: pc,
      edge: edge, source: UInt16(truncatingIfNeeded: root.source))
    if _slowPath(keyColumns > 0) { inheritKeys(f, from: parent) }
    if _slowPath(readsVisits) { beginFacts(f, from: parent) }
    if _slowPath(keepsPauses) { clearPauses(f) }
    if _slowPath(TracedNumber.hasRow(root.number)) { holdRow(root.number) }
    if _slowPath(records) { recordBegin(f) }
    return f
  }

  /// A frame that has never been used.
  @inline(never) mutating func newFrame() -> Int32 {
    if Int(frameHigh) == frames.count { growFrames() }
    frameHigh &+= 1
    return frameHigh &- 1
  }

  @inline(never) private mutating func growFrames() {
    if frames.count >= Self.inFlightMax { overcrowd() }
    frames.grow(with: .blank)
  }

  /// Ends the run at the next occasion: what is in flight would outgrow the memory.
  @inline(never) mutating func overcrowd() {
    isOvercrowded = true
    pause = 0
  }

  @inline(__always) mutating func freeFrame(_ f: Int32) {
    if _slowPath(TracedNumber.hasRow(frames[f].number)) { leaveRow(frames[f].number) }
    frames[f].free(before: freeFrames)
    freeFrames = f
  }

  /// Frees a settled frame with the finished children on its path.
  @inline(__always) mutating func freeTree(_ f: Int32) {
    if frames[f].path >= 0 { freePath(frames[f].path) }
    freeFrame(f)
  }

  @inline(never) private mutating func freePath(_ first: Int32) {
    var child = first
    while child >= 0 {
      let next = frames[child].next
      freeTree(child)
      child = next
    }
  }
}

extension Frame {
  static let blank = Frame(
    since: 0, generation: 0, parent: -1, station: -1, branch: 0, kind: .visit, state: .free,
    luck: 0, born: 0, serial: 0, pc: -1, edge: -1, source: 0)
}
