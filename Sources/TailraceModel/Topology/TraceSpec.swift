/// Arrivals that somebody else knows: a trace, seen by the model as rows of numbers.
///
/// The model knows neither files nor text. It asks for rows in portions of `TraceChunk.rowsMax`.
public struct TraceSpec: Sendable {
  /// The numbers of each row, in their order.
  public var columns: [ColumnName]
  /// Names of the classes; empty where rows give none. Else a row's last word is an index here.
  public var classes: [String] = []
  /// Nanoseconds over which a row's requests are spread at random; 0 has them come at its instant.
  public var spread: UInt64 = 0
  /// Whether the first row follows the last, for ever.
  public var isEndless = false
  /// Requests per second on average: what those who bound a run want to know.
  public var ratePerSecond = 0.0
  /// Rows that replications may share in memory, and the bytes of each; 0 if each reads its own.
  public var rowsKept = 0
  public var bytesPerRow = 0
  /// A reader from the first row on; each replication has its own.
  public var open: @Sendable () -> any TraceReader

  public init(columns: [ColumnName], open: @escaping @Sendable () -> any TraceReader) {
    self.columns = columns
    self.open = open
  }

  /// Words of a row: columns, then the class.
  var wordCount: Int { columns.count + (classes.isEmpty ? 0 : 1) }
}

/// A column of a trace as something uses it.
public struct ColumnName: Hashable, Sendable {
  /// What its values are to the simulation.
  public enum Meaning: Hashable, Sendable {
    /// Plain numbers: a row's word is the bit pattern of a Double.
    case number
    /// Durations of so many nanoseconds: a row's word is the bit pattern of a Double, in nanoseconds.
    case duration(unit: UInt64)
    /// Keys: a row's word is the key.
    case key
  }

  public var name: String
  public var meaning: Meaning

  public init(_ name: String, _ meaning: Meaning) {
    self.name = name
    self.meaning = meaning
  }
}

/// Gives the rows of a trace in order; used by one thread.
public protocol TraceReader: AnyObject {
  /// Appends the next rows until the chunk is full or none is left.
  ///
  /// Instants are nanoseconds from the start of the run and never fall.
  /// - Throws: `TraceFault` where rows that were there are not any more.
  func read(into chunk: inout TraceChunk) throws(TraceFault)
}

/// Why the rows of a trace ended early.
public struct TraceFault: Error, Sendable {
  public var message: String

  public init(_ message: String) { self.message = message }
}

/// Rows of a trace on their way from its reader to the model.
public struct TraceChunk: Sendable {
  /// Most rows of a chunk.
  public static let rowsMax = 4_096

  private(set) var instants: [UInt64] = []
  private(set) var counts: [UInt64] = []
  private(set) var words: [UInt64] = []

  init() {}

  /// Whether no further row fits.
  public var isFull: Bool { instants.count == Self.rowsMax }

  /// Appends a row.
  ///
  /// - Parameters:
  ///   - instant: nanoseconds from the start of the run, not below the row's before.
  ///   - count: requests of the row; a row may have none.
  ///   - row: as many words as the trace's columns and class take.
  public mutating func append(instant: UInt64, count: UInt64 = 1, words row: [UInt64]) {
    precondition(!isFull && instant >= instants.last ?? 0, "rows come in order")
    instants.append(instant)
    counts.append(count)
    words += row
  }

  mutating func removeAll() {
    instants.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
  }
}

/// An attribute of a workload's requests: drawn once for each, wherever it is used.
public struct AttributeSpec: Sendable {
  public var name: String
  public var law: LawSpec

  public init(_ name: String, _ law: LawSpec) {
    self.name = name
    self.law = law
  }
}

/// So much for each unit of an attribute.
public struct AttributeTerm: Sendable {
  public var attribute: String
  public var law: LawSpec

  public init(_ attribute: String, _ law: LawSpec) {
    self.attribute = attribute
    self.law = law
  }
}
