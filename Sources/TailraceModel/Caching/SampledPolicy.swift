import TailraceEngine

/// Eviction as Redis does it: a few entries are sampled, and the best candidates are remembered.
///
/// Each eviction samples `Cache.Tuning.samples` entries (independently, with replacement; all of
/// them where there are no more) into a pool of 16 candidates in order of idleness as it was
/// when sampled, and evicts the idlest candidate that is still there. Candidates are keys and stay
/// in the pool from one eviction to the next, even if they are used or stored anew meanwhile. A
/// candidate enters before those of equal idleness; a full pool forgets the least idle.
protocol SampledPolicy: EvictionPolicy {
  /// Whether only entries that expire may be evicted.
  static var isVolatile: Bool { get }
  /// The policy's word of a new entry.
  static func note(of i: Int32, in cache: inout Cache) -> UInt32
  /// The more, the sooner it leaves.
  static func idleness(of i: Int32, in cache: inout Cache) -> UInt64
}

extension SampledPolicy {
  static var isVolatile: Bool { false }
  public static var extraBytes: Int { 4 }

  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    while !cache.hasRoom(for: charge) { if !evictOne(in: &cache) { return -1 } }
    let i = cache.add(key, charge: charge, to: Cache.noChain)
    cache.links[i].note = note(of: i, in: &cache)
    if !isVolatile || cache.value(of: i).expires != Cache.never { cache.seat(i) }
    return i
  }

  public static func evictOne(in cache: inout Cache) -> Bool {
    while cache.seatCount > 0 {
      sample(&cache)
      while let key = cache.popCandidate() {
        let i = cache.row(of: key)
        if i < 0 || cache.links[i].previous < 0 { continue }
        cache.unseat(i)
        cache.evict(i)
        return true
      }
    }
    return false
  }

  private static func sample(_ cache: inout Cache) {
    let count = Int(cache.tuning.samples)
    for turn in 0..<min(count, cache.seatCount) {
      let seat =
        cache.seatCount <= count ? turn : Int(cache.random.below(UInt64(cache.seatCount)))
      let i = cache.seats[seat]
      let idle = idleness(of: i, in: &cache)
      cache.offer(cache.keys[i], idle: idle)
    }
  }

  public static func forget(_ i: Int32, in cache: inout Cache) { cache.unseat(i) }
}

/// The pool of candidates: their number, then idleness and key of each, the idlest last.
extension Cache {
  static let poolMax = 16

  mutating func offer(_ key: UInt64, idle: UInt64) {
    if words.count == 0 { words.grow(to: 1 + 2 * Self.poolMax, with: 0) }
    let count = Int(words[0])
    var k = 0
    while k < count, words[1 + 2 * k] < idle { k += 1 }
    if count == Self.poolMax {
      if k == 0 { return }
      k -= 1
      for j in 0..<k { copyCandidate(j + 1, to: j) }
    } else {
      for j in stride(from: count, to: k, by: -1) { copyCandidate(j - 1, to: j) }
      words[0] += 1
    }
    words[1 + 2 * k] = idle
    words[2 + 2 * k] = key
  }

  private func copyCandidate(_ from: Int, to: Int) {
    words[1 + 2 * to] = words[1 + 2 * from]
    words[2 + 2 * to] = words[2 + 2 * from]
  }

  /// Takes the idlest candidate out of the pool.
  mutating func popCandidate() -> UInt64? {
    if words.count == 0 || words[0] == 0 { return nil }
    words[0] -= 1
    return words[2 + 2 * Int(words[0])]
  }
}
