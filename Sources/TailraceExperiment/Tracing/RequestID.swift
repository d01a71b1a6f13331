import TailraceModel

/// How requests are named in files: the number at the workload, in a closed loop `client-turn`.
public enum RequestID {
  /// The text of a number.
  public static func text(_ number: UInt64, isClosed: Bool) -> String {
    isClosed ? "\(number >> 32)-\(number & 0xffff_ffff)" : String(number)
  }

  /// The number that a text means; nil where it is no such name.
  public static func number(_ text: String, isClosed: Bool) -> UInt64? {
    if !isClosed { return isWhole(text[...]) ? UInt64(text) : nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy(isWhole), let client = UInt32(parts[0]),
      let turn = UInt32(parts[1])
    else { return nil }
    return UInt64(client) << 32 | UInt64(turn)
  }

  /// Digits without a leading zero: each request has one name.
  private static func isWhole(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      && (text == "0" || !text.hasPrefix("0"))
  }
}
