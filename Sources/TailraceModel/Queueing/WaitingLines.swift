import TailraceEngine

/// Those who wait, in a line for each key in the order in which they came; the lines take turns.
///
/// Frames of a line are linked through their jobs. Freed by hand.
struct WaitingLines: BitwiseCopyable, Sendable {
  private struct Line: BitwiseCopyable, Sendable {
    var key: UInt64
    var head: Int32
    var tail: Int32
    var count: Int32
    /// Lines before and after it in the order of their turns.
    var before: Int32
    var behind: Int32
  }

  private var lines = Pile<Line>()
  private var lineOf = KeyIndex()
  /// A line that is not used, linked through `behind`.
  private var free: Int32 = -1
  private var first: Int32 = -1
  private var last: Int32 = -1

  /// The frame whose turn it is; -1 if nobody waits.
  var next: Int32 { first < 0 ? -1 : lines[Int(first)].head }

  /// The one who came last to the line whose turn it is; -1 if nobody waits.
  var latest: Int32 { first < 0 ? -1 : lines[Int(first)].tail }

  /// How many wait in the line of a key.
  func count(of key: UInt64) -> Int32 {
    let line = row(of: key)
    return line < 0 ? 0 : lines[Int(line)].count
  }

  /// Joins the line of its key; a new line has its turn after all others.
  mutating func join(_ f: Int32, key: UInt64, _ jobs: borrowing Table<JobRow>) {
    let found = row(of: key)
    let i = found >= 0 ? found : open(key)
    var line = lines[Int(i)]
    jobs[f].linkLine(i, before: line.tail, behind: -1)
    if line.tail >= 0 { jobs[line.tail].behind = f } else { line.head = f }
    line.tail = f
    line.count &+= 1
    lines[Int(i)] = line
  }

  /// Leaves its line, which keeps its turn as long as somebody waits in it.
  mutating func leave(_ f: Int32, _ jobs: borrowing Table<JobRow>) {
    let i = jobs[f].line
    let (before, behind) = (jobs[f].before, jobs[f].behind)
    var line = lines[Int(i)]
    if before >= 0 { jobs[before].behind = behind } else { line.head = behind }
    if behind >= 0 { jobs[behind].before = before } else { line.tail = before }
    line.count &-= 1
    lines[Int(i)] = line
    if line.count == 0 { close(i) }
  }

  /// Who is about to leave is served: the others of its line wait for the next turn.
  mutating func takeTurn(of f: Int32, _ jobs: borrowing Table<JobRow>) {
    let i = jobs[f].line
    if i == last { return }
    unlink(i)
    link(i)
  }

  func deallocate() {
    lines.deallocate()
    var index = lineOf
    index.deallocate()
  }

  // MARK: Lines

  private func row(of key: UInt64) -> Int32 {
    lineOf.row(of: key) { lines[Int($0)].key == key }
  }

  private mutating func open(_ key: UInt64) -> Int32 {
    let line = Line(key: key, head: -1, tail: -1, count: 0, before: -1, behind: -1)
    var i = free
    if i >= 0 {
      free = lines[Int(i)].behind
      lines[Int(i)] = line
    } else {
      i = Int32(truncatingIfNeeded: lines.count)
      lines.append(line)
    }
    lineOf.insert(key, row: i)
    link(i)
    return i
  }

  private mutating func close(_ i: Int32) {
    unlink(i)
    lineOf.remove(lines[Int(i)].key, row: i)
    var line = lines[Int(i)]
    line.behind = free
    lines[Int(i)] = line
    free = i
  }

  /// Its turn comes after all others.
  private mutating func link(_ i: Int32) {
    set(i, before: last, behind: -1)
    if last >= 0 { set(last, behind: i) } else { first = i }
    last = i
  }

  private mutating func unlink(_ i: Int32) {
    let line = lines[Int(i)]
    if line.before >= 0 { set(line.before, behind: line.behind) } else { first = line.behind }
    if line.behind >= 0 { set(line.behind, before: line.before) } else { last = line.before }
  }

  private func set(_ i: Int32, before: Int32? = nil, behind: Int32? = nil) {
    var line = lines[Int(i)]
    if let before { line.before = before }
    if let behind { line.behind = behind }
    lines[Int(i)] = line
  }
}

/// While it waits in a line a job needs no place in an order: its words hold the links.
extension JobRow {
  fileprivate var line: Int32 { Int32(truncatingIfNeeded: order) }

  fileprivate var before: Int32 {
    get { Int32(truncatingIfNeeded: key &>> 32) }
    set { link(before: newValue, behind: behind) }
  }

  fileprivate var behind: Int32 {
    get { Int32(truncatingIfNeeded: key) }
    set { link(before: before, behind: newValue) }
  }

  fileprivate mutating func linkLine(_ line: Int32, before: Int32, behind: Int32) {
    order = UInt64(UInt32(bitPattern: line))
    link(before: before, behind: behind)
  }

  private mutating func link(before: Int32, behind: Int32) {
    key = UInt64(UInt32(bitPattern: before)) &<< 32 | UInt64(UInt32(bitPattern: behind))
  }
}
