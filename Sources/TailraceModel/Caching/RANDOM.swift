import TailraceEngine

/// Evicts any entry, each with the same chance.
public enum RANDOM: EvictionPolicy {
  public static let name = "RANDOM"
  public static let summary = "Evicts an entry drawn at random."
  public static var extraBytes: Int { 4 }

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {}

  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    while !cache.hasRoom(for: charge) { _ = evictOne(in: &cache) }
    let i = cache.add(key, charge: charge, to: Cache.noChain)
    cache.seat(i)
    return i
  }

  public static func evictOne(in cache: inout Cache) -> Bool {
    let i = cache.seats[Int(cache.random.below(UInt64(cache.seatCount)))]
    cache.unseat(i)
    cache.evict(i)
    return true
  }

  public static func forget(_ i: Int32, in cache: inout Cache) { cache.unseat(i) }
}

/// Seats: a dense list of entries to draw from. A seat's number stands in the entry's `previous`.
extension Cache {
  /// Gives an entry the next seat.
  mutating func seat(_ i: Int32) {
    if seatCount == seats.count { growSeats() }
    seats[seatCount] = i
    links[i].previous = Int32(truncatingIfNeeded: seatCount)
    seatCount &+= 1
  }

  /// Takes an entry's seat, if it has one; who sat last moves there.
  mutating func unseat(_ i: Int32) {
    let seat = links[i].previous
    if seat < 0 { return }
    seatCount &-= 1
    let last = seats[seatCount]
    seats[seat] = last
    links[last].previous = seat
  }

  @inline(never) private mutating func growSeats() {
    seats.grow(to: max(seats.count + 1, keys.count), with: -1)
  }
}
