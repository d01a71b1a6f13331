import Synchronization

/// One line on standard error that tells how far the work is, and leaves no trace at the end.
///
/// Any thread may tell it news. What it shows never bears on results. It prints no escape sequences,
/// since whoever sets `NO_COLOR` may want none at all; its text is ASCII, a column for each letter.
public final class ProgressLine: Sendable {
  /// The least time between two updates, in nanoseconds: at most ten a second.
  public static let updateInterval: UInt64 = 100_000_000

  private struct State {
    var lastUpdate: UInt64?
    /// When work was first told of, and how much was done then.
    var began: (time: UInt64, done: Int)?
    /// Columns in use.
    var width = 0
    var isFinished = false
  }

  private let state = Mutex(State())
  private let isOn: Bool
  /// Files that are written, to be told at the end.
  private let places: [String]
  private let now: @Sendable () -> UInt64
  private let print: @Sendable (String) -> Void

  /// A line that is shown only where `isOn`; the clock counts nanoseconds from anywhere, and `places`
  /// are told as written at the end.
  public init(
    isOn: Bool, places: [String] = [],
    now: @escaping @Sendable () -> UInt64 = ProgressLine.monotonicTime,
    print: @escaping @Sendable (String) -> Void = Streams.printMessage
  ) {
    self.isOn = isOn
    self.places = places
    self.now = now
    self.print = print
  }

  /// Whether to show progress: on a terminal that is not dumb, unless told not to.
  public static func isWanted(
    isTerminal: Bool, isQuiet: Bool, isForbidden: Bool, terminal: String?
  ) -> Bool {
    isTerminal && !isQuiet && !isForbidden && terminal != "dumb"
  }

  /// The progress line of this process for a command line's options.
  public static func standardError(for command: ParsedCommand) -> ProgressLine {
    ProgressLine(
      isOn: isWanted(
        isTerminal: Streams.isTerminal(2), isQuiet: command.has("quiet"),
        isForbidden: command.has("no-progress"), terminal: Streams.environment("TERM")),
      places: command.places)
  }

  /// Tells that `done` of `total` is done; shown unless the last update is too young.
  ///
  /// After the first second the line tells how long the rest will take at this pace, and how much
  /// simulated time goes by in a second where `simulated` says what one piece of the work has, in
  /// nanoseconds.
  public func update(_ what: String, done: Int, total: Int, simulated: UInt64 = 0) {
    guard isOn else { return }
    let time = now()
    let began = state.withLock { state in
      if state.began == nil { state.began = (time, done) }
      return state.began ?? (time, done)
    }
    show(isForced: false) {
      "\(what) \(Self.bar(done: done, total: total)) \(done) of \(total)"
        + Self.pace(
          done: done - began.done, rest: total - done, elapsed: time - began.time,
          simulated: simulated)
    }
  }

  /// Begins to measure the pace; work that is done already is none of it.
  public func begin(done: Int = 0) {
    let time = now()
    state.withLock { $0.began = (time, done) }
  }

  /// `, 120 simulated s/s, 3 s left`.
  static func pace(done: Int, rest: Int, elapsed: UInt64, simulated: UInt64) -> String {
    guard done > 0, elapsed >= 1_000_000_000 else { return "" }
    let seconds = Double(elapsed) / 1e9
    var text = ""
    if simulated > 0 {
      let rate = Double(simulated) / 1e9 * Double(done) / seconds
      text += ", \(Int(min(rate, 1e15).rounded())) simulated s/s"
    }
    guard rest > 0 else { return text }
    let left = Int((seconds / Double(done) * Double(rest)).rounded(.up))
    return text + (left < 120 ? ", \(left) s left" : ", \(left / 60) min left")
  }

  /// Tells what comes next, at once: "writing report".
  public func announce(_ what: String) {
    show(isForced: true) { what }
  }

  /// Erases the line; no progress is shown after this.
  public func finish() {
    state.withLock { state in
      if state.width > 0 { print("\r" + String(repeating: " ", count: state.width) + "\r") }
      state.width = 0
      state.isFinished = true
    }
  }

  /// Says what was written, a line for each file or folder, where progress is shown.
  public func tellWritten() {
    guard isOn else { return }
    for place in places { print("wrote \(place)\n") }
  }

  /// Says what was written and how long it took, on lines of their own, where progress is shown.
  public func conclude(after nanoseconds: UInt64) {
    guard isOn else { return }
    tellWritten()
    let tenths = (nanoseconds + 50_000_000) / 100_000_000
    print("took \(tenths / 10).\(tenths % 10) s\n")
  }

  /// Twenty columns that fill from the left.
  static func bar(done: Int, total: Int) -> String {
    let share = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 0
    let filled = Int(share * 20)
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: 20 - filled) + "]"
  }

  /// Nanoseconds of a clock that never goes back.
  public static func monotonicTime() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private func show(isForced: Bool, _ line: () -> String) {
    guard isOn else { return }
    state.withLock { state in
      let time = now()
      let isYoung = state.lastUpdate.map { time - $0 < Self.updateInterval } ?? false
      guard !state.isFinished, isForced || !isYoung else { return }
      state.lastUpdate = time
      let line = line()
      let rest = max(0, state.width - line.utf8.count)
      state.width = line.utf8.count
      print("\r" + line + String(repeating: " ", count: rest))
    }
  }
}
