import Foundation
import Testing

@testable import TailraceCatalog

/// A value without places, to compare two readers.
private indirect enum Plain: Equatable, Decodable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([Plain])
  case object([String: Plain])

  init(from decoder: any Decoder) throws {
    if let list = try? decoder.singleValueContainer().decode([Plain].self) {
      self = .array(list)
    } else if let map = try? decoder.singleValueContainer().decode([String: Plain].self) {
      self = .object(map)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .boolean(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else {
        self = .string(try container.decode(String.self))
      }
    }
  }

  init(_ node: Node) {
    switch node.value {
    case .null: self = .null
    case .boolean(let value): self = .boolean(value)
    case .number(let number): self = .number(number.double)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .array(elements.map(Plain.init))
    case .object(let object):
      let pairs = object.members.map { ($0.name, Plain($0.value)) }
      self = .object(Dictionary(pairs) { first, _ in first })
    }
  }
}

/// Writes random documents in all the ways that JSON5 knows and Foundation reads.
///
/// Foundation 6.3 refuses `\v` and `\q`, and keeps the line break of a continued line; so these are
/// tested elsewhere. It has also trapped, not on every run, in `JSON5Scanner.validateNumber`: on a
/// number that is the whole document, and in damaged documents with signs. So a list stands around
/// each document, and damage leaves signs out.
private struct Writer {
  var generator: Generator
  var hasSigns = true

  mutating func pick(_ texts: [String]) -> String { texts.randomElement(using: &generator)! }

  mutating func space() -> String {
    pick(["", "", "", " ", "\n", "\t", "/* c */", "// c\n", "\r\n", "/***/"])
  }

  mutating func string() -> String {
    let pieces = [
      "a", "é", "日", "😀", "\\n", "\\t", "\\u00e9", "\\x41", "\\ud83d\\ude00", "\\/", "\\\\",
      "/", "b c",
    ]
    let count = Int.random(in: 0...4, using: &generator)
    let quote = pick(["\"", "'"])
    return quote + (0..<count).map { _ in pick(pieces) }.joined() + quote
  }

  mutating func number() -> String {
    let sign = hasSigns ? pick(["", "", "-", "+"]) : ""
    switch Int.random(in: 0...5, using: &generator) {
    case 0:
      let value = UInt32.random(in: 0...UInt32.max, using: &generator)
      return sign + "0x" + String(value, radix: 16)
    case 1: return sign + "." + String(Int.random(in: 0...999, using: &generator))
    case 2: return sign + String(Int.random(in: 0...999, using: &generator)) + "."
    case 3: return sign + String(Double.random(in: 0...1e9, using: &generator))
    case 4:
      return sign + String(Int.random(in: 1...9, using: &generator)) + pick(["e5", "E-7", "e+2"])
    default: return sign + String(Int.random(in: 0...1_000_000, using: &generator))
    }
  }

  mutating func value(depth: Int) -> String {
    switch Int.random(in: 0...(depth > 3 ? 5 : 9), using: &generator) {
    case 0: return "null"
    case 1: return pick(["true", "false"])
    case 2, 3: return number()
    case 4, 5: return string()
    case 6, 7:
      let count = Int.random(in: 0...4, using: &generator)
      var text = "[" + space()
      for index in 0..<count {
        text += value(depth: depth + 1) + space()
        if index < count - 1 || pick(["", ","]) == "," { text += "," + space() }
      }
      return text + "]"
    default:
      let count = Int.random(in: 0...4, using: &generator)
      var text = "{" + space()
      for index in 0..<count {
        text += pick(["k\(index)", "\"k\(index)\"", "'k\(index)'", "$k_\(index)", "ké\(index)"])
        text += space() + ":" + space() + value(depth: depth + 1) + space()
        if index < count - 1 || pick(["", ","]) == "," { text += "," + space() }
      }
      return text + "}"
    }
  }
}

@Suite("The same as Foundation's reader")
struct OracleTests {
  private func foundation(_ text: String) -> Plain? {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try? decoder.decode(Plain.self, from: Data(text.utf8))
  }

  @Test("Generated documents are read with the same values", arguments: 0..<600)
  func values(seed: Int) {
    var writer = Writer(generator: Generator(state: UInt64(seed)))
    let text = writer.space() + "[" + writer.value(depth: 0) + "]" + writer.space()
    let (node, diagnostics) = read(text)
    #expect(diagnostics.isEmpty, "\(text)")
    let expected = foundation(text)
    if let expected { #expect(node.map(Plain.init) == expected, "\(text)") }
    #expect(expected != nil, "Foundation refuses \(text.debugDescription)")
  }

  @Test("Damaged documents are refused where Foundation refuses them", arguments: 0..<400)
  func damage(seed: Int) throws {
    var writer = Writer(generator: Generator(state: UInt64(seed) &+ 10_000), hasSigns: false)
    var scalars = Array(("[" + writer.value(depth: 0) + "]").unicodeScalars)
    let marks = scalars.indices.filter { "[]{}:,'\"/*".unicodeScalars.contains(scalars[$0]) }
    scalars.remove(at: try #require(marks.randomElement(using: &writer.generator)))
    let text = String(String.UnicodeScalarView(scalars))
    let (node, diagnostics) = read(text)
    #expect((node == nil) == diagnostics.contains { $0.code != .repeatedKey }, "\(text)")
    #expect(node.map(Plain.init) == foundation(text), "\(text.debugDescription)")
  }
}
