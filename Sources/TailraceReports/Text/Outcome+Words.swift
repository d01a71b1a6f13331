import TailraceExperiment

extension Outcome {
  /// The outcomes that latency figures cover, as they are named in files.
  public static let latencyLabel = "success+degraded"

  /// The outcome in words.
  public var words: String {
    word.withBlanks
  }
}

extension String {
  /// A word of files as people read it: blanks for underscores.
  var withBlanks: String { String(map { $0 == "_" ? " " : $0 }) }
}
