/// The 16,384 slots of Redis Cluster: CRC16 of the key's decimal digits, slots in equal blocks.
///
/// A lookup reads two small tables; the digits cost a division each.
public struct HashSlots: ShardingPolicy {
  public static let name = "SLOTS"
  public static let summary =
    "Redis Cluster: CRC16 of the key's digits gives one of 16,384 slots, in equal blocks by shard."
  public static let movedFromTenToEleven: Double? = 50
  /// Slots of a cluster.
  public static let slots = 16_384
  // A cell in the plan and in the machine.
  public static let entryBytes = 2 * 4

  public init() {}

  public func tableEntries(shards: Int) -> Int { Self.slots + 256 }

  public func mistake(_ shards: Shards) -> String? {
    shards.count > Self.slots
      ? "\(shards.count) shards cannot share the \(Self.slots) slots of SLOTS" : nil
  }

  /// Remainders of one byte by x^16 + x^12 + x^5 + 1 (CRC-16/XMODEM).
  private static var remainders: [Int32] {
    (0..<256).map { byte in
      (0..<8).reduce(Int32(byte) << 8) { state, _ in
        (state & 0x8000 != 0 ? state << 1 ^ 0x1021 : state << 1) & 0xffff
      }
    }
  }

  public func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap {
    let map = Map(first: Int32(memory.cells.count))
    memory.cells += Self.remainders
    // Blocks begin at multiples of slots/shards, rounded to the nearest, as redis-cli makes them.
    var shard = 0
    for slot in 0..<Self.slots {
      while shard + 1 < shards.count
        && slot >= (2 * (shard + 1) * Self.slots + shards.count) / (2 * shards.count)
      {
        shard += 1
      }
      memory.cells.append(Int32(shard))
    }
    return map
  }

  struct Map: ShardMap {
    var first: Int32

    func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
      tables.cells[first &+ 256 &+ crc(key, tables) & 0x3fff]
    }

    func crc(_ key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
      var power: UInt64 = 1
      while key / power >= 10 { power &*= 10 }
      var rest = key
      var state: Int32 = 0
      while power > 0 {
        let digit = Int32(truncatingIfNeeded: rest / power) &+ 48
        rest %= power
        power /= 10
        state = (state &<< 8) & 0xffff ^ tables.cells[first &+ ((state &>> 8) ^ digit)]
      }
      return state
    }
  }
}
