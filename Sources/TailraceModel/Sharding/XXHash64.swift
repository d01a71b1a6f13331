/// The 64-bit hash XXH64 (Collet 2012), which Envoy uses for its hash policies.
enum XXHash64 {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9,
    0x85eb_ca77_c2b2_ae63, 0x27d4_eb2f_1656_67c5
  )

  /// The hash of a key number: of its eight bytes, the lowest first, with seed 0.
  @inline(__always) static func hash(_ key: UInt64) -> UInt64 {
    avalanche(absorb(key, into: primes.4 &+ 8))
  }

  /// The hash of a text's UTF-8; linear time.
  static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    hash(Array(text.utf8), seed: seed)
  }

  /// The hash of bytes; linear time.
  static func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    func word(at i: Int, bytes count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[i + $1]) << UInt64(8 * $1) }
    }
    var i = 0
    var state = seed &+ primes.4
    if bytes.count >= 32 {
      var lanes = [seed &+ primes.0 &+ primes.1, seed &+ primes.1, seed, seed &- primes.0]
      while i + 32 <= bytes.count {
        for lane in lanes.indices {
          lanes[lane] = round(lanes[lane], word(at: i + 8 * lane, bytes: 8))
        }
        i += 32
      }
      state =
        rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12)
        &+ rotate(lanes[3], 18)
      for lane in lanes { state = (state ^ round(0, lane)) &* primes.0 &+ primes.3 }
    }
    state = state &+ UInt64(bytes.count)
    while i + 8 <= bytes.count {
      state = absorb(word(at: i, bytes: 8), into: state)
      i += 8
    }
    if i + 4 <= bytes.count {
      state = rotate(state ^ word(at: i, bytes: 4) &* primes.0, 23) &* primes.1 &+ primes.2
      i += 4
    }
    while i < bytes.count {
      state = rotate(state ^ UInt64(bytes[i]) &* primes.4, 11) &* primes.0
      i += 1
    }
    return avalanche(state)
  }

  @inline(__always) private static func absorb(_ word: UInt64, into state: UInt64) -> UInt64 {
    rotate(state ^ round(0, word), 27) &* primes.0 &+ primes.3
  }

  @inline(__always) private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* primes.1, 31) &* primes.0
  }

  @inline(__always) static func avalanche(_ state: UInt64) -> UInt64 {
    var mixed = (state ^ (state &>> 33)) &* primes.1
    mixed = (mixed ^ (mixed &>> 29)) &* primes.2
    return mixed ^ (mixed &>> 32)
  }

  @inline(__always) private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
    word &<< bits | word &>> (64 &- bits)
  }
}
