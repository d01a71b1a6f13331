import TailraceEngine

/// A key that has been written.
struct WrittenKey: BitwiseCopyable {
  var key: UInt64 = 0
  /// The version of the latest write that has begun; versions count from 1.
  var begun: UInt32 = 0
  /// The newest version whose write has been answered: what reads that begin now should have.
  var answered: UInt32 = 0
  /// Whether its versions have been copied to the shard that owns it later.
  var isMoved = false
}

/// The versions of a service's keys at its replicas; 0 where nothing was written.
///
/// A key takes memory from its first write on, and only the replicas of its shard have it: 16 bytes,
/// 4 for each of them and its place in the index. Where the number of shards changes there are two
/// banks: a key's versions at its shard before, and at the one afterwards.
struct VersionStore: BitwiseCopyable {
  private var index = KeyIndex()
  private var rows = Rows<WrittenKey>()
  /// By key and replica of its shard.
  private var held = Rows<UInt32>()
  private let replicas: Int
  private let banks: Int
  private let firstStation: Int32
  /// The function that finds a key's shard, where it changes; else -1.
  let map: Int32
  /// Within the window.
  var sum = VersionSum()

  init(firstStation: Int32, replicas: Int32, map: Int32) {
    self.firstStation = firstStation
    self.replicas = Int(replicas)
    self.map = map
    banks = map < 0 ? 1 : 2
  }

  mutating func deallocate() {
    index.deallocate()
    rows.deallocate()
    held.deallocate()
  }

  /// Bytes of a key at most: rows double, and so does the index.
  static func bytesPerKey(replicas: Int, banks: Int) -> Int {
    2 * (MemoryLayout<WrittenKey>.stride + 4 * replicas * banks) + 24
  }

  /// The row of a key; -1 where it was never written.
  func find(_ key: UInt64) -> Int32 { index.row(of: key) { rows[$0].key == key } }

  /// The row of a key, which is made if there is none.
  mutating func row(of key: UInt64) -> Int32 {
    let known = find(key)
    if known >= 0 { return known }
    let row = Int32(index.count)
    if Int(row) == rows.count {
      rows.grow(to: max(64, rows.count * 2), with: WrittenKey())
      held.grow(to: rows.count * replicas * banks, with: 0)
    }
    rows[row].key = key
    index.insert(key, row: row)
    return row
  }

  /// The version of a new write.
  mutating func begin(_ row: Int32) -> UInt32 {
    rows[row].begun += 1
    return rows[row].begun
  }

  /// A write has been answered: reads from now on should have it.
  mutating func answer(_ row: Int32, _ version: UInt32) {
    rows[row].answered = max(rows[row].answered, version)
  }

  /// What reads that begin now should have.
  func expected(_ row: Int32) -> UInt32 { row < 0 ? 0 : rows[row].answered }

  private func cell(_ row: Int32, at station: Int32, bank: Int) -> Int {
    (Int(row) * banks + bank) * replicas + Int(station &- firstStation) % replicas
  }

  /// The version that a replica has of a key.
  func version(_ row: Int32, at station: Int32, bank: Int) -> UInt32 {
    row < 0 ? 0 : held[cell(row, at: station, bank: bank)]
  }

  /// A replica has a version, unless it has a newer one: the last writer wins.
  mutating func store(_ row: Int32, _ version: UInt32, at station: Int32, bank: Int) {
    let cell = cell(row, at: station, bank: bank)
    held[cell] = max(held[cell], version)
  }

  // MARK: Keys that change their shard

  func key(_ row: Int32) -> UInt64 { rows[row].key }

  /// The shard of a station.
  func shard(of station: Int32) -> Int32 { (station &- firstStation) / Int32(replicas) }

  /// Replica by replica, the later shard has what the earlier one has now; once for each key.
  mutating func move(_ row: Int32) {
    if rows[row].isMoved { return }
    rows[row].isMoved = true
    let first = Int(row) * banks * replicas
    for i in first..<(first + replicas) {
      held[i + replicas] = max(held[i + replicas], held[i])
    }
  }
}
