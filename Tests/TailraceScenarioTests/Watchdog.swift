import Foundation
import Synchronization

/// Ends the process, and says why, while a mutant hangs: no later check would ever be reached.
final class Watchdog: Sendable {
  /// Seconds of the thread's own time that a mutant may take; a busy machine is not its fault.
  static let secondsMax = 2.0
  /// Seconds on the wall after which it waits for something that does not come.
  private static let wallMax = 120.0

  private struct Mutant {
    var number = 0
    var bytes: [UInt8] = []
    var began = ContinuousClock.now
    var cpu = 0.0
    var isOver = false
  }

  private let mutant = Mutex(Mutant())

  /// Watches the thread that makes it.
  init(seed: UInt64) {
    #if os(Linux)
      var clock = clockid_t()
      unsafe pthread_getcpuclockid(pthread_self(), &clock)
      let watched = clock
    #endif
    Thread.detachNewThread { [self] in
      while true {
        Thread.sleep(forTimeInterval: 0.2)
        let now = mutant.withLock { $0 }
        if now.isOver { return }
        let wall = ContinuousClock.now - now.began
        #if os(Linux)
          let cpu = Self.seconds(watched) - now.cpu
        #else
          let cpu = 0.0
        #endif
        guard cpu > 2 * Self.secondsMax || wall > .seconds(Self.wallMax) else { continue }
        let file = try? Self.keep(now.bytes, seed: seed, number: now.number)
        print("mutant \(now.number) of seed \(seed) hangs (\(cpu) s): \(file ?? "")")
        abort()
      }
    }
  }

  func watch(_ number: Int, _ bytes: [UInt8]) {
    let cpu = Self.threadTime
    mutant.withLock { $0 = Mutant(number: number, bytes: bytes, cpu: cpu) }
  }

  func stop() { mutant.withLock { $0.isOver = true } }

  /// Seconds that the present thread has worked.
  static var threadTime: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Keeps a mutant for the one who looks into it, and says where.
  static func keep(_ bytes: [UInt8], seed: UInt64, number: Int) throws -> String {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "tailrace-mutant-\(seed)-\(number).jsonc")
    try Data(bytes).write(to: file)
    return file.path()
  }
}

/// What the process takes, as Linux says; 0 elsewhere.
enum Memory {
  /// Kilobytes at most since `forgetPeak`.
  static var peak: Int {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    return line.flatMap { line in Int(line.filter(\.isNumber)) } ?? 0
  }

  static func forgetPeak() {
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
  }
}
