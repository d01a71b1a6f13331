import TailraceCatalog

/// How long and how often to simulate.
public struct RunDeclaration: Declared {
  public static let kind = "run"
  public static let summary = "How long and how often to simulate."
  public static let keys: [Key<Self>] = [
    Key(
      "duration", \.duration, .duration(1...QuantityScanner.runMax), required: true,
      "Simulated time of a replication; arrivals are counted until then."),
    Key(
      "warm_up", \.warmUp, .warmUp,
      "Simulated time before counting begins; \"auto\" finds it by MSER-5."),
    Key(
      "replications", \.replications, .integer(1...10_000),
      "Independent replications; their spread gives the intervals."),
    Key(
      "interval", \.interval, .duration(1...QuantityScanner.runMax),
      "Length of the intervals of time series; a hundredth of the duration by default."),
    Key(
      "max_depth", \.maxDepth, .integer(1...256),
      "Most calls that may stand inside each other; one more is rejected before it is sent."),
  ]

  var duration: UInt64?
  /// Nil is `"auto"`.
  var warmUp: UInt64?
  var replications = 10
  /// Nil is a hundredth of the duration.
  var interval: UInt64?
  var maxDepth = 64

  public init() {}
}

extension ValueForm where Value == UInt64? {
  static var warmUp: ValueForm {
    let duration = ValueForm<UInt64>.duration(0...QuantityScanner.runMax)
    return ValueForm(
      "\"auto\" or a duration", schema: .anyOf([.choice(["auto"]), duration.schema]),
      write: { $0.map(duration.write) ?? "\"auto\"" },
      read: { node, key, reading in
        if node.string == "auto" { return .some(nil) }
        if let word = node.string, word.first?.isLetter ?? true {
          reading.report(
            .wrongType, at: node,
            "'\(key)' must be \"auto\" or a duration such as \"10s\", not \"\(word.clipped)\"")
          return nil
        }
        return duration.read(node, key, &reading).map { .some($0) }
      })
  }
}
