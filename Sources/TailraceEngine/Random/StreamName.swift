/// Turns the names of components and purposes into words that are the same on every machine.
public enum StreamName {
  /// The word for a name made of parts, such as a component's path and a purpose.
  ///
  /// 64-bit FNV-1a over the UTF-8 of each part, each followed by the byte 0xFF, which UTF-8 never
  /// contains: ("ab", "c") and ("a", "bc") differ, and so do ("a") and ("a", ""). Then scrambled.
  public static func hash(_ parts: String...) -> UInt64 { hash(parts) }

  /// The word for a name whose parts are in an array; equal to the call with the same parts.
  public static func hash(_ parts: [String]) -> UInt64 {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in parts {
      for byte in part.utf8 { absorb(byte, into: &state) }
      absorb(0xff, into: &state)
    }
    return Mixing.scramble(state)
  }

  private static func absorb(_ byte: UInt8, into state: inout UInt64) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }
}
