/// How the program ends, for scripts to tell one failure from another.
public enum ExitCode: Int32, CaseIterable, Sendable {
  /// Done; thresholds passed, or there are none.
  case success = 0
  /// Could not finish: input or output failed, or an internal fault; never a threshold.
  case failure = 1
  /// Wrong command line.
  case usage = 2
  /// The scenario or a file of measurements is not valid, or a threshold names an unknown metric.
  case invalidScenario = 3
  /// Stopped by `--max-events` or `--max-wall`; partial results are written.
  case limitReached = 4
  /// Parts of a sweep are missing, damaged or foreign.
  case partsMissing = 5
  /// A threshold or `--fail-if` failed.
  case thresholdFailed = 99
  /// Interrupted from the keyboard: 128 and the signal's number.
  case interrupted = 130
  /// Asked to terminate: 128 and the signal's number.
  case terminated = 143

  /// What the code means, in a few words.
  public var words: String {
    switch self {
    case .success: "done"
    case .failure: "could not finish"
    case .usage: "usage"
    case .invalidScenario: "bad input"
    case .limitReached: "limit hit"
    case .partsMissing: "parts missing"
    case .thresholdFailed: "a threshold failed"
    case .interrupted: "interrupted"
    case .terminated: "terminated"
    }
  }
}
