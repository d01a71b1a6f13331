/// A scenario to start from: short, commented, with a question, its answer and how to change it.
public struct Template: Sendable {
  /// What it is called on the command line.
  public let name: String
  /// What it is about, as one sentence.
  public let summary: String
  /// The scenario; commands in its head name the file `FILE`.
  let text: String

  init(_ name: String, _ summary: String, _ text: String) {
    self.name = name
    self.summary = summary
    self.text = text
  }

  /// All of them, the simplest first.
  public static let all = [
    service,
    cache,
    shards,
    shardedCache,
    scatter,
    tiers,
    hedging,
    closedLoop,
    quorum,
    overload,
    capacity,
    mm1,
  ]

  /// The template of a name; nil if there is none.
  public static func named(_ name: String) -> Template? { all.first { $0.name == name } }

  /// The scenario as it stands in a file.
  ///
  /// - Parameters:
  ///   - file: the path that commands in its head are to name.
  ///   - scenario: its name; nil leaves the template's.
  /// - Returns: the text, ending in a line break.
  public func text(file: String, scenario: String? = nil) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for place in lines.indices {
      if lines[place].hasPrefix("//   tailrace ") {
        lines[place] = Self.replacing("FILE", in: lines[place], by: file)
      } else if let scenario, lines[place] == "  \"name\": \"\(name)\"," {
        lines[place] = "  \"name\": \"\(scenario)\","
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func replacing(_ word: String, in line: String, by other: String) -> String {
    line.split(separator: " ", omittingEmptySubsequences: false)
      .map { $0 == word ? other : String($0) }.joined(separator: " ")
  }
}
