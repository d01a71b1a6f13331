import TailraceTables

/// What was measured, in the form in which it came.
public enum Measurements: Equatable, Sendable {
  /// The values themselves, in the order of the file.
  case values([Double])
  /// Counts between bounds.
  case buckets(CountedBuckets)
  /// Points of the distribution, levels ascending.
  case points([QuantilePoint])
}

/// Counts of values between upper bounds; the first bucket begins at 0.
public struct CountedBuckets: Equatable, Sendable {
  /// Ascending, above 0 or with 0 as the first.
  public var bounds: [Double]
  /// As many as there are bounds.
  public var counts: [Double]
  /// Values above the last bound.
  public var overflow: Double

  /// Counts for bounds.
  public init(bounds: [Double], counts: [Double], overflow: Double = 0) {
    precondition(bounds.count == counts.count && !bounds.isEmpty, "A count for each bound.")
    self.bounds = bounds
    self.counts = counts
    self.overflow = overflow
  }

  /// All values.
  public var total: Double {
    var sum = overflow
    for count in counts { sum += count }
    return sum
  }
}

/// A quantile of a table.
public struct QuantilePoint: Equatable, Sendable {
  /// From 0 to 1.
  public var level: Double
  public var value: Double

  public init(level: Double, value: Double) {
    self.level = level
    self.value = value
  }
}

/// What a file held.
public struct MeasuredInput: Sendable {
  public var format: MeasurementFormat
  /// The column, metric or other name of what was measured; empty where there is none.
  public var name = ""
  /// Nil where only times were asked for.
  public var measurements: Measurements?
  public var quantity = MeasuredQuantity.count
  /// Instants of the requests in nanoseconds, ascending; nil where none were asked for.
  public var times: [Int64]?
  /// The column of the times and how they are written.
  public var timeColumn = ""
  public var timeFormat = TimeSpelling.dateTime
  /// Whether the first row of a CSV file names its columns.
  public var hasHeader = true
  /// Counts of requests in intervals of one length; nil where none were asked for.
  public var counts: IntervalCounts?
  /// Rows by the values of a column, those with most rows first; empty where none was named.
  public var groups: [MeasuredGroup] = []
  /// The column of the groups.
  public var groupColumn = ""
  /// What the reader should know before trusting the numbers, one sentence each.
  public var notes: [String] = []

  init(format: MeasurementFormat) { self.format = format }
}

/// The forms of measurements, by the words of `--format`.
public enum MeasurementFormat: String, CaseIterable, Sendable {
  case values, buckets, prometheus, hdrhistogram, quantiles
}

/// How a time is written, in the words of a scenario's `time.format`.
public enum TimeSpelling: Equatable, Sendable {
  case dateTime
  /// A number of this many nanoseconds.
  case number(unit: UInt64)

  /// The words, as `--time-format` and a scenario's `time.format` have them.
  public static let words: [(name: String, spelling: TimeSpelling)] = [
    ("date-time", .dateTime), ("ns", .number(unit: 1)), ("us", .number(unit: 1_000)),
    ("ms", .number(unit: 1_000_000)), ("s", .number(unit: 1_000_000_000)),
    ("m", .number(unit: 60_000_000_000)), ("h", .number(unit: 3_600_000_000_000)),
    ("d", .number(unit: 86_400_000_000_000)),
  ]

  /// What a word means.
  public init?(word: String) {
    guard let found = Self.words.first(where: { $0.name == word }) else { return nil }
    self = found.spelling
  }

  /// The word for it.
  public var word: String { Self.words.first { $0.spelling == self }?.name ?? "" }
}

/// What is to be read of a file.
public struct MeasurementQuery: Sendable {
  /// Nil finds out.
  public var format: MeasurementFormat?
  public var column: String?
  /// Nil takes it from the name of the column or metric, or from the values.
  public var quantity: MeasuredQuantity?
  public var timeColumn: String?
  public var timeFormat: TimeSpelling?
  /// The column of requests in the interval that begins at a row's time.
  public var countColumn: String?
  /// The column whose values tell groups of rows apart.
  public var groupColumn: String?
  /// The name of a Prometheus metric, perhaps with labels: `name{code="200"}`.
  public var metric: String?

  /// A query that leaves everything to the file.
  public init() {}
}

/// Why measurements could not be read.
public enum MeasurementFailure: Error, Equatable, Sendable {
  /// The file could not be opened; a part of a sentence.
  case file(String)
  /// What is wrong in it, in its order.
  case mistakes([TableMistake])
  /// The question does not fit the file: one sentence without a period.
  case question(String)
}
