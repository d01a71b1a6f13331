import Testing

@testable import TailraceCatalog

@Suite("Diagnostics as people see them")
struct RendererTests {
  private func render(_ text: String) -> String {
    DiagnosticRenderer().render(read(text).1, name: "s.jsonc")
  }

  @Test("The sample of a bad file")
  func sample() throws {
    let text = """
      {
        "db": {
          replicsa: 4,
          lb_policy: "leastconn",
          timeout: 250,
        },
        db: {},
      }
      """
    let source = SourceText(name: "shop.jsonc", text: text)
    let (node, syntax) = JSON5Reader.read(source)
    let db = try #require(node?["db"]?.object)
    var diagnostics = syntax
    do throws(Diagnostic) {
      _ = try QuantityScanner.duration(db["timeout"]!.value, key: "timeout")
    } catch { diagnostics.append(error) }
    diagnostics.append(
      .unknownChoice(
        db["lb_policy"]!.value, key: "lb_policy", among: ["ROUND_ROBIN", "LEAST_REQUEST"]))
    diagnostics.append(
      .unknownKey(db["replicsa"]!, in: "service 'db'", among: ["replicas", "shards"]))
    #expect(
      DiagnosticRenderer().render(diagnostics, name: "shop.jsonc") == """
        shop.jsonc:3:5: error: unknown key 'replicsa' in service 'db'; did you mean 'replicas'?
            3 |     replicsa: 4,
              |     ^~~~~~~~
        shop.jsonc:4:16: error: 'lb_policy' cannot be "leastconn"; did you mean "LEAST_REQUEST"? \
        (HAProxy's leastconn)
            4 |     lb_policy: "leastconn",
              |                ^~~~~~~~~~~
        shop.jsonc:5:14: error: 'timeout' needs a unit: write "250ms" or "250s", not 250
            5 |     timeout: 250,
              |              ^~~
        shop.jsonc:7:3: error: key 'db' is given twice; first at 2:3
            7 |   db: {},
              |   ^~
        shop.jsonc: 4 errors. Nothing was run.

        """)
  }

  @Test("Tabs, wide letters and help lines stay in place")
  func alignment() {
    #expect(
      render("{\n\t'日本é': @, b: yes }") == """
        s.jsonc:2:9: error: expected a value, not '@'
            2 | \t'日本é': @, b: yes }
              | \t         ^
        s.jsonc:2:15: error: 'yes' is no value
            2 | \t'日本é': @, b: yes }
              | \t               ^~~
           help: write true
        s.jsonc: 2 errors. Nothing was run.

        """)
  }

  @Test("Nothing in a message can command a terminal")
  func escapes() {
    let text = render(
      "{\u{1B}[31m: 1, '\u{202E}\u{9B}2J': 1, '\u{202E}\u{9B}2J': 2, '\\u001b': x\u{7}}")
    let isClean = text.unicodeScalars.allSatisfy {
      $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value))
    }
    #expect(isClean)
    #expect(!text.unicodeScalars.contains("\u{202E}"))
    #expect(text.contains("expected a key, not '\\u{1B}'"))
    let source = SourceText(name: "a\u{1B}[2J\n.jsonc", text: "")
    let rendered = DiagnosticRenderer().render(JSON5Reader.read(source).1[0])
    #expect(rendered == "a\\u{1B}[2J\\u{A}.jsonc: error: the file is empty\n")
  }

  @Test("Long lines are cut to a window around the mark", arguments: [0, 50, 99, 150, 700, 5_000])
  func window(length: Int) throws {
    let filler = String(repeating: "é", count: length)
    let text = render("['\(filler)', @, '\(filler)']")
    let lines = text.split(separator: "\n")
    try #require(lines.count == 4)
    let line = Array(lines[1].unicodeScalars)
    let column = try #require(Array(lines[2].unicodeScalars).firstIndex(of: "^"))
    #expect(line[column] == "@")
    #expect(line.count <= 108)
  }

  @Test("A range over several lines is marked to the end of the first")
  func manyLines() throws {
    let node = try value("{ a: [1,\n 2] }")
    let diagnostic = Diagnostic(
      "sample", severity: .note, at: try #require(node["a"]), message: "a list")
    #expect(
      DiagnosticRenderer().render([diagnostic], name: "s.jsonc") == """
        s.jsonc:1:6: note: a list
            1 | { a: [1,
              |      ^~~

        """)
  }

  @Test("Colour is added only on request")
  func colour() {
    let text = DiagnosticRenderer(usesColour: true).render(read("[@]").1[0])
    #expect(text.hasPrefix("\u{1B}[1ms.jsonc:1:2:\u{1B}[0m \u{1B}[1;31merror:\u{1B}[0m expected"))
  }

  @Test("Diagnostics sort by text, then by place")
  func order() {
    let file = SourceText(name: "z.jsonc", text: "ab")
    let option = SourceText(name: "--set", text: "ab", order: 1)
    func at(_ source: SourceText, _ lower: Int?) -> Diagnostic {
      let range = lower.map { SourceRange(lower: $0, upper: 2) }
      return Diagnostic("x", source: source, range: range, message: "m")
    }
    let sorted = [at(file, nil), at(file, 0), at(file, 1), at(option, 0)]
    #expect(sorted.reversed().sorted() == sorted)
  }
}
