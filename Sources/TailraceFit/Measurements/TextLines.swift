import TailraceCatalog
import TailraceTables

/// The lines of a text with the words of each and where they stand.
struct TextLines: Sequence {
  /// A stretch of one line.
  struct Word {
    let lower: Int
    let upper: Int
    let line: Int
    /// From 1, in characters.
    let column: Int
  }

  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Every line from the first, without blanks at its ends; empty ones are passed over.
  func makeIterator() -> AnyIterator<Word> {
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 0
    return AnyIterator {
      while position < bytes.count {
        let lower = position
        var upper = position
        while upper < bytes.count, bytes[upper] != 0x0A, bytes[upper] != 0x0D { upper += 1 }
        position = upper + 1
        if upper < bytes.count, bytes[upper] == 0x0D, position < bytes.count,
          bytes[position] == 0x0A
        {
          position += 1
        }
        line += 1
        let whole = Word(lower: lower, upper: upper, line: line, column: 1)
        let word = trimmed(whole)
        if word.lower < word.upper { return word }
      }
      return nil
    }
  }

  /// A part of a word, its column counted.
  func part(_ word: Word, from lower: Int, to upper: Int) -> Word {
    var column = word.column
    for i in word.lower..<lower where bytes[i] & 0xC0 != 0x80 { column += 1 }
    return Word(lower: lower, upper: upper, line: word.line, column: column)
  }

  /// A word without blanks at its ends, or without other bytes there.
  func trimmed(_ word: Word, of others: [UInt8] = []) -> Word {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || others.contains(byte) }
    var (lower, upper) = (word.lower, word.upper)
    while lower < upper, isBlank(bytes[lower]) { lower += 1 }
    while upper > lower, isBlank(bytes[upper - 1]) { upper -= 1 }
    return part(word, from: lower, to: upper)
  }

  /// The parts between blanks.
  func words(of line: Word) -> [Word] {
    var words: [Word] = []
    var i = line.lower
    while i < line.upper {
      while i < line.upper, bytes[i] == 0x20 || bytes[i] == 0x09 { i += 1 }
      let lower = i
      while i < line.upper, bytes[i] != 0x20, bytes[i] != 0x09 { i += 1 }
      if lower < i { words.append(part(line, from: lower, to: i)) }
    }
    return words
  }

  func text(_ word: Word) -> String {
    String(decoding: bytes[word.lower..<word.upper], as: UTF8.self)
  }

  func begins(_ word: Word, with prefix: String) -> Bool {
    bytes[word.lower..<word.upper].starts(with: prefix.utf8)
  }

  /// The first place of a byte in a word.
  func index(of byte: UInt8, in word: Word) -> Int? {
    bytes[word.lower..<word.upper].firstIndex(of: byte)
  }

  /// The number that the whole word is.
  func number(_ word: Word) -> Double? { DecimalText(bytes, word.lower, word.upper)?.real }

  /// Whether the word means infinity, as metrics write it.
  func isInfinite(_ word: Word) -> Bool {
    ["+inf", "inf", "infinity", "+infinity"].contains(text(word).lowercased())
  }

  func mistake(_ word: Word, _ what: String, isFatal: Bool = false) -> TableMistake {
    TableMistake(
      line: word.line, column: word.column, "\"\(text(word).clipped)\" \(what)", isFatal: isFatal)
  }
}
