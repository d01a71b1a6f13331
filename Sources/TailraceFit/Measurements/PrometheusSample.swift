import TailraceTables

/// A line of Prometheus' text format that has labels: `name{label="value",…} number`.
struct PrometheusSample {
  let name: String
  /// What stands behind the labels: the value, perhaps a time.
  let values: [TextLines.Word]
  /// Each as it stands, with its name and the place of its value.
  private let labels: [(name: String, whole: String, value: TextLines.Word)]

  /// Nil for a line without labels.
  init?(_ text: TextLines, _ line: TextLines.Word) throws(TableMistake) {
    guard let open = text.index(of: 0x7B, in: line) else { return nil }
    name = text.text(text.part(line, from: line.lower, to: open))
    guard name.hasSuffix("_bucket") || text.text(line).contains("quantile=") else { return nil }
    var found: [(String, String, TextLines.Word)] = []
    var i = open + 1
    while i < line.upper, text.bytes[i] != 0x7D {
      let lower = i
      while i < line.upper, text.bytes[i] != 0x22 { i += 1 }
      let valueLower = i + 1
      i += 1
      while i < line.upper, text.bytes[i] != 0x22 { i += text.bytes[i] == 0x5C ? 2 : 1 }
      guard i < line.upper else {
        throw text.mistake(line, "has a label whose value is not closed")
      }
      let whole = text.text(text.part(line, from: lower, to: i + 1))
      let value = text.part(line, from: valueLower, to: i)
      found.append((String(whole.prefix { $0 != "=" }), whole, value))
      i += 1
      while i < line.upper, text.bytes[i] == 0x2C || text.bytes[i] == 0x20 { i += 1 }
    }
    labels = found
    values = text.words(of: text.part(line, from: min(i + 1, line.upper), to: line.upper))
  }

  /// The value of the last label of a name.
  func value(of label: String) -> TextLines.Word? { labels.last { $0.name == label }?.value }

  /// The others as they stand.
  func labels(without label: String) -> [String] {
    labels.filter { $0.name != label }.map(\.whole)
  }
}

/// A name, perhaps with labels that a series must have.
struct PrometheusWanted {
  private let name: String
  private let labels: [String]

  init(_ text: String) {
    let parts = text.split(separator: "{", maxSplits: 1)
    let name = parts.first.map(String.init) ?? ""
    self.name = name.hasSuffix("_bucket") ? String(name.dropLast(7)) : name
    let inner = parts.count > 1 ? parts[1].split(separator: "}").first ?? "" : ""
    labels = inner.split(separator: ",").map { part in
      String(part.drop { $0 == " " })
    }
  }

  func holds(_ name: String, _ labels: [String]) -> Bool {
    name == self.name && self.labels.allSatisfy(labels.contains)
  }
}
