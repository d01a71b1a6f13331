import Testing

@testable import TailraceCatalog

@Suite("Values of a document")
struct ValueTests {
  @Test(
    "Numbers keep their spelling, their double and their whole value",
    arguments: [
      ("0", 0, 0), ("-0", 0, 0), ("1.0", 1, 1), ("1e3", 1000, 1000), ("1500e-2", 15, 15),
      (".5", 0.5, nil), ("5.", 5, 5), ("+7", 7, 7), ("0x1F", 31, 31), ("-0XfF", -255, -255),
      ("9223372036854775807", 0x1p63, Int64.max),
      ("-9223372036854775808", -0x1p63, Int64.min), ("9223372036854775808", 0x1p63, nil),
      ("0xFFFFFFFFFFFFFFFFFF", 0x1p72, nil),
      (
        "9007199254740993", 9_007_199_254_740_992,
        9_007_199_254_740_993
      ),
      ("0.1", 0.1, nil), ("1e-999", 0, nil), ("123456789012345678e-2", 1234567890123456.78, nil),
      ("2.2250738585072014e-308", .leastNormalMagnitude, nil), ("1e20", 1e20, nil),
    ] as [(String, Double, Int64?)])
  func number(spelling: String, double: Double, integer: Int64?) throws {
    let number = try #require(value(spelling).number)
    #expect(number.spelling == spelling)
    #expect(number.double == double)
    #expect(number.integer == integer)
  }

  @Test("Strings with all escapes")
  func strings() throws {
    let text = #"'\b\f\n\r\t\v\0\x41\u00e9\ud83d\ude00\'\"\\\/\q'"#
    #expect(
      try value(text).string == "\u{8}\u{C}\n\r\t\u{B}\0Aé😀'\"\\/q")
    #expect(try value("'a\\\r\nb\\\u{2028}c\u{2029}'").string == "abc\u{2029}")
  }

  @Test("Bare names of ECMAScript")
  func names() throws {
    let node = try value("\u{FEFF}{ $a_1: 1, ünï: 2, \\u0062b: 3, a\u{200D}b: 4,\u{A0}null: 5 }")
    let names = node.object?.members.map(\.name)
    #expect(names == ["$a_1", "ünï", "bb", "a\u{200D}b", "null"])
  }

  @Test("Ranges and positions point at the text")
  func ranges() throws {
    //                        1         2
    //               12345678901234567890123456
    let node = try value("{\n  'é': [1, \"x\"], // c\r\n b: {} }")
    let first = try #require(node.object?["é"])
    #expect(first.value.spelling == "[1, \"x\"]")
    #expect(first.value.position.description == "2:8")
    #expect(node.source.text(in: first.nameRange) == "'é'")
    #expect(node["b"]?.position.description == "3:5")
    #expect(node.range == node.source.wholeRange)
  }

  @Test("Positions agree with a count from the start")
  func positions() {
    var generator = Generator(state: 3)
    let pieces = ["a", "é", "😀", "\n", "\r\n", "\r", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]
    let text = (0..<600).map { _ in pieces.randomElement(using: &generator)! }.joined()
    let source = SourceText(name: "t", text: text)
    var (line, column, offset) = (1, 1, 0)
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if previous == "\n" || (previous == "\r" && scalar != "\n") { (line, column) = (line + 1, 1) }
      #expect(source.position(at: offset) == SourcePosition(line: line, column: column))
      column += 1
      offset += String(scalar).utf8.count
      previous = scalar
    }
  }

  @Test("Arguments need no quotes for words and quantities")
  func arguments() {
    func read(_ text: String) -> String {
      let source = SourceText(name: "--set", text: "path=" + text)
      let (node, diagnostics) = JSON5Reader.readArgument(source, from: 5)
      return node.map { "\($0.kindName) \($0.string ?? $0.spelling)" }
        ?? DiagnosticRenderer().render(diagnostics[0])
    }
    #expect(read("250ms") == "text 250ms")
    #expect(read("LEAST_REQUEST") == "text LEAST_REQUEST")
    #expect(read("12") == "a number 12")
    #expect(read("-0x1F ") == "a number -0x1F")
    #expect(read("null") == "null null")
    #expect(read("'a b'") == "text a b")
    #expect(read("{a: [1]}") == "an object {a: [1]}")
    #expect(
      read("[1, @]") == """
        --set:1:10: error: expected a value, not '@'
            1 | path=[1, @]
              |          ^

        """)
  }

  @Test("Values without a file have a name of their own")
  func synthetic() {
    let node = Node.real(0.25, from: "--param")
    #expect(node.number?.spelling == "0.25" && node.source.name == "--param")
    #expect(Node.real(3, from: "x").number?.integer == 3)
    #expect(Node.integer(-4, from: "x").spelling == "-4")
    #expect(Node.string("a", from: "x").string == "a")
    #expect(Node.boolean(true, from: "x").boolean == true)
    #expect(Node.null(from: "x").isNull)
  }
}
