import Testing

@testable import TailraceReports

@Suite("Markup") struct MarkupTests {
  @Test("No name can leave its place in a page, or look like an address to fetch")
  func escapes() {
    #expect(Markup.escaped("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&#39;")
    #expect(Markup.escaped("https://example.org/x") == "https:&#47;/example.org/x")
    #expect(Markup.escaped("\u{0}\u{1B}[31m\u{85}") == "\u{FFFD}\u{FFFD}[31m\u{FFFD}")
    #expect(Markup.escaped("Zürich → 東京\n") == "Zürich → 東京\n")
  }

  @Test("Coordinates have a decimal at most, and no sign of zero")
  func coordinates() {
    #expect(
      [0, -0.01, 1.25, 99.96, -3.5, 1e12, -1e12].map(Markup.coordinate)
        == ["0", "0", "1.3", "100", "-3.5", "1000000", "-1000000"])
  }

  @Test("Text is never wider than it is taken to be")
  func fitted() {
    #expect(Drawing.fitted("short", in: 100) == "short")
    let cut = Drawing.fitted("a rather long name of a service", in: 80)
    #expect(cut.hasSuffix("…"))
    #expect(Drawing.width(of: cut) <= 80)
    #expect(Drawing.fitted("name", in: 0) == "…")
  }

  @Test("Words that a shell would read otherwise are quoted")
  func commands() {
    #expect(
      PageParts.command([
        "tailrace", "run", "a b.jsonc", "--set", "x=1", "--threshold", "p(99) < 1s", "it's", "",
      ])
        == "tailrace run 'a b.jsonc' --set x=1 --threshold 'p(99) < 1s' 'it'\\''s' ''")
  }
}
