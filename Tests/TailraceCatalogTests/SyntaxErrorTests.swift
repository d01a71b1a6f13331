import Testing

@testable import TailraceCatalog

@Suite("Mistakes in the form of a document")
struct SyntaxErrorTests {
  @Test(
    "Each text has these complaints",
    arguments: [
      ("", ["the file is empty"]),
      (" // x", ["the file holds no value, only space and comments"]),
      ("{a: 1 b: 2}", ["1:7: expected ',' or '}', not 'b'"]),
      ("[1 2 3]", ["1:4: expected ',' or ']', not '2'", "1:6: expected ',' or ']', not '3'"]),
      ("{a = 1, b: 2}", ["1:4: expected ':' after key 'a', not '='"]),
      ("{a: 1; b: 2}", ["1:6: expected ',' or '}', not ';'"]),
      (
        "{a: @, b: [1,,2], c: }",
        [
          "1:5: expected a value, not '@'", "1:14: expected a value, not ','",
          "1:22: expected a value, not '}'",
        ]
      ),
      ("{,}", ["1:2: expected a key, not ','"]),
      ("[1, 2}", ["1:6: expected ']' to close the '[' at 1:1, not '}'"]),
      ("{a: [1, 2}", ["1:10: expected ']' to close the '[' at 1:5, not '}'"]),
      ("{\"a\": 1}}", ["1:9: text after the end of the document"]),
      ("name: 1", ["1:1: a document begins with '{', not with a key"]),
      ("\"name\": 1", ["1:1: a document begins with '{', not with a key"]),
      ("{a: {b: [", ["1:9: this '[' is never closed"]),
      (
        "{a: 250ms, b: 2000/s, c: 5%}",
        [
          "1:5: '250ms' is not a number", "1:15: '2000/s' is not a number",
          "1:26: '5%' is not a number",
        ]
      ),
      (
        "[012, 1_000, 1.2.3, 0x, ., 1e]",
        [
          "1:2: '012' begins with a zero, which JSON5 forbids", "1:7: '1_000' is not a number",
          "1:14: '1.2.3' is not a number", "1:21: '0x' is not a number",
          "1:25: '.' is not a number", "1:28: '1e' is not a number",
        ]
      ),
      (
        "[Infinity, -NaN, 1e999]",
        [
          "1:2: 'Infinity' is not a finite number", "1:12: '-NaN' is not a finite number",
          "1:18: '1e999' is not a finite number",
        ]
      ),
      ("{a: leastconn, b: True}", ["1:5: 'leastconn' is no value", "1:19: 'True' is no value"]),
      (
        "{a: \"abc\n b: 2, c: 'x\\u12', d: '\\ud800', e: '\\1'}",
        [
          "1:5: this text has no closing quote on its line",
          "2:13: '\\u' needs 4 hexadecimal digits", "2:24: '\\ud800' is half of a surrogate pair",
          "2:37: '\\1' is no escape",
        ]
      ),
      ("# x\n{a: 1}", ["1:1: '#' begins no comment"]),
      ("/* x", ["1:1: this comment is never closed"]),
      ("{404: 1}", ["1:2: key 404 needs quotes"]),
      ("{a: 1,\n b: 2,\n \"a\": 3}", ["3:2: key 'a' is given twice; first at 1:2"]),
    ] as [(String, [String])])
  func complaint(text: String, expected: [String]) {
    #expect(complaints(text) == expected)
  }

  @Test("Repeated keys keep the tree, and the first value counts")
  func repeated() throws {
    let (node, diagnostics) = read("{a: 1, 'a': 2, \\u0061: 3}")
    #expect(diagnostics.map(\.code) == [.repeatedKey, .repeatedKey])
    let object = try #require(node?.object)
    #expect(object["a"]?.value.number?.integer == 1)
    #expect(object.members.count == 1 && object.repeated.count == 2)
  }

  @Test("Files that are no text are recognised")
  func encodings() {
    func message(_ bytes: [UInt8]) -> String? {
      JSON5Reader.read(SourceText(name: "f", bytes: bytes)).1.first?.message
    }
    #expect(message([0xFF, 0xFE, 0x7B, 0]) == "the file is UTF-16; only UTF-8 is read")
    #expect(message([0x7B, 0, 0x7D, 0]) == "the file is UTF-16LE; only UTF-8 is read")
    #expect(message([0, 0x7B, 0, 0x7D]) == "the file is UTF-16BE; only UTF-8 is read")
    #expect(message([0x7B, 0x7D, 0, 1]) == "the file is binary: byte 2 is NUL")
    #expect(message([0x22, 0xE9, 0x22]) == "byte 1 (0xE9) is not UTF-8")
    #expect(message([0x22, 0xED, 0xA0, 0x80, 0x22]) == "byte 1 (0xED) is not UTF-8")
    #expect(message([0x22, 0xF0, 0x9F]) == "byte 1 (0xF0) is not UTF-8")
    #expect(message([0xEF, 0xBB, 0xBF, 0x7B, 0x7D]) == nil)
  }

  @Test("The size limit is named with its arithmetic")
  func size() {
    let (node, diagnostics) = read("[1, 2, 3]", limits: JSON5Limits(bytesMax: 8))
    #expect(node == nil)
    #expect(
      diagnostics.map(\.message) == ["the file has 9 bytes, 1 more than the limit of 8 (8B)"])
  }

  @Test("UTF-8 is judged as the standard library judges it")
  func validation() {
    var generator = Generator(state: 5)
    let alphabet: [UInt8] = [
      0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF4,
      0xF5,
    ]
    for _ in 0..<20_000 {
      let length = Int.random(in: 1...5, using: &generator)
      let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator)! }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      #expect((SourceCheck.firstInvalidByte(of: bytes) == nil) == isValid, "\(bytes)")
    }
  }
}
