/// Shards take turns in claiming slots of a table of prime size (Eisenbud et al. 2016; as Envoy).
///
/// A shard's order of slots comes from the XXH64 of its name, with seed 0 for where it begins and
/// seed 1 for its stride. A lookup is one hash, one division and one read.
public struct Maglev: ShardingPolicy {
  public static let name = "MAGLEV"
  public static let summary =
    "A table whose slots the shards claim in turn: the most even hash, moving a few more keys."
  public static let movedFromTenToEleven: Double? = 9.4
  /// Largest table, as in Envoy.
  public static let sizeMax = 5_000_011
  // An owner in the plan and in the machine.
  public static let entryBytes = 2 * 4

  /// Slots of the table, a prime number.
  public var tableSize = 65_537

  public init() {}

  public func tableEntries(shards: Int) -> Int { tableSize }

  public func mistake(_ shards: Shards) -> String? {
    if !Self.isPrime(tableSize) {
      let above = (tableSize...).first(where: Self.isPrime) ?? Self.sizeMax
      return "the table_size of MAGLEV must be a prime number; \(tableSize) is none, \(above) is"
    }
    if shards.count > tableSize {
      return "\(shards.count) \(shards.noun) cannot share the \(tableSize) slots of MAGLEV's table"
    }
    return nil
  }

  static func isPrime(_ number: Int) -> Bool {
    guard number > 3 else { return number > 1 }
    var divisor = 2
    while divisor * divisor <= number {
      if number % divisor == 0 { return false }
      divisor += 1
    }
    return true
  }

  public func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap {
    let size = UInt64(tableSize)
    var owners = [Int32](repeating: -1, count: tableSize)
    var places: [UInt64] = []
    var strides: [UInt64] = []
    for shard in 0..<shards.count {
      let name = shards.name(shard)
      places.append(XXHash64.hash(name) % size)
      strides.append(XXHash64.hash(name, seed: 1) % max(1, size - 1) + 1)
    }
    var free = tableSize
    var shard = 0
    while free > 0 {
      while owners[Int(places[shard])] >= 0 {
        places[shard] = (places[shard] + strides[shard]) % size
      }
      owners[Int(places[shard])] = Int32(shard)
      free -= 1
      shard = shard + 1 == shards.count ? 0 : shard + 1
    }
    let map = Map(size: size, first: Int32(memory.cells.count))
    memory.cells += owners
    return map
  }

  private struct Map: ShardMap {
    var size: UInt64
    var first: Int32

    func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
      tables.cells[first &+ Int32(truncatingIfNeeded: XXHash64.hash(key) % size)]
    }
  }
}
