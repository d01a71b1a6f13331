import TailraceEngine

/// How often keys were seen lately: a count-min sketch of 4-bit counters.
///
/// Four rows, and a word of 16 counters for each entry of the cache, rounded up to a power of two;
/// a key's four counters lie in one block of 8 words. Counts stop at 15. When ten times as many
/// increments as entries have been made, all counts are halved (TinyLFU: Einziger, Friedman and
/// Manes 2017; sizes as in Caffeine). There is no doorkeeper. Where capacity is in bytes the sketch is
/// sized for the entries held so far; it doubles with them and starts anew then.
extension Cache {
  /// Makes the sketch large enough for the entries held.
  @inline(__always) mutating func fitSketch() {
    let entries = countsBytes ? count : Int(limit)
    if entries > words.count || words.count == 0 { growSketch(entries) }
  }

  @inline(never) private mutating func growSketch(_ entries: Int) {
    var size = countsBytes ? 64 : 8
    while size < entries { size *= 2 }
    words.grow(to: size, with: 0)
    words.fill(with: 0)
    additions = 0
  }

  /// Increments after which counts are halved.
  private var additionsMax: Int { 10 * (countsBytes ? words.count : Int(limit)) }

  @inline(__always) private static func hash(_ key: UInt64) -> UInt64 {
    var mixed = KeyedRandom(state: key)
    return mixed.next()
  }

  /// The word of a key's counter in row 0 to 3, and how far its bits lie up in it.
  @inline(__always)
  private func counter(_ row: Int, _ hash: UInt64) -> (word: Int, shift: UInt64) {
    let block = Int(truncatingIfNeeded: hash) & (words.count &>> 3 &- 1)
    let piece = hash &>> (32 &+ 5 &* UInt64(row))
    let word = block &<< 3 &+ row &<< 1 &+ Int(piece & 1)
    return (word, (piece &>> 1 & 15) &<< 2)
  }

  /// An upper bound of how often a key was seen, from 0 to 15.
  func frequency(_ key: UInt64) -> UInt64 {
    let hash = Self.hash(key)
    var least: UInt64 = 15
    for row in 0..<4 {
      let (word, shift) = counter(row, hash)
      least = min(least, words[word] &>> shift & 15)
    }
    return least
  }

  /// Counts a key once more.
  mutating func countFrequency(_ key: UInt64) {
    let hash = Self.hash(key)
    var isCounted = false
    for row in 0..<4 {
      let (word, shift) = counter(row, hash)
      if words[word] &>> shift & 15 < 15 {
        words[word] &+= 1 &<< shift
        isCounted = true
      }
    }
    if isCounted {
      additions &+= 1
      if additions >= additionsMax { halveSketch() }
    }
  }

  @inline(never) private mutating func halveSketch() {
    var odd = 0
    for i in 0..<words.count {
      odd += (words[i] & 0x1111_1111_1111_1111).nonzeroBitCount
      words[i] = words[i] &>> 1 & 0x7777_7777_7777_7777
    }
    // Each increment raised up to four counters; the odd ones lost half a count.
    additions = (additions - odd / 4) / 2
  }
}
