import Foundation
import Testing

@testable import TailraceTables

@Suite("CSV files") struct CSVTests {
  private static func format(
    header: Bool = true, skip: Int = 0, comment: String? = nil
  ) -> CSVFormat {
    var format = CSVFormat()
    format.hasHeader = header
    format.skippedLines = skip
    format.comment = comment
    return format
  }

  @Test(
    "Rows",
    arguments: [
      ("a,b\n1,2\n3,4\n", "a|b: / 1|2 / 3|4"),
      ("a,b\r\n1,2\r\n", "a|b: / 1|2"),
      ("a,b\n1,2", "a|b: / 1|2"),
      ("\u{FEFF}a,b\n1,2\n", "a|b: / 1|2"),
      ("\n\na\n\n1\n\n\n2\n", "a: / 1 / 2"),
      ("a,b\n,\n", "a|b: / |"),
      ("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "a|b: / x,y|say \"hi\""),
      ("a,b\n\"two\nlines\",1\nnext,2\n", "a|b: / two\\nlines|1 / next|2"),
      ("a\n\"\"\n", "a: / "),
      ("tab\there\n", "tab\there:"),
      ("größe,日本\n1,2\n", "größe|日本: / 1|2"),
    ])
  func table(text: String, expected: String) throws {
    #expect(try rows(text) == expected)
  }

  @Test("Mistakes have their place")
  func mistakes() throws {
    #expect(try rows("a,b\n1,2\n3\n") == "a|b: / 1|2 / 3:1: this row has 1 field, the first has 2")
    #expect(
      try rows("a,b\n1,2,3\n").hasSuffix("2:5: this row has 3 fields, the first has 2"))
    #expect(
      try rows("a\nö\"x\n").hasSuffix("2:2: a quote inside a field that does not begin with one"))
    #expect(
      try rows("a,b\n1,\"x\"y\n")
        .hasSuffix("2:6: a comma or a line break must follow the closing quote"))
    #expect(try rows("a,b\n1,\"never\n\nends").hasSuffix("2:3: this quote is not closed"))
    #expect(try rows("a\n1\r2\n").hasSuffix("2:2: a carriage return without a line feed"))
    #expect(
      try rows("a\n1\u{0}\n").hasSuffix("2:2: a control character (byte 0): this is no text file"))
    #expect(try rows("") == "1:1: the file holds no row")
    #expect(try rows("\u{FEFF}\n\n") == "3:1: the file holds no row")
    #expect(try rows([0xFF, 0x0A]) == "1:1: the name of a column is no UTF-8")
    let wide = String(repeating: ",", count: 2_000)
    #expect(try rows(wide) == "1:1025: this row has more than 1024 fields")
  }

  @Test("Skipped lines, comments, no header")
  func surroundings() throws {
    let text = "junk \"\n# note\na,b\n1,2\n# more, \"\n3,4\n"
    #expect(try rows(text, Self.format(skip: 1, comment: "#")) == "a|b: / 1|2 / 3|4")
    #expect(try rows("*\n1\n*\n2\n", Self.format(header: false, comment: "*")) == "1: / 1 / 2")
    #expect(try rows("1,2\n3,4\n", Self.format(header: false)) == "1|2: / 1|2 / 3|4")
    #expect(try rows("a\n", Self.format(skip: 5)) == "2:1: the file holds no row")
  }

  @Test("Every length around the buffer's end gives the same rows")
  func boundaries() throws {
    for pad in 65_520...65_540 {
      let filler = String(repeating: "x", count: 1_000) + "\n"
      var text = "\"é\",b\n"
      while text.utf8.count + 1_001 < pad - 3 { text += "1," + filler }
      let count = text.split(separator: "\n").count
      text += "1," + String(repeating: "z", count: pad - text.utf8.count - 4) + "\n"
      text += "##\n\"a\"\"b\",\"c\nd\"\r\né,f\n"
      let shown = try rows(text, Self.format(comment: "##"))
      #expect(shown.hasSuffix("z / a\"b|c\\nd / é|f"), "\(pad): \(shown.suffix(60))")
      #expect(shown.split(separator: " / ").count == count + 3)
    }
  }

  @Test("A line without an end is refused in bounded memory")
  func hugeLine() throws {
    let bytes = Array("a\n".utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
    #expect(try rows(bytes).hasSuffix("this row is longer than 65536 bytes"))
    let quoted = Array("a\n\"".utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
    #expect(try rows(quoted).hasSuffix("this row is longer than 65536 bytes"))
  }

  @Test("A reader starts anew after going back, and hashes what it read")
  func again() throws {
    let scratch = try Scratch("a\n1\n2\n")
    defer { scratch.remove() }
    let reader = CSVReader(try InputFile(scratch.path), CSVFormat(), digest: true)
    try reader.open()
    while try reader.next() {}
    #expect(reader.digest() == SHA256.hash(Array("a\n1\n2\n".utf8)))
    try reader.rewind()
    #expect(try reader.next() && reader.text(of: reader.fields[0]) == "1")
    #expect(reader.columns == ["a"])
  }

  @Test("Only regular files are opened")
  func irregular() throws {
    func reason(_ path: String, limit: Int = InputFile.sizeLimit) -> String {
      do throws(InputFile.Failure) {
        _ = try InputFile(path, sizeLimit: limit)
        return "opened"
      } catch { return error.reason }
    }
    #expect(reason("/dev/zero") == "it is no regular file")
    #expect(reason("/tmp") == "it is a folder")
    #expect(reason("/nowhere/at/all") == "no such file")
    #expect(reason("") == "that is no path")
    #expect(reason("a\u{0}b") == "that is no path")
    let scratch = try Scratch("0123456789")
    defer { scratch.remove() }
    #expect(reason(scratch.path, limit: 9) == "it has 10 bytes; at most 9")
    #expect(reason(scratch.path, limit: 10) == "opened")
  }
}
