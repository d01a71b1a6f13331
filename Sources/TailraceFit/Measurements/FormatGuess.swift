import TailraceTables

/// Tells the forms of measurements apart by their first lines.
enum FormatGuess {
  /// The form of a text of which this is the head; rows of values where nothing else fits.
  static func of(_ head: [UInt8]) -> MeasurementFormat {
    let text = TextLines(head)
    var lines: [TextLines.Word] = []
    for line in text {
      lines.append(line)
      if lines.count == 400 { break }
    }
    for line in lines {
      if text.begins(line, with: "# HELP ") || text.begins(line, with: "# TYPE ") {
        return .prometheus
      }
      let shown = text.text(line)
      if shown.contains("_bucket{"), shown.contains("le=\"") { return .prometheus }
      if shown.contains("{"), shown.contains("quantile=\"") { return .prometheus }
      if PercentileReader.isHeading(text, line) { return .hdrhistogram }
    }
    if QuantileReader.isTable(text) { return .quantiles }
    if let first = lines.first(where: { !text.begins($0, with: "#") }) {
      let cells = BucketReader.cells(text, first)
      if cells.count == 2, BucketReader.isHeading(cells.map(text.text)) { return .buckets }
    }
    return .values
  }
}
