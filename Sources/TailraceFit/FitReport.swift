import TailraceCatalog
import TailraceTables

/// Everything that `tailrace fit` tells of one file.
public struct FitReport: Sendable {
  public let input: MeasuredInput
  /// Laws of what was measured; nil where only times were asked for.
  public let laws: LawReport?
  /// What the laws of the first rows say of the others; nil unless asked for.
  public let prediction: Prediction?
  /// Arrivals; nil unless a column of times was named.
  public let arrivals: ArrivalReport?
  /// The rest's arrivals, judged by those of the first rows; nil unless asked for.
  public let arrivalPrediction: ArrivalPrediction?
  /// What counts in intervals tell; nil unless a column of them was named.
  public let counts: CountReport?
  /// Groups of rows, each with a law or arrivals of its own; empty unless a column was named.
  public let groups: [GroupReport]
  /// The file's own values as a law; nil where there are none, or too many for a scenario.
  public let fileText: String?

  /// Fits laws to what was read.
  ///
  /// - Parameters:
  ///   - input: what was read.
  ///   - file: the file as a scenario names it; nil for standard input.
  ///   - train: the share of rows, from the first on, that laws are fitted to; the rest is
  ///     predicted. Nil takes all, and predicts nothing.
  ///   - tolerance: the largest relative error of a law that is recommended.
  /// - Throws: `MeasurementFailure.question` where there are too few rows.
  public init(
    _ input: MeasuredInput, file: String?, train: Double?, tolerance: Double
  ) throws(MeasurementFailure) {
    self.input = input
    if train != nil, input.counts != nil || !input.groups.isEmpty {
      throw .question("'--train' does not go with '--count' or '--by'")
    }
    counts = try Self.counts(input, file)
    groups = input.groups.map { GroupReport($0, input, tolerance: tolerance) }
    var known = input.measurements
    var rest: [Double]?
    if let train {
      guard input.format == .values else {
        throw .question(
          "'--train' needs rows in an order; format \(input.format.rawValue) has none")
      }
      if case .values(let values) = known {
        let count = try Self.trained(values.count, train)
        known = .values(Array(values[..<count]))
        rest = Array(values[count...])
      }
    }
    laws = known.map { LawReport($0, in: input.quantity, tolerance: tolerance) }
    if let laws, let rest, case .values(let first) = known {
      prediction = Prediction(laws, first.count, rest: rest)
    } else {
      prediction = nil
    }
    (arrivals, arrivalPrediction) = try Self.arrivals(input, file, train, tolerance)
    fileText = train == nil ? Self.fileText(input, file) : nil
  }

  private static func counts(
    _ input: MeasuredInput, _ file: String?
  ) throws(MeasurementFailure) -> CountReport? {
    guard let counts = input.counts else { return nil }
    let count =
      "\"count\": {\"column\": \(JSONWriter.quoted(input.name)), "
      + "\"interval\": \"\(MeasuredQuantity.duration(counts.interval))\"}"
    guard
      let report = CountReport(
        counts, trace: String(traceText(input, file).dropLast()) + ", \(count)}")
    else { throw .question("column '\(input.name.clipped)' counts nothing") }
    return report
  }

  private static func trained(_ count: Int, _ share: Double) throws(MeasurementFailure) -> Int {
    let trained = Int(Double(count) * share)
    guard trained >= 2, count - trained >= 2 else {
      throw .question(
        "'--train' leaves \(trained) and \(count - trained) of \(count) rows; both need 2")
    }
    return trained
  }

  private static func arrivals(
    _ input: MeasuredInput, _ file: String?, _ train: Double?, _ tolerance: Double
  ) throws(MeasurementFailure) -> (ArrivalReport?, ArrivalPrediction?) {
    guard let times = input.times else { return (nil, nil) }
    let count = try train.map { share throws(MeasurementFailure) in
      try trained(times.count, share)
    }
    let report = ArrivalReport(
      Array(times[..<(count ?? times.count)]), trace: traceText(input, file), tolerance: tolerance)
    guard let report else {
      throw .question(
        "column '\(input.timeColumn.clipped)' has fewer than three times, or only one instant")
    }
    guard let count else { return (report, nil) }
    return (report, ArrivalPrediction(report, Array(times[count...])))
  }

  private static func traceText(_ input: MeasuredInput, _ file: String?) -> String {
    var time = "\"column\": \(JSONWriter.quoted(input.timeColumn))"
    if input.timeFormat != .dateTime { time += ", \"format\": \"\(input.timeFormat.word)\"" }
    let header = input.hasHeader ? "" : ", \"header\": false"
    return "{\"type\": \"trace\", \"file\": \(JSONWriter.quoted(file ?? "requests.csv")), "
      + "\"time\": {\(time)}\(header)}"
  }

  /// Most values of a file that a scenario reads.
  private static let fileValuesMax = 1_000_000

  private static func fileText(_ input: MeasuredInput, _ file: String?) -> String? {
    guard let file, case .values(let values) = input.measurements,
      values.count <= fileValuesMax
    else { return nil }
    var text =
      "{\"type\": \"empirical\", \"file\": \(JSONWriter.quoted(file)), "
      + "\"column\": \(JSONWriter.quoted(input.name))"
    if case .duration = input.quantity { text += ", \"unit\": \"\(input.quantity.word)\"" }
    if !input.hasHeader { text += ", \"header\": false" }
    return text + "}"
  }
}

/// Whether the arrivals of the first rows are those of the rest.
public struct ArrivalPrediction: Sendable {
  /// Requests per second of the rest.
  public let rate: Double
  /// The first rows' rate less the rest's, over the rest's.
  public let rateError: Double
  /// Standard deviation of the rest's gaps over their mean.
  public let variation: Double
  /// Laws of the first gaps against the rest's.
  public let gaps: Prediction

  /// Judges a report by at least two later instants; nil where all are one.
  init?(_ report: ArrivalReport, _ rest: [Int64]) {
    guard rest.count >= 2, rest[rest.count - 1] > rest[0] else { return nil }
    let facts = ArrivalFacts(rest)
    rate = 1e9 / facts.meanGap
    rateError = (report.rate - rate) / rate
    variation = facts.variation
    gaps = Prediction(report.gaps, report.requests - 1, rest: facts.gaps.map { Double($0) })
  }
}
