import TailraceDiagnosis

extension SummaryText {
  /// Columns of a line of the diagnosis, its label among them.
  private static let width = 100
  /// Most lines but for the heading; every part where all is wanted.
  private static let linesMax = 6

  /// The findings, wrapped: the heaviest to each question, then the next while there is room.
  var diagnosisLines: [String] {
    guard let findings, !findings.isEmpty else { return [] }
    let words = FindingText(timeUnit: timeUnit)
    let wrapped = findings.map {
      Self.wrapped(words.text($0), label: $0.question.rawValue)
    }
    var rounds: [(round: Int, place: Int)] = []
    for question in Question.allCases {
      let own = findings.indices.filter { findings[$0].question == question }
      rounds += own.enumerated().map { ($0.offset, $0.element) }
    }
    rounds.sort { ($0.round, $0.place) < ($1.round, $1.place) }
    var shown: [Int] = []
    var room = Self.linesMax
    for (round, place) in rounds {
      // Of many findings to one question the rest is in the document and with `-v`.
      if !isVerbose, round > 1 || (round == 1 && wrapped[place].count > room) { continue }
      shown.append(place)
      room -= wrapped[place].count
    }
    return [ink.heading("DIAGNOSIS")] + shown.sorted().flatMap { wrapped[$0] }
  }

  /// A paragraph behind a label, its further lines under its first word.
  private static func wrapped(_ text: String, label: String) -> [String] {
    let indent = 10
    var lines: [String] = []
    var line = DisplayWidth.padded("  " + label, to: indent, alignment: .left)
    var isEmpty = true
    for word in joined(text) {
      if !isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > width {
        lines.append(line)
        line = String(repeating: " ", count: indent)
        isEmpty = true
      }
      line += isEmpty ? word : " " + word
      isEmpty = false
    }
    return lines + [line]
  }

  /// Words, with a number and its unit as one.
  private static func joined(_ text: String) -> [String] {
    var words: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      let unit = word.filter { !",.;:()".contains($0) }
      if ["%", "ns", "us", "ms", "s", "times", "/s"].contains(unit), let last = words.last,
        last.last?.isNumber == true
      {
        words[words.count - 1] = last + " " + word
      } else {
        words.append(word)
      }
    }
    return words
  }
}
