import TailraceEngine

/// A class that a workload's requests may have, and how often.
public struct ClassWeight: Sendable {
  public var name: String
  public var weight: Double

  public init(_ name: String, weight: Double = 1) {
    self.name = name
    self.weight = weight
  }
}

/// A class of a workload: taken if the draw lies below `bound`.
struct ClassRow: BitwiseCopyable, Sendable {
  var bound: Double
  var index: Int32
}

/// A workload's classes, and the name of the draw among them.
struct SourceClasses: BitwiseCopyable, Sendable {
  var first: Int32
  var count: Int32
  var source: UInt64
  var salt: UInt64
  /// Given classes, by the request's number; none if `givenCount` is 0.
  var firstGiven: Int32
  var givenCount: Int32
  /// The word of a trace's row that gives the class, by its place among `given`; -1 if none.
  var word: Int32 = -1
  var base: UInt64 = 0
}

/// Finds a request's class from its number, so that no frame has to carry it.
struct RequestClasses: ~Copyable {
  let sources: Table<SourceClasses>
  let rows: Table<ClassRow>
  let column: Table<Int32>
  let priorities: Table<UInt64>
  /// By condition and class, whether the class meets the condition.
  let flags: Table<Bool>
  /// Rows of traces, which a request's number may name.
  var traced: TraceRows

  init(_ plan: Plan) {
    sources = Table(plan.sourceClasses)
    rows = Table(plan.classRows)
    column = Table(plan.classColumn)
    priorities = Table(plan.classPriorities)
    flags = Table(plan.classFlags)
    traced = TraceRows(stride: max(1, plan.traces.map(\.wordCount).max() ?? 0))
    for i in 0..<sources.count {
      sources[i].base = Luck.base(seed: plan.seed, source: sources[i].source)
    }
  }

  /// Whether a request's class meets a condition.
  mutating func meets(_ condition: Int32, source: Int32, number: UInt64) -> Bool {
    flags[condition &+ index(source: source, number: number)]
  }

  /// The class of a source's request.
  mutating func index(source: Int32, number: UInt64) -> Int32 {
    let own = sources[source]
    if own.word >= 0 {
      let given = Int32(truncatingIfNeeded: traced.word(number, own.word))
      return column[own.firstGiven &+ given]
    }
    if own.givenCount > 0 {
      let last = UInt64(own.givenCount) &- 1
      return column[
        own.firstGiven &+ Int32(truncatingIfNeeded: min(TracedNumber.plain(number), last))]
    }
    if own.count == 1 { return rows[own.first].index }
    var draws = Luck.draw(
      Luck.root(base: own.base, request: TracedNumber.plain(number)), salt: own.salt)
    let draw = draws.unit()
    var row = own.first
    while draw >= rows[row].bound { row &+= 1 }
    return rows[row].index
  }
}
