import Testing

@testable import TailraceCatalog

/// Inputs that a quadratic reader would not survive within the limit of the suite.
@Suite("Adversarial documents", .timeLimit(.minutes(1)))
struct AdversarialTests {
  @Test(
    "A megabyte of one thing ends with a bounded list",
    arguments: [
      ("", "["), ("", "]"), ("", "{"), ("", "{}"), ("[", ","), ("[", "'\n"), ("{", "a:"),
      ("[", "/*"), ("[", "\\"), ("{", "k:0,"), ("{", "k:0,\n"), ("[", "{]"), ("[", "-"),
      ("{", "\"k\""), ("[", "1 "), ("[", "@,"), ("[", "#"), ("{a:", "é"), ("['", "\\u"),
    ])
  func flood(head: String, piece: String) {
    let text = head + String(repeating: piece, count: 1_000_000 / piece.utf8.count)
    let (node, diagnostics) = read(text)
    #expect(node == nil)
    #expect((1...100).contains(diagnostics.count))
    let rendered = DiagnosticRenderer().render(diagnostics, name: "s.jsonc")
    #expect(rendered.utf8.count < 100_000)
  }

  @Test("The depth limit is exact and named")
  func depth() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(read(nested(64)).0 != nil)
    let message = "1:65: nested deeper than 64 levels, the limit; reading stops here"
    #expect(complaints(nested(65)) == [message])
    #expect(read(nested(65), limits: JSON5Limits(depthMax: 65)).0 != nil)
  }

  @Test("The list of diagnostics ends with a note")
  func tooMany() {
    let (_, diagnostics) = read("{" + String(repeating: "k:0,", count: 101) + "}")
    #expect(diagnostics.count == 100)
    #expect(diagnostics.last?.message == "more than 99 mistakes: the rest is not listed")
    #expect(diagnostics.last?.severity == .note)
  }

  @Test("A number has a limit")
  func longNumber() {
    let digits = String(repeating: "1", count: 1_101)
    #expect(complaints("[\(digits)]") == ["1:2: a number of 1101 characters; the limit is 1100"])
  }

  @Test("Many keys are found by name")
  func manyKeys() throws {
    let text = "{" + (0..<20_000).map { "k\($0):\($0)," }.joined() + "}"
    let node = try #require(read(text).0)
    for index in stride(from: 0, to: 20_000, by: 7) {
      #expect(node["k\(index)"]?.number?.integer == Int64(index))
    }
  }
}
