/// A column of a CSV file: what its heading says and what its cells hold.
public struct CSVColumn: Sendable, Equatable {
  /// What a cell is counted in.
  public enum Unit: String, Sendable {
    /// A name or a word.
    case text
    /// A whole number of things.
    case count
    /// A number, such as a mean of a count.
    case number
    /// A part of a whole or a quotient; a share runs from 0 to 1.
    case ratio
    /// Milliseconds.
    case milliseconds = "ms"
    /// Seconds.
    case seconds = "s"
    /// Whole nanoseconds.
    case nanoseconds = "ns"
    /// Bytes.
    case bytes = "B"
    /// As the row's cell under `unit` says.
    case ofRow = "see unit"
    /// Of the row's metric: times in milliseconds, shares from 0 to 1.
    case ofMetric = "of metric"
  }

  /// Whether a cell may be empty.
  public enum Presence: Sendable, Equatable {
    /// No row is without it.
    case always
    /// It is empty in this case, which may be one that few runs meet.
    case unless(String)
    /// It is empty in every row, for this reason.
    case never(String)
  }

  /// The heading.
  public let name: String
  /// What its cells are counted in.
  public let unit: Unit
  /// What it tells, in a phrase without a period.
  public let meaning: String
  /// When it is empty.
  public let presence: Presence

  /// A column; `empty` says when a cell is empty, and nil that none is.
  public init(_ name: String, _ unit: Unit, _ meaning: String, empty: String? = nil) {
    self.init(name, unit, meaning, empty.map(Presence.unless) ?? .always)
  }

  /// A column whose cells are there as `presence` says.
  public init(_ name: String, _ unit: Unit, _ meaning: String, _ presence: Presence) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
    self.presence = presence
  }
}

extension CSVColumn {
  /// A name or a word.
  static func text(_ name: String, _ meaning: String, empty: String? = nil) -> CSVColumn {
    CSVColumn(name, .text, meaning, empty: empty)
  }

  /// A whole number.
  static func count(_ name: String, _ meaning: String, empty: String? = nil) -> CSVColumn {
    CSVColumn(name, .count, meaning, empty: empty)
  }

  /// A share or a quotient.
  static func ratio(_ name: String, _ meaning: String, empty: String? = nil) -> CSVColumn {
    CSVColumn(name, .ratio, meaning, empty: empty)
  }

  /// A time in milliseconds.
  static func milliseconds(_ name: String, _ meaning: String, empty: String? = nil) -> CSVColumn {
    CSVColumn(name, .milliseconds, meaning, empty: empty)
  }

  /// A time in seconds.
  static func seconds(_ name: String, _ meaning: String, empty: String? = nil) -> CSVColumn {
    CSVColumn(name, .seconds, meaning, empty: empty)
  }
}
