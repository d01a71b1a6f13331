/// Numbers and bytes in hexadecimal, small letters, zeros kept.
public enum HexText {
  /// Sixteen digits of a 64-bit number.
  public static func of(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Two digits for each byte.
  public static func of(_ bytes: [UInt8]) -> String {
    bytes.reduce(into: "") { text, byte in
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
