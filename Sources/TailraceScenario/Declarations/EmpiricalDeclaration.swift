import TailraceCatalog
import TailraceModel
import TailraceTables

/// Measured values: points of the distribution, counts in buckets, or the values themselves.
public struct EmpiricalDeclaration: DistributionDeclaration, CSVDeclaration {
  public static let name = "empirical"
  public static let summary =
    "Measured: quantiles or counts in buckets, linear in between, or the values in a file."
  public static let keys: [Key<Self>] =
    [
      Key(
        "quantiles", \.quantiles, .list(.pair(.real(0...1), .quantity)),
        "Pairs [level, value], both growing; the ends are held."),
      Key(
        "buckets", \.buckets, .list(.pair(.quantity, .weight)),
        "Pairs [upper bound, count], bounds growing from 0."),
      Key("file", \.file, .text, "A CSV file of measured values, each as likely; with 'column'."),
      Key("column", \.column, .text, "The column of the values."),
      Key("unit", \.unit, .choice(TimeFormat.units), "Unit of durations in the file."),
    ] + formatKeys
  var quantiles: [Pair<Double, Double>]?
  var buckets: [Pair<Double, Double>]?
  var file: Located<String>?
  var column: Located<String>?
  var unit: UInt64?
  public var hasHeader = true
  public var skippedLines = 0
  public var comment: String?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    switch (quantiles, buckets, file) {
    case (nil, nil, let file?):
      guard let column else { return needs("'column' beside 'file'", at: node, &reading) }
      guard let meaning = ColumnDeclaration.meaning(unit, at: node, &reading) else { return nil }
      return MeasuredFile.values(
        file, column, ColumnName(column.value, meaning), format, &reading
      ).map { .measured($0) }
    case (let points?, nil, nil):
      guard !points.isEmpty, Self.grows(points.map(\.first), strictly: true),
        Self.grows(points.map(\.second), strictly: false)
      else { return needs("'quantiles' whose levels and values grow", at: node, &reading) }
      return .quantiles(points.map { Quantile(level: $0.first, value: $0.second) })
    case (nil, let buckets?, nil):
      guard buckets.contains(where: { $0.second > 0 }),
        Self.grows(buckets.map(\.first), strictly: true)
      else {
        return needs("'buckets' whose bounds grow and that count something", at: node, &reading)
      }
      return .buckets(buckets.map { CountedBucket(upperBound: $0.first, count: $0.second) })
    default: return needs("one of 'quantiles', 'buckets' and 'file'", at: node, &reading)
    }
  }

  private static func grows(_ values: [Double], strictly: Bool) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { strictly ? $0 < $1 : $0 <= $1 }
  }
}

/// Measured values in a file.
enum MeasuredFile {
  /// Most values of a file; more say no more and are kept in memory.
  static let valuesMax = 1_000_000

  /// The values in order, in nanoseconds or as plain numbers; nil where a mistake has been noted.
  static func values(
    _ file: Located<String>, _ column: Located<String>, _ name: ColumnName, _ format: CSVFormat,
    _ reading: inout Reading
  ) -> [Double]? {
    var query = TraceQuery(path: reading.resolved(file.value))
    query.format = format
    query.columns = [name]
    var values: [Double] = []
    let header = TraceSurvey.columns(of: query)
    if reading.noted(header.mistakes, header.failure, file) { return nil }
    if let mistake = ColumnMistake.of(name.name, among: header.columns, in: file.value) {
      reading.report(.unknownName, at: column.node, mistake)
      return nil
    }
    let survey = TraceSurvey(query) { words in
      if values.count < valuesMax { values.append(max(0, Double(bitPattern: words[0]))) }
    }
    if reading.noted(survey.mistakes, survey.failure, file) { return nil }
    guard survey.rows <= UInt64(valuesMax) else {
      reading.report(
        .outOfRange, at: file.node,
        "'\(file.value.clipped)' has \(survey.rows) values; at most \(valuesMax): give quantiles")
      return nil
    }
    reading.files.insert(
      NamedFile(path: file.value, byteCount: survey.byteCount, sha256: survey.sha256))
    return values.sorted()
  }
}
