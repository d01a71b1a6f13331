import Testing

@testable import TailraceModel

extension Timeline {
  /// Runs the picture with caches; requests must leave as drawn, in capital letters where they are
  /// not answered, and all with the outcome, if one is given.
  ///
  /// `classes` says what each request does, in the order of arrival, where they are not all alike.
  mutating func expectRun(
    _ caches: [CacheSpec], faults: [FaultSpec] = [], classes: String = "",
    outcome: Outcome? = nil, sourceLocation: SourceLocation
  ) -> Replication {
    if !classes.isEmpty { topology.workloads[0].classColumn = classes.map { String($0) } }
    topology.caches = caches
    topology.faults = faults
    let run = run()
    #expect(run.violations.isEmpty, sourceLocation: sourceLocation)
    var left: [Character: Int] = [:]
    for request in run.requests {
      let letter = Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(request.number)))
      left[request.outcome.isAnswered ? letter : Character(letter.uppercased())] =
        Int(request.ended / Self.tick)
      if let outcome { #expect(request.outcome == outcome, sourceLocation: sourceLocation) }
    }
    #expect(left == columns("leave"), sourceLocation: sourceLocation)
    return run
  }
}

extension StepSpec {
  /// A use of a cache that only requests of a class take.
  static func cache(_ use: CacheUse, for letter: String) -> StepSpec {
    var step = StepSpec(.cache(use))
    step.classes = [letter]
    return step
  }
}
