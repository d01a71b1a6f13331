import Foundation
import Synchronization
import Testing

@testable import TailraceCommandLine

@Suite("Terminal and signals", .serialized)
struct TerminalTests {
  @Test("Colour follows the user, then NO_COLOR, then the terminal")
  func color() {
    func has(_ choice: ColorChoice, _ isTerminal: Bool, _ no: String?, _ term: String?) -> Bool {
      Style(color: choice, isTerminal: isTerminal, noColor: no, terminal: term).hasColor
    }
    #expect(has(.auto, true, nil, "xterm"))
    #expect(has(.auto, true, "", nil))
    #expect(!has(.auto, true, "1", "xterm"))
    #expect(!has(.auto, true, nil, "dumb"))
    #expect(!has(.auto, false, nil, "xterm"))
    #expect(!has(.never, true, nil, "xterm"))
    #expect(has(.always, false, "1", "dumb"))
  }

  @Test("Progress only where someone looks")
  func wanted() {
    func isWanted(_ t: Bool, _ q: Bool, _ f: Bool, _ term: String?) -> Bool {
      ProgressLine.isWanted(isTerminal: t, isQuiet: q, isForbidden: f, terminal: term)
    }
    #expect(isWanted(true, false, false, "xterm"))
    #expect(!isWanted(false, false, false, "xterm"))
    #expect(!isWanted(true, true, false, "xterm"))
    #expect(!isWanted(true, false, true, "xterm"))
    #expect(!isWanted(true, false, false, "dumb"))
  }

  @Test("At most ten updates a second, and nothing left at the end")
  func updates() {
    let screen = Screen()
    let progress = ProgressLine(isOn: true, now: screen.now, print: screen.print)
    for done in 0..<1000 {
      screen.advance(by: 1_000_000)
      progress.update("running", done: done, total: 1000)
    }
    #expect(screen.lines.count == 10)
    #expect(screen.lines[0] == "\rrunning [....................] 0 of 1000")
    let longest = screen.lines[9].utf8.count - 1
    progress.announce("writing files")
    #expect(
      screen.lines.last == "\rwriting files" + String(repeating: " ", count: longest - 13),
      "covers what stood there")
    progress.finish()
    #expect(screen.lines.last == "\r" + String(repeating: " ", count: 13) + "\r")
    progress.announce("late")
    #expect(screen.lines.count == 12)
    progress.conclude(after: 1_249_999_999)
    #expect(screen.lines.last == "took 1.2 s\n")
    #expect(!screen.lines.joined().contains("\u{1B}"), "NO_COLOR means none of these")
  }

  @Test("At the end the line tells what was written; standard output is no place")
  func written() throws {
    let screen = Screen()
    let command = try Commands.parser.parse([
      "run", "x.jsonc", "-o", "out/", "--html", "p.html", "--csv", "tables", "--hdrplot", "-",
    ])
    #expect(command.places == ["out/report.html", "p.html", "tables/"])
    let progress = ProgressLine(
      isOn: true, places: command.places, now: screen.now, print: screen.print)
    progress.conclude(after: 200_000_000)
    #expect(
      screen.lines == [
        "wrote out/report.html\n", "wrote p.html\n", "wrote tables/\n", "took 0.2 s\n",
      ])
    let quiet = ProgressLine(
      isOn: false, places: command.places, now: screen.now, print: screen.print)
    quiet.tellWritten()
    #expect(screen.lines.count == 4)
  }

  @Test("After a second the line tells the pace and what is left, at this pace")
  func pace() {
    let screen = Screen()
    let progress = ProgressLine(isOn: true, now: screen.now, print: screen.print)
    progress.begin()
    screen.advance(by: 900_000_000)
    progress.update("runs", done: 1, total: 10, simulated: 60_000_000_000)
    #expect(screen.lines.last == "\rruns [##..................] 1 of 10")
    screen.advance(by: 1_100_000_000)
    progress.update("runs", done: 2, total: 10, simulated: 60_000_000_000)
    // Two in two seconds: a minute of simulated time each second, eight to go.
    #expect(
      screen.lines.last == "\rruns [####................] 2 of 10, 60 simulated s/s, 8 s left")
    progress.begin(done: 2)
    screen.advance(by: 100_000_000_000)
    progress.update("runs", done: 4, total: 10)
    #expect(
      screen.lines.last?.split(separator: "]").last.map(String.init)?.trimmingSuffix()
        == " 4 of 10, 5 min left")
    progress.update("runs", done: 10, total: 10)
  }

  @Test("Nothing is printed where it is off")
  func off() {
    let screen = Screen()
    let progress = ProgressLine(isOn: false, now: screen.now, print: screen.print)
    progress.update("running", done: 1, total: 2)
    progress.finish()
    progress.conclude(after: 1)
    #expect(screen.lines.isEmpty)
  }

  @Test("The first signal is remembered")
  func firstSignal() async {
    Interrupt.install()
    #expect(!Interrupt.isRequested)
    #expect(Interrupt.exitCode == nil)
    await send(SIGTERM)
    #expect(Interrupt.isRequested)
    #expect(Interrupt.exitCode == .terminated)
    Interrupt.reset()
    await send(SIGINT)
    #expect(Interrupt.exitCode == .interrupted)
    Interrupt.reset()
  }

  @Test("The second signal ends the program at once")
  func secondSignal() async {
    await #expect(processExitsWith: .exitCode(143)) {
      Interrupt.install()
      await send(SIGINT)
      kill(getpid(), SIGTERM)
      try? await Task.sleep(for: .seconds(20))
    }
  }

  @Test("Exit codes are those of the manual")
  func exitCodes() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 99, 130, 143])
  }
}

extension String {
  /// Without the blanks that cover what stood there.
  fileprivate func trimmingSuffix() -> String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}

/// Signals the process, not this thread (which may block signals), and waits for the handler.
private func send(_ number: Int32) async {
  kill(getpid(), number)
  for _ in 0..<2000 where !Interrupt.isRequested { try? await Task.sleep(for: .milliseconds(5)) }
}

/// A screen and a clock that tests control.
private final class Screen: Sendable {
  private let state = Mutex((time: UInt64(0), lines: [String]()))

  var lines: [String] { state.withLock { $0.lines } }

  func advance(by time: UInt64) { state.withLock { $0.time += time } }

  @Sendable func now() -> UInt64 { state.withLock { $0.time } }

  @Sendable func print(_ line: String) { state.withLock { $0.lines.append(line) } }
}
