#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import TailraceModel

/// One run of a subject's model in a process of its own, and what it cost there.
struct ChildRun {
  var requests: Int
  var happenings: Int
  /// CPU nanoseconds of the run alone.
  var nanoseconds: Int
  /// The process's peak, in KiB.
  var peak: Int

  var perRequest: Double { Double(nanoseconds) / Double(max(1, requests)) }
  var perHappening: Double { Double(nanoseconds) / Double(max(1, happenings)) }

  /// The child's side: runs the model and prints the four numbers.
  static func perform(_ subject: Subject, requests: Int, _ path: Path) {
    let topology = subject.topology
    // Code and tables of laws are in memory before the clock starts; a small world leaves no trace.
    let small = Workload.oneServer.subject
    _ = small.run(small.topology, requests: 1_000, seed: 2, path)
    let begun = Meters.threadSeconds
    let run = subject.run(topology, requests: requests, seed: 1, path)
    let nanoseconds = Int((Meters.threadSeconds - begun) * 1e9)
    precondition(run.violations.isEmpty, "the model broke conservation")
    precondition(!run.wasCutShort, "the run was cut short")
    let answered = run.workloads[0].outcomes.reduce(0, +)
    print("\(answered) \(run.happenings) \(nanoseconds) \(Meters.peakKibibytes ?? 0)")
  }

  /// The parent's side; nil, with a message, if the child failed.
  init?(_ name: String, _ requests: Int, _ path: Path) {
    let word = path == .events ? "events" : "arrival"
    let command = "'\(Self.program)' --run '\(name)' --requests \(requests) --path \(word)"
    let numbers = Self.output(of: command).split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 4 else {
      print("\(name), \(path.rawValue), \(requests) requests: failed")
      return nil
    }
    self.requests = numbers[0]
    happenings = numbers[1]
    nanoseconds = numbers[2]
    peak = numbers[3]
  }

  private static var program: String {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return link ?? CommandLine.arguments[0]
  }

  /// The first line that a shell command prints, without its end.
  private static func output(of command: String) -> String {
    guard let pipe = unsafe popen(command, "r") else { return "" }
    var text: [UInt8] = []
    while case let byte = unsafe fgetc(pipe), byte >= 0, byte != 10 { text.append(UInt8(byte)) }
    _ = unsafe pclose(pipe)
    return String(decoding: text, as: UTF8.self)
  }
}
