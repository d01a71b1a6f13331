import TailraceModel

extension WorkloadResult {
  /// How many counted requests ended so.
  public func count(of outcome: Outcome) -> UInt64 {
    guard let index = Outcome.allCases.firstIndex(of: outcome), index < outcomes.count
    else { return 0 }
    return outcomes[index]
  }

  /// The share of counted requests that ended so; nil where there are no requests.
  public func share(of outcome: Outcome) -> Double? {
    requests == 0 ? nil : Double(count(of: outcome)) / Double(requests)
  }

  /// Counted requests that failed, time-outs among them; unfinished ones are not judged.
  public var errors: UInt64 {
    Outcome.failures.reduce(0) { $0 + count(of: $1) }
  }

  /// The share of counted requests that failed; nil where there are no requests.
  public var errorsShare: Double? {
    requests == 0 ? nil : Double(errors) / Double(requests)
  }

  /// Requests that the latency covers, over all; nil without any.
  public var answeredShare: Double? {
    requests == 0 ? nil : Double(answered.reduce(0, +)) / Double(requests)
  }
}

extension Outcome {
  /// The outcomes that count as errors.
  public static let failures: [Outcome] = [
    .applicationError, .connectionFailure, .timeout, .shed, .rejected, .cancelled,
  ]
}
