/// Which shard owns which keys, written out; a lookup halves the table until one row is left.
public struct ShardTable: ShardingPolicy {
  public static let name = "TABLE"
  public static let summary = "Ranges of keys with their owners, as 'table' lists them."
  public static let movedFromTenToEleven: Double? = nil
  /// Most rows.
  public static let rowsMax = 100_000
  // A key and an owner, each in the plan and in the machine.
  public static let entryBytes = 2 * (8 + 4)

  /// First keys of ranges, in rising order from 0, each with its owner.
  public var rows: [(firstKey: UInt64, shard: Int32)] = []

  public init() {}

  public func tableEntries(shards: Int) -> Int { rows.count }

  public func mistake(_ shards: Shards) -> String? {
    guard let first = rows.first else { return "TABLE needs 'table': [[first key, shard], ...]" }
    if rows.count > Self.rowsMax {
      return "'table' has \(rows.count) rows; at most \(Self.rowsMax)"
    }
    if first.firstKey != 0 { return "'table' must begin with key 0, not \(first.firstKey)" }
    for (one, next) in zip(rows, rows.dropFirst()) where next.firstKey <= one.firstKey {
      return "keys of 'table' must rise: \(next.firstKey) follows \(one.firstKey)"
    }
    if let wrong = rows.first(where: { $0.shard >= shards.count }) {
      return "'table' names shard \(wrong.shard); there are \(shards.count), counted from 0"
    }
    return nil
  }

  public func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap {
    let map = Map(
      firstKey: Int32(memory.words.count), firstOwner: Int32(memory.cells.count),
      count: Int32(rows.count))
    memory.words += rows.map(\.firstKey)
    memory.cells += rows.map(\.shard)
    return map
  }

  private struct Map: ShardMap {
    var firstKey: Int32
    var firstOwner: Int32
    var count: Int32

    func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
      var low: Int32 = 0
      var length = count
      while length > 1 {
        let half = length &>> 1
        if tables.words[firstKey &+ low &+ half] <= key { low &+= half }
        length &-= half
      }
      return tables.cells[firstOwner &+ low]
    }
  }
}
