import TailraceEngine

/// Says which shard of a service owns a key: a pure function of the key and the shards.
public protocol ShardingPolicy: Sendable {
  /// Its name in scenario files.
  static var name: String { get }
  /// What it does, in one sentence.
  static var summary: String { get }
  /// Per cent of the keys that find another owner when 10 shards become 11, with its defaults and on
  /// average over services; nil where a table says it.
  static var movedFromTenToEleven: Double? { get }
  init()
  /// Entries of its table for so many shards; 0 for a formula.
  func tableEntries(shards: Int) -> Int
  /// Bytes of an entry.
  static var entryBytes: Int { get }
  /// Why it cannot serve these shards, as a sentence without a full stop; nil if it can.
  func mistake(_ shards: Shards) -> String?
  /// Builds its table, if it has one.
  ///
  /// - Parameters:
  ///   - shards: whose function it becomes; `mistake` has found nothing.
  ///   - memory: where tables are appended.
  /// - Returns: the function, which reads the memory when it has become `ShardTables`.
  func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap
}

extension ShardingPolicy {
  public func tableEntries(shards: Int) -> Int { 0 }
  public static var entryBytes: Int { 0 }
  public func mistake(_ shards: Shards) -> String? { nil }
}

/// The shards of a service, among which its keys are divided.
public struct Shards: Sendable {
  /// The service's name: its shards are hashed as `name-0`, `name-1` and so on.
  public var service: String
  /// How many, at least 1.
  public var count: Int
  /// Keys are 0 to `keyCount - 1`; nil where only a trace knows.
  public var keyCount: UInt64?
  /// What sentences call them.
  public var noun = "shards"

  public init(service: String, count: Int, keyCount: UInt64? = nil) {
    self.service = service
    self.count = count
    self.keyCount = keyCount
  }

  /// What a shard is called where it is hashed.
  func name(_ shard: Int) -> String { "\(service)-\(shard)" }
}

/// The function from keys to shards, ready for calls; at most 24 bytes that point into tables.
public protocol ShardMap: BitwiseCopyable, Sendable {
  /// The owner of a key, from 0 to the number of shards less 1.
  func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32
}

/// Tables of all sharding functions of a plan while it is built.
public struct ShardMemory: Sendable {
  public var words: [UInt64] = []
  public var cells: [Int32] = []
  public init() {}
}

/// Tables of all sharding functions of a plan, flat.
public struct ShardTables: ~Copyable {
  let words: Table<UInt64>
  let cells: Table<Int32>

  public init(_ memory: ShardMemory) {
    words = Table(memory.words)
    cells = Table(memory.cells)
  }
}
