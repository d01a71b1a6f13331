import TailraceEngine

/// A key's replica, and when it was last called.
struct SessionRow: BitwiseCopyable, Sendable {
  var key: UInt64
  var cluster: Int32
  var place: Int32
  var usedAt: UInt64
}

/// The replicas that sessions have, by service and key.
struct SessionStore: ~Copyable {
  private var rows = RowStore<SessionRow>()
  private var index = KeyIndex()

  /// Most sessions that are remembered in all.
  static let countMax = 1 << 22

  var isFull: Bool { index.count >= Self.countMax }

  deinit {
    var index = index
    index.deallocate()
  }

  /// A key's session; nil if it has none yet.
  mutating func session(of key: UInt64, _ cluster: Int32) -> RowReference<SessionRow>? {
    let row = index.row(of: Self.word(key, cluster)) {
      rows[$0].key == key && rows[$0].cluster == cluster
    }
    return row < 0 ? nil : rows.row(row)
  }

  /// A key has a session from now on, which it must not have had.
  mutating func begin(_ session: SessionRow) {
    index.insert(Self.word(session.key, session.cluster), row: rows.add(session))
  }

  private static func word(_ key: UInt64, _ cluster: Int32) -> UInt64 {
    Luck.child(key, UInt64(UInt32(bitPattern: cluster)))
  }
}
