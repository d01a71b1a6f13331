#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Values as JSON text: sorted keys, one member a line, two blanks a level, `"key": value`.
public enum JSONText {
  /// The text of a value, with a line break at its end; fails on infinite numbers.
  public static func of(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return laidOut(try encoder.encode(value)) + "\n"
  }

  /// Sets compact, valid JSON out in lines; empty lists and objects stay closed.
  static func laidOut(_ compact: some Sequence<UInt8>) -> String {
    var output: [UInt8] = []
    var depth = 0
    var isQuoted = false
    var isEscaped = false
    for byte in compact {
      if isQuoted {
        output.append(byte)
        if !isEscaped, byte == UInt8(ascii: "\"") { isQuoted = false }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      let isClosing = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      if isClosing { depth -= 1 }
      let isAfterOpening = output.last.map(isOpening) ?? false
      if isClosing ? !isAfterOpening : isAfterOpening { breakLine(&output, depth) }
      output.append(byte)
      switch byte {
      case UInt8(ascii: "\""): isQuoted = true
      case UInt8(ascii: ":"): output.append(UInt8(ascii: " "))
      case UInt8(ascii: ","): breakLine(&output, depth)
      default: if isOpening(byte) { depth += 1 }
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func isOpening(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
  }

  private static func breakLine(_ output: inout [UInt8], _ depth: Int) {
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
  }
}
