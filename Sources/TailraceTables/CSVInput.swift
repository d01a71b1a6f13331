/// The bytes of a CSV file with the place of the next one; the lexical half of `CSVReader`.
struct CSVInput: ~Copyable {
  /// From 1.
  private(set) var line = 1
  /// From 1, in characters.
  private(set) var column = 1

  private var file: InputFile
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var position = 0
  private var end = 0
  private var hasher: SHA256?

  init(_ file: consuming InputFile, hasDigest: Bool) {
    self.file = file
    hasher = hasDigest ? SHA256() : nil
  }

  func digest() -> [UInt8] { hasher?.result() ?? [] }

  mutating func rewind() throws(TableMistake) {
    do throws(InputFile.Failure) {
      try file.rewind()
    } catch {
      throw mistake(error.reason)
    }
    (line, column, position, end, hasher) = (1, 1, 0, 0, nil)
  }

  /// A mistake at the next byte, behind which nothing can be read.
  func mistake(_ message: String) -> TableMistake {
    TableMistake(line: line, column: column, message, isFatal: true)
  }

  /// The next byte; nil at the end.
  @inline(__always)
  mutating func peek() throws(TableMistake) -> UInt8? {
    if position == end, try !fill() { return nil }
    return buffer[position]
  }

  /// Reads on behind what is still to be taken.
  ///
  /// - Returns: whether there was more.
  @inline(never)
  private mutating func fill() throws(TableMistake) -> Bool {
    let kept = end - position
    for i in 0..<kept { buffer[i] = buffer[position + i] }
    position = 0
    end = kept
    do throws(InputFile.Failure) {
      end += try file.read(into: &buffer, from: kept)
    } catch {
      throw mistake(error.reason)
    }
    hasher?.update(buffer[kept..<end])
    return end > kept
  }

  /// Whether the next bytes are these.
  mutating func begins(with word: [UInt8]) throws(TableMistake) -> Bool {
    while end - position < word.count {
      if try !fill() { break }
    }
    return end - position >= word.count
      && buffer[position..<position + word.count].elementsEqual(word)
  }

  /// Passes over a byte order mark.
  mutating func skipMark() throws(TableMistake) {
    if try begins(with: [0xEF, 0xBB, 0xBF]) { position += 3 }
  }

  /// Passes over the rest of a line, whatever it holds.
  ///
  /// - Returns: whether there was a byte.
  mutating func skipLine() throws(TableMistake) -> Bool {
    guard try peek() != nil else { return false }
    while let byte = try peek() {
      position += 1
      if byte == 0x0A { break }
    }
    line += 1
    column = 1
    return true
  }

  /// Takes a line break, which must come here unless the file ends.
  mutating func endLine() throws(TableMistake) {
    guard let byte = try peek() else { return }
    if byte == 0x0D {
      position += 1
      guard try peek() == 0x0A else { throw mistake("a carriage return without a line feed") }
    }
    position += 1
    line += 1
    column = 1
  }

  /// Takes a comma, if one comes.
  @inline(__always)
  mutating func takeComma() throws(TableMistake) -> Bool {
    guard try peek() == 0x2C else { return false }
    position += 1
    column += 1
    return true
  }

  /// Takes a field without quotes, up to a comma or a line break.
  mutating func takePlain(into bytes: inout [UInt8]) throws(TableMistake) {
    while true {
      var i = position
      while i < end {
        let byte = buffer[i]
        // One comparison for most bytes: letters, digits and what lies above the comma.
        if byte > 0x2C {
          if byte & 0xC0 != 0x80 { column += 1 }
        } else if byte == 0x2C || byte == 0x0A || byte == 0x0D {
          break
        } else if byte == 0x22 {
          bytes += buffer[position..<i]
          throw mistake("a quote inside a field that does not begin with one")
        } else if byte < 0x20 && byte != 0x09 {
          throw control(byte)
        } else {
          column += 1
        }
        i += 1
      }
      bytes += buffer[position..<i]
      position = i
      try checkLength(bytes)
      if i < end { return }
      if try !fill() { return }
    }
  }

  /// Takes a field in quotes; two quotes inside stand for one.
  mutating func takeQuoted(into bytes: inout [UInt8]) throws(TableMistake) {
    let (startLine, startColumn) = (line, column)
    position += 1
    column += 1
    while let byte = try peek() {
      position += 1
      if byte & 0xC0 != 0x80 { column += 1 }
      if byte == 0x22 {
        if try peek() != 0x22 {
          let next = try peek()
          if let next, next != 0x2C && next != 0x0A && next != 0x0D {
            throw mistake("a comma or a line break must follow the closing quote")
          }
          return
        }
        position += 1
        column += 1
      } else if byte == 0x0A {
        line += 1
        column = 1
      } else if byte < 0x20 && byte != 0x09 && byte != 0x0D {
        throw control(byte)
      }
      bytes.append(byte)
      try checkLength(bytes)
    }
    throw TableMistake(
      line: startLine, column: startColumn, "this quote is not closed", isFatal: true)
  }

  private func checkLength(_ bytes: [UInt8]) throws(TableMistake) {
    if bytes.count > CSVFormat.lengthMax {
      throw mistake("this row is longer than \(CSVFormat.lengthMax) bytes")
    }
  }

  private func control(_ byte: UInt8) -> TableMistake {
    mistake("a control character (byte \(byte)): this is no text file")
  }
}
