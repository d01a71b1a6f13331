import TailraceEngine

/// What requests of one workload carry of one key space.
struct KeyUseRow: BitwiseCopyable, Sendable {
  /// Row of its law; -1 where the workload carries none or its trace gives them.
  var law: Int32 = -1
  /// The word of a trace's row that is the key; -1 if none.
  var word: Int32 = -1
  /// How many; -1 where the number is drawn from `countLaw`.
  var count: Int32 = -1
  var countLaw: Int32 = -1
  /// Most of them.
  var countMax: Int32 = 0
  /// What can be drawn: rows of ranges.
  var firstRange: Int32 = 0
  var rangeCount: Int32 = 0
  /// What computed keys follow from; `law` folds them, if it is there.
  var firstPart: Int32 = -1
  /// 0 where they are drawn themselves.
  var partCount: Int32 = 0
  var source: UInt64 = 0
  var salt: UInt64 = 0
  var countSalt: UInt64 = 0
  var base: UInt64 = 0
  /// The first of its rows among the keys remembered; -1 where drawing again costs little.
  var memory: Int32 = -1
  /// Requests below this number have been drawn, of which the last ones are remembered.
  var drawnTo: UInt64 = 0
}

/// A key space that computed keys follow from.
struct KeyPartRow: BitwiseCopyable, Sendable {
  var space: Int32
  var count: UInt64
}

/// Keys from `first` to `last`.
struct KeyRange: BitwiseCopyable, Sendable {
  var first: UInt64
  var last: UInt64
}

/// A key law ready for drawing.
enum CompiledKeyLaw: BitwiseCopyable, Sendable {
  case uniform(first: UInt64, count: UInt64)
  /// One of the plan's Zipf laws, which are too large to be copied for each draw.
  case zipf(first: UInt64, law: Int32)
  /// One of the plan's keys from `first` on.
  case list(AliasChoice, first: Int32)
  /// One of the laws in the rows from `first` on.
  case mixture(AliasChoice, first: Int32)
  /// The plan's keys from `first` on, by the request's number.
  case given(first: Int32, count: Int32)
  /// One key after the other, by the request's number; each request advances it by `share`.
  case scan(first: UInt64, count: UInt64, share: Double)
  /// The keys of another law, shifted as a clock says, among `count`.
  case shifting(law: Int32, clock: Int32, count: UInt64)
  /// A key that no other request has.
  case unique
  /// The client of a closed loop; `first` come before those of its workload.
  case client(first: UInt64)

  /// Whether a draw takes longer than to remember it.
  var isCostly: Bool {
    if case .zipf = self { true } else { false }
  }
}

/// Whose keys of a space have been drawn last.
struct DrawnKeys: BitwiseCopyable, Sendable {
  /// Where they stand.
  var first: Int32
  var source: Int32 = -1
  var count: Int32 = 0
  var number: UInt64 = 0
}
