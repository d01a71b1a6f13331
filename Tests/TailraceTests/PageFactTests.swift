import Foundation
import Testing

/// What pages claim: tests and figures that they name, and words that are not there yet.
@Suite("Facts of pages") struct PageFactTests {
  private func page(_ name: String) throws -> String {
    try String(contentsOf: RunnablePage.folder.appending(path: name), encoding: .utf8)
  }

  /// The rows of a page's tables, as cells.
  private func rows(_ page: String) -> [[String]] {
    page.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
      line.dropFirst().dropLast().components(separatedBy: "|")
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  private func marked(_ mark: String, in text: String) -> [String] {
    text.components(separatedBy: mark).enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }

  @Test("Validation.md: every test that it names exists")
  func tests() throws {
    let page = try page("Validation.md")
    let named = Set(page.matches(of: /`(\w+Tests\/\w+)`/).map { String($0.1) })
    #expect(named.count > 40)
    #expect(named.subtracting(PropertyTableTests.known).sorted() == [])
  }

  @Test("Validation.md: every figure in bold stands in the results that its row names")
  func figures() throws {
    var count = 0
    for row in rows(try page("Validation.md")) {
      let figures = marked("**", in: row.dropLast().joined(separator: "|"))
      if figures.isEmpty { continue }
      let place = try #require(marked("`", in: row.last ?? "").first, "\(row)")
      let isFile = place.hasSuffix(".txt")
      let file = Library.root.appending(path: isFile ? place : "\(place)/summary.txt")
      let text = try String(contentsOf: file, encoding: .utf8)
      for figure in figures {
        #expect(text.contains(figure), "\(figure) is not in \(place)")
        count += 1
      }
    }
    #expect(count >= 7)
  }

  @Test("NotModelled.md: every word of what is still to come is refused as such")
  func words() throws {
    let parts = try page("NotModelled.md").components(separatedBy: "\n## Still to come\n")
    try #require(parts.count == 2)
    let words = rows(parts[1].components(separatedBy: "\n## ")[0]).flatMap { row in
      row.count > 1 ? marked("`", in: row[1]) : []
    }
    #expect(words.count > 7)
    for word in words {
      // Wherever it may belong: the file, a service, its sharding, a call, a step.
      let text = """
        { tailrace: 1, \(word): {},
          keys: { k: { count: 9 } },
          workloads: { w: { arrivals: { type: "poisson", rate: "1/s" }, keys: { k: 1 },
            steps: [{ call: "s", \(word): {} }, { \(word): "s" }] } },
          services: { s: { \(word): {}, shards: 2, shard_by: { key: "k", \(word): {} },
            handler: [{ work: "1ms" }] } } }
        """
      let ended = try Program(["validate", "-"], input: text)
      #expect(ended.status == 3)
      let refusals = ended.errors.split(separator: "\n").filter {
        $0.contains("'\(word)'") && $0.contains("not in this version")
      }
      #expect(!refusals.isEmpty, "'\(word)': \(ended.errors)")
    }
  }
}
