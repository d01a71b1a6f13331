/// Several points for each shard on a ring of hashes; a key belongs to the next point (Envoy).
///
/// Points are the XXH64 of `name-shard_i`, i from 0, and keys are hashed by XXH64. A lookup reads
/// the ring's index and about one point. Growing from n to n+1 shards moves 1/(n+1) of the keys as
/// long as a shard's points stay as many; where the ring's size stays, shards lose points and more
/// keys move (from 10 to 11 about 16 %), as in Envoy.
public struct RingHash: ShardingPolicy {
  public static let name = "RING_HASH"
  public static let summary =
    "Points on a ring of hashes: a key belongs to the next point; growing moves few keys."
  public static let movedFromTenToEleven: Double? = 15.6
  /// Most points that a ring may have, as in Envoy.
  public static let pointsMax = 8_388_608
  // A hash, its owner and a place of the index, each in the plan and in the machine.
  public static let entryBytes = 2 * (8 + 4 + 4)

  /// Fewest points of the ring: each shard has the same number, rounded up.
  public var minimumSize = 1_024
  /// Most points of the ring.
  public var maximumSize = Self.pointsMax

  public init() {}

  /// Points of the whole ring.
  public func tableEntries(shards: Int) -> Int {
    min((minimumSize + shards - 1) / shards * shards, maximumSize)
  }

  public func mistake(_ shards: Shards) -> String? {
    if minimumSize > maximumSize {
      return "the ring's minimum_ring_size \(minimumSize) is above its maximum_ring_size "
        + "\(maximumSize)"
    }
    if shards.count > maximumSize {
      return "\(shards.count) \(shards.noun) do not fit on a ring of at most \(maximumSize) points"
    }
    return nil
  }

  public func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap {
    let count = tableEntries(shards: shards.count)
    let bits = count < 2 ? 1 : Int.bitWidth - (count - 1).leadingZeroBitCount
    let points = Self.points(of: shards, count, bits: bits)
    let map = Map(
      firstPoint: Int32(memory.words.count), firstOwner: Int32(memory.cells.count),
      index: Int32(memory.cells.count + count), count: Int32(count), shift: Int32(64 - bits))
    memory.words += points.hashes
    memory.cells += points.owners
    memory.cells += points.starts
    return map
  }

  /// The points of a ring in order, with the owner of each; by the leading bits of a hash, the first
  /// point that is not before all hashes with these.
  ///
  /// Hashes are even, so points are dealt out by those bits and hardly any place has two: linear
  /// time, since rings may have millions. They come in coarse order, so that each is near the last.
  private static func points(
    of shards: Shards, _ count: Int, bits: Int
  ) -> (hashes: [UInt64], owners: [Int32], starts: ArraySlice<Int32>) {
    let unsorted = coarselyOrdered(hashes(of: shards, count), bits: min(bits, 11))
    let shift = UInt64(64 - bits)
    var starts = [Int32](repeating: 0, count: 1 << bits + 1)
    for hash in unsorted.hashes { starts[Int(hash >> shift) + 1] += 1 }
    for place in 1..<starts.count { starts[place] += starts[place - 1] }
    var ends = starts
    var hashes = [UInt64](repeating: 0, count: count)
    var owners = [Int32](repeating: 0, count: count)
    for (hash, owner) in zip(unsorted.hashes, unsorted.owners) {
      let place = Int(hash >> shift)
      // Into its place among those that are there already.
      var i = Int(ends[place])
      ends[place] += 1
      while i > Int(starts[place]) && (hashes[i - 1], owners[i - 1]) > (hash, owner) {
        (hashes[i], owners[i]) = (hashes[i - 1], owners[i - 1])
        i -= 1
      }
      (hashes[i], owners[i]) = (hash, owner)
    }
    return (hashes, owners, starts.dropLast())
  }

  /// Points in the order of so many leading bits.
  private static func coarselyOrdered(
    _ points: (hashes: [UInt64], owners: [Int32]), bits: Int
  ) -> (hashes: [UInt64], owners: [Int32]) {
    let shift = UInt64(64 - bits)
    var ends = [Int](repeating: 0, count: 1 << bits + 1)
    for hash in points.hashes { ends[Int(hash >> shift) + 1] += 1 }
    for place in 1..<ends.count { ends[place] += ends[place - 1] }
    var ordered = points
    for (hash, owner) in zip(points.hashes, points.owners) {
      let i = ends[Int(hash >> shift)]
      ends[Int(hash >> shift)] += 1
      (ordered.hashes[i], ordered.owners[i]) = (hash, owner)
    }
    return ordered
  }

  /// The points of one shard after the other.
  private static func hashes(
    of shards: Shards, _ count: Int
  ) -> (hashes: [UInt64], owners: [Int32]) {
    var hashes: [UInt64] = []
    var owners: [Int32] = []
    hashes.reserveCapacity(count)
    owners.reserveCapacity(count)
    for shard in 0..<shards.count {
      var text = NumberedText(stem: "\(shards.name(shard))_")
      // Where points do not divide evenly, they are dealt out as evenly as can be.
      let (low, high) = (shard * count, (shard + 1) * count)
      let own = (high + shards.count - 1) / shards.count - (low + shards.count - 1) / shards.count
      for _ in 0..<own {
        hashes.append(XXHash64.hash(text.bytes))
        owners.append(Int32(shard))
        text.advance()
      }
    }
    return (hashes, owners)
  }

  private struct Map: ShardMap {
    var firstPoint: Int32
    var firstOwner: Int32
    var index: Int32
    var count: Int32
    var shift: Int32

    func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
      let hash = XXHash64.hash(key)
      var i = tables.cells[index &+ Int32(truncatingIfNeeded: hash &>> UInt64(shift))]
      while i < count && tables.words[firstPoint &+ i] < hash { i &+= 1 }
      return tables.cells[firstOwner &+ (i == count ? 0 : i)]
    }
  }
}

/// A text that ends in a decimal number, which counts up from 0.
private struct NumberedText {
  private(set) var bytes: [UInt8]
  private let stem: Int

  init(stem: String) {
    bytes = Array(stem.utf8) + [UInt8(ascii: "0")]
    self.stem = bytes.count - 1
  }

  mutating func advance() {
    for i in bytes.indices.reversed() where i >= stem {
      if bytes[i] < UInt8(ascii: "9") {
        bytes[i] += 1
        return
      }
      bytes[i] = UInt8(ascii: "0")
    }
    bytes.insert(UInt8(ascii: "1"), at: stem)
  }
}
