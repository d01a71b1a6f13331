/// The bytes of one file or argument, with the name that messages give it.
///
/// Lines end at LF, CR LF or CR. The table of lines is made once; afterwards a position costs
/// a binary search and a walk over at most 1,024 bytes, however long the line is.
public final class SourceText: Sendable {
  /// The name shown in messages: a file name, or an option such as `--set`.
  public let name: String
  /// Where this text stands among several: diagnostics of a lower order come first.
  public let order: Int
  /// The text as UTF-8; may hold anything until a reader has checked it.
  public let bytes: [UInt8]

  private let lineStarts: [Int]
  /// The number of scalars that begin before byte 1,024 · i.
  private let scalarsBefore: [Int]
  private static let stride = 1024

  /// Wraps bytes, and finds their lines in one pass.
  public init(name: String, bytes: [UInt8], order: Int = 0) {
    self.name = name
    self.order = order
    self.bytes = bytes
    var starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
    var counts = [Int]()
    counts.reserveCapacity(bytes.count / Self.stride + 1)
    var scalars = 0
    var previous: UInt8 = 0
    for (offset, byte) in bytes.enumerated() {
      if offset & (Self.stride - 1) == 0 { counts.append(scalars) }
      if byte & 0xC0 != 0x80 { scalars += 1 }
      if byte == 0x0A {
        if previous == 0x0D { starts.removeLast() }
        starts.append(offset + 1)
      } else if byte == 0x0D {
        starts.append(offset + 1)
      }
      previous = byte
    }
    lineStarts = starts
    scalarsBefore = counts
  }

  /// Wraps a string.
  public convenience init(name: String, text: String, order: Int = 0) {
    self.init(name: name, bytes: Array(text.utf8), order: order)
  }

  /// The number of lines; a text that ends with a line break has an empty last line.
  public var lineCount: Int { lineStarts.count }

  /// The range of all bytes.
  public var wholeRange: SourceRange { SourceRange(lower: 0, upper: bytes.count) }

  /// The place of a byte offset; an offset behind the end gives the end.
  public func position(at offset: Int) -> SourcePosition {
    let offset = min(max(offset, lineStarts[0]), bytes.count)
    let line = lineIndex(at: offset)
    let column = scalarCount(before: offset) - scalarCount(before: lineStarts[line])
    return SourcePosition(line: line + 1, column: column + 1)
  }

  /// The bytes of a line, from 1, without its line break.
  public func range(ofLine line: Int) -> SourceRange {
    precondition((1...lineCount).contains(line), "The line exists")
    let lower = lineStarts[line - 1]
    var upper = line < lineCount ? lineStarts[line] : bytes.count
    while upper > lower, bytes[upper - 1] == 0x0A || bytes[upper - 1] == 0x0D { upper -= 1 }
    return SourceRange(lower: lower, upper: max(lower, upper))
  }

  /// The text of a range; bytes that are no UTF-8 become U+FFFD.
  public func text(in range: SourceRange) -> String {
    let upper = min(range.upper, bytes.count)
    return String(decoding: bytes[min(range.lower, upper)..<upper], as: UTF8.self)
  }

  private func lineIndex(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    // Invariant: lineStarts[low] <= offset, and offset < lineStarts[high] where that exists.
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  private func scalarCount(before offset: Int) -> Int {
    guard offset > 0, !scalarsBefore.isEmpty else { return 0 }
    let block = min(offset / Self.stride, scalarsBefore.count - 1)
    var count = scalarsBefore[block]
    for index in block * Self.stride..<offset where bytes[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }
}
