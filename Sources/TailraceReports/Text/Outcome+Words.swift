import TailraceExperiment

extension Outcome {
  /// The outcomes that latency figures cover, as they are named in files.
  public static let latencyLabel = "success+degraded"

  /// The outcome in words.
  public var words: String {
    String(word.map { $0 == "_" ? " " : $0 })
  }
}
