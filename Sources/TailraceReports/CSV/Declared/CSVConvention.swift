import TailraceModel

/// A rule that all CSV files keep.
public struct CSVConvention: Sendable {
  /// What it is about.
  public let name: String
  /// The rule, in sentences.
  public let text: String

  /// All of them.
  public static let all = [
    CSVConvention(
      name: "form",
      text: "UTF-8, a heading row, commas, line feeds, a point in decimals; quotes only around a "
        + "cell with a comma, a quote or a line break."),
    CSVConvention(
      name: "context",
      text: "The first columns say what a row is of: scenario, variant, replication, seed. Rows "
        + "merged over the replications leave replication empty. So rows of several runs "
        + "fit into one table."),
    CSVConvention(
      name: "missing",
      text: "An empty cell is a missing value; there is no NA, nan or inf. Zero is written 0."),
    CSVConvention(
      name: "units",
      text: "A name ends with its unit: _ms, _s, _ns, _ratio. Where rows differ, the column unit "
        + "says ms, 1/s, 1/h, ratio, or 1 for a plain number. Shares run from 0 to 1."),
    CSVConvention(
      name: "times",
      text: "Simulated, from 0 at the start of the warm-up. Exact ones have six decimals as "
        + "milliseconds and nine as seconds: whole nanoseconds. Means have as many as they need."),
    CSVConvention(
      name: "window",
      text: "Everything but timeseries.csv is about requests and time after the warm-up."),
    CSVConvention(
      name: "outcomes",
      text: Outcome.allCases.map(\.word).joined(separator: ", ")
        + ". success and degraded are answers: latencies are theirs."),
    CSVConvention(
      name: "order",
      text: "Rows stand by variant, replication, entity and time, always in the same order: equal "
        + "runs give equal bytes."),
  ]
}
