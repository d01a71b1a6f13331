import TailraceTables

/// Reads the percentiles that HdrHistogram prints, as in wrk2's "Detailed Percentile spectrum": rows
/// of value, percentile, total count and 1/(1-percentile). The counts make buckets of them.
enum PercentileReader {
  static func read(
    _ bytes: [UInt8], _ query: MeasurementQuery
  ) throws(MeasurementFailure) -> MeasuredInput {
    let text = TextLines(bytes)
    var mistakes = MistakeList()
    // What HdrHistogram prints has no unit; wrk2 and most others scale to milliseconds.
    let quantity = query.quantity ?? .duration(unit: 1_000_000)
    var isInside = query.format != nil && !text.contains { isHeading(text, $0) }
    var rows: [BucketRow] = []
    for line in text {
      if mistakes.isFull { break }
      if !isInside {
        isInside = isHeading(text, line)
        continue
      }
      if text.bytes[line.lower] == 0x23 { break }
      let words = text.words(of: line)
      guard words.count == 3 || words.count == 4 else {
        mistakes.add(
          text.mistake(line, "is no row of value, percentile, count and 1/(1-percentile)"))
        continue
      }
      guard let value = text.number(words[0]), let count = text.number(words[2]),
        let level = text.number(words[1]), (0...1).contains(level)
      else {
        let wrong = words[..<3].first { text.number($0) == nil } ?? words[1]
        mistakes.add(
          text.mistake(wrong, wrong.lower == words[1].lower ? "is no share" : "is no number"))
        continue
      }
      // Several percentiles may have one value: the last count is that of the value.
      if let last = rows.last, last.bound == value { rows.removeLast() }
      rows.append(BucketRow(bound: value, count: count, place: words[0], countPlace: words[2]))
    }
    let buckets = BucketReader.made(of: rows, quantity, isCumulative: true, text, &mistakes)
    try mistakes.check()
    guard let buckets else {
      throw .mistakes([TableMistake(line: 1, column: 1, "the file holds no row of percentiles")])
    }
    var input = MeasuredInput(format: .hdrhistogram)
    input.quantity = quantity
    input.measurements = .buckets(buckets)
    if query.quantity == nil {
      input.notes.append("values are taken as milliseconds; '--unit' says otherwise")
    }
    return input
  }

  /// Whether a line is the heading above the rows.
  static func isHeading(_ text: TextLines, _ line: TextLines.Word) -> Bool {
    guard text.begins(line, with: "Value") || text.begins(line, with: "\"Value\"") else {
      return false
    }
    let words = text.text(line).split { $0 == " " || $0 == "\t" }
    return words.count >= 3 && words[1] == "Percentile" && words[2] == "TotalCount"
  }
}
