import TailraceEngine

/// A binary heap of frames in the order of their jobs' keys; each job knows its place.
struct JobHeap: BitwiseCopyable, Sendable {
  var pile = Pile<Int32>()

  @inline(__always) var count: Int { pile.count }
  @inline(__always) var isEmpty: Bool { pile.isEmpty }

  /// Whether `a` goes before `b`.
  @inline(__always)
  static func precedes(_ a: Int32, _ b: Int32, _ jobs: borrowing Table<JobRow>) -> Bool {
    jobs[a].key != jobs[b].key ? jobs[a].key < jobs[b].key : jobs[a].order < jobs[b].order
  }

  mutating func insert(_ f: Int32, _ jobs: borrowing Table<JobRow>) {
    pile.append(f)
    siftUp(count - 1, jobs)
  }

  /// Adds at the end of a plain list.
  mutating func append(_ f: Int32, _ jobs: borrowing Table<JobRow>) {
    pile.append(f)
    jobs[f].position = Int32(truncatingIfNeeded: count - 1)
  }

  /// Removes from a plain list; the last takes its place.
  mutating func exchange(at i: Int, _ jobs: borrowing Table<JobRow>) {
    let last = pile[count - 1]
    jobs[pile[i]].position = -1
    pile.removeLast()
    if i < count { place(last, i, jobs) }
  }

  /// Removes from a heap.
  mutating func remove(at i: Int, _ jobs: borrowing Table<JobRow>) {
    let last = pile[count - 1]
    jobs[pile[i]].position = -1
    pile.removeLast()
    guard i < count else { return }
    place(last, i, jobs)
    siftUp(i, jobs)
    siftDown(Int(jobs[last].position), jobs)
  }

  @inline(__always) private func place(_ f: Int32, _ i: Int, _ jobs: borrowing Table<JobRow>) {
    pile[i] = f
    jobs[f].position = Int32(truncatingIfNeeded: i)
  }

  private func siftUp(_ start: Int, _ jobs: borrowing Table<JobRow>) {
    var i = start
    let f = pile[i]
    while i > 0 {
      let parent = (i - 1) / 2
      let above = pile[parent]
      if !Self.precedes(f, above, jobs) { break }
      place(above, i, jobs)
      i = parent
    }
    place(f, i, jobs)
  }

  private func siftDown(_ start: Int, _ jobs: borrowing Table<JobRow>) {
    var i = start
    let f = pile[i]
    while true {
      var child = 2 * i + 1
      if child >= count { break }
      if child + 1 < count && Self.precedes(pile[child + 1], pile[child], jobs) { child += 1 }
      let below = pile[child]
      if !Self.precedes(below, f, jobs) { break }
      place(below, i, jobs)
      i = child
    }
    place(f, i, jobs)
  }
}
