/// A number that a finding rests on, with its name and its unit.
public struct Evidence: Sendable, Equatable {
  public enum Unit: Sendable {
    /// A part of a whole, shown as per cent.
    case share
    /// How many times as much.
    case factor
    /// Nanoseconds.
    case time
    case perSecond, count
  }

  /// Lower case with underscores and without its unit; once in a finding.
  public var name: String
  public var value: Double
  public var unit: Unit

  public init(_ name: String, _ value: Double, _ unit: Unit) {
    (self.name, self.value, self.unit) = (name, value, unit)
  }
}
