import Tailrace

/// A small generator with a fixed sequence (SplitMix64).
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Makes one scenario file out of others, as a tired user or a broken disk would.
struct Mutator {
  let seeds: [[UInt8]]
  var random: Generator

  static let numbers = [
    "0", "-1", "1e9", "1e18", "1e308", "9223372036854775807", "9223372036854775808", "0.5",
    "100000", "1000000", "65536", "\"0s\"", "\"26d\"", "\"18y\"", "\"1ns\"", "\"1000000000/s\"",
    "\"0.00001/s\"", "null", "true", "[]", "{}", "\"unlimited\"", "1e-300", "2", "3", "7", "20",
    "100", "1000", "\"1us\"", "\"5ms\"", "\"1s\"", "\"1h\"", "\"50000/s\"",
    "\"1/m\"", "\"3d\"", "0.01", "0.999",
  ]

  mutating func next() -> [UInt8] {
    var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
    let changes = [1, 1, 1, 2, 4].randomElement(using: &random) ?? 1
    for _ in 0..<changes { mutate(&bytes) }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    guard bytes.count > 8 else {
      bytes += [UInt8(truncatingIfNeeded: random.next())]
      return
    }
    let at = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...20, using: &random)))
    case 2: swapTokens(&bytes)
    case 3, 4, 5:
      if let token = tokens(bytes, where: Self.isQuantity).randomElement(using: &random) {
        // Mostly of the same kind, so that many mutants stay valid.
        let isText = bytes[token.lowerBound] == 0x22
        let alike = Self.numbers.filter { $0.hasPrefix("\"") == isText }
        let isAlike = Int.random(in: 0..<4, using: &random) > 0
        let number = (isAlike ? alike : Self.numbers).randomElement(using: &random) ?? "0"
        bytes.replaceSubrange(token, with: Array(number.utf8))
      }
    case 6: duplicate(&bytes, near: at)
    default:
      let other = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      guard other.count > 1 else { return }
      let from = Int.random(in: 0..<other.count, using: &random)
      bytes.insert(contentsOf: other[from..<min(other.count, from + 60)], at: at)
    }
  }

  private mutating func swapTokens(_ bytes: inout [UInt8]) {
    let all = tokens(bytes) { _ in true }
    guard let one = all.randomElement(using: &random), let two = all.randomElement(using: &random),
      one.upperBound <= two.lowerBound
    else { return }
    let (left, right) = (Array(bytes[one]), Array(bytes[two]))
    bytes.replaceSubrange(two, with: left)
    bytes.replaceSubrange(one, with: right)
  }

  /// Repeats what stands between two brackets, or puts it somewhere else.
  private mutating func duplicate(_ bytes: inout [UInt8], near at: Int) {
    guard let open = bytes[at...].firstIndex(where: { $0 == 0x7B || $0 == 0x5B }) else { return }
    var depth = 0
    for end in open..<bytes.count {
      if bytes[end] == 0x7B || bytes[end] == 0x5B { depth += 1 }
      if bytes[end] == 0x7D || bytes[end] == 0x5D { depth -= 1 }
      if depth > 0 { continue }
      let copy = Array(bytes[open...end])
      let times = bytes.count < 100_000 ? Int.random(in: 1...3, using: &random) : 0
      for _ in 0..<times { bytes.insert(contentsOf: [0x2C] + copy, at: end + 1) }
      return
    }
  }

  private static func isQuantity(_ token: ArraySlice<UInt8>) -> Bool {
    guard let first = token.first(where: { $0 != 0x22 }) else { return false }
    return (48...57).contains(first)
  }

  /// Words, numbers and quoted texts.
  private func tokens(
    _ bytes: [UInt8], where isWanted: (ArraySlice<UInt8>) -> Bool
  ) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start: Int?
    for (i, byte) in bytes.enumerated() {
      let isWord =
        byte == 0x22 || byte == 0x2E || byte == 0x2F || byte == 0x5F || (48...57).contains(byte)
        || (65...90).contains(byte) || (97...122).contains(byte)
      if isWord, start == nil { start = i }
      if !isWord, let lower = start {
        if isWanted(bytes[lower..<i]) { found.append(lower..<i) }
        start = nil
      }
    }
    return found
  }
}
