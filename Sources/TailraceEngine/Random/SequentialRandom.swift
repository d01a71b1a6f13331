/// A long sequence of words for chance that belongs to no request: arrivals, faults, background.
///
/// xoshiro256++ 1.0 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021),
/// period 2^256 - 1, seeded with four words of `KeyedRandom`. 32 bytes.
@frozen
public struct SequentialRandom: RandomSource, BitwiseCopyable, Sendable {
  @usableFromInline var word0: UInt64
  @usableFromInline var word1: UInt64
  @usableFromInline var word2: UInt64
  @usableFromInline var word3: UInt64

  /// The sequence that belongs to `seed`, usually a `StreamKey`'s state.
  @inlinable
  public init(seed: UInt64) {
    var source = KeyedRandom(state: seed)
    // Four successive words of a bijective counter are distinct, hence never all zero.
    self.init(words: source.next(), source.next(), source.next(), source.next())
  }

  /// The sequence in a given state; at least one word must not be zero.
  @inlinable
  public init(words word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
    precondition(word0 | word1 | word2 | word3 != 0, "the zero state never leaves zero")
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  /// The next word of the sequence.
  @inlinable @inline(__always)
  public mutating func next() -> UInt64 {
    let result = Self.rotate(word0 &+ word3, by: 23) &+ word0
    let shifted = word1 &<< 17
    word2 ^= word0
    word3 ^= word1
    word1 ^= word2
    word0 ^= word3
    word2 ^= shifted
    word3 = Self.rotate(word3, by: 45)
    return result
  }

  @inlinable @inline(__always)
  static func rotate(_ word: UInt64, by count: UInt64) -> UInt64 {
    (word &<< count) | (word &>> (64 &- count))
  }
}
