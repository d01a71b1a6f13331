import Testing

@testable import TailraceEngine

@Suite("The index of keys") struct KeyIndexTests {
  /// An index beside a dictionary; the keys stand in an array, as they do in a cache's rows.
  private struct Pair: ~Copyable {
    var index = KeyIndex()
    var rows: [UInt64] = []
    var twin: [UInt64: Int32] = [:]

    deinit {
      var index = index
      index.deallocate()
    }

    func row(of key: UInt64) -> Int32 { index.row(of: key) { rows[Int($0)] == key } }

    mutating func insert(_ key: UInt64) {
      twin[key] = Int32(rows.count)
      index.insert(key, row: Int32(rows.count))
      rows.append(key)
    }

    mutating func remove(_ key: UInt64) {
      guard let row = twin.removeValue(forKey: key) else { return }
      index.remove(key, row: row)
    }
  }

  @Test(
    "Finds what a dictionary finds, through insertions and removals", arguments: [10, 200, 5000])
  func dictionary(universe: UInt64) {
    var random = SequentialRandom(seed: universe)
    // Dense keys, keys far apart, keys whose low halves are all alike, and a table by key.
    let cases: [(stretch: UInt64, bound: Int)] = [
      (1, 0), (0x1_0000_0001, 0), (1 << 32, 0), (1, Int(universe)),
    ]
    for (stretch, bound) in cases {
      var pair = Pair(index: KeyIndex(keysBelow: bound))
      for _ in 0..<40_000 {
        let key = random.below(universe) &* stretch
        var isSame = pair.row(of: key) == pair.twin[key] ?? -1
        if pair.twin[key] == nil { pair.insert(key) } else { pair.remove(key) }
        isSame = isSame && pair.index.count == pair.twin.count
        if !isSame {
          Issue.record("key \(key) of \(universe)")
          return
        }
      }
      for key in 0..<universe {
        #expect(pair.row(of: key &* stretch) == pair.twin[key &* stretch] ?? -1)
      }
      #expect(pair.row(of: universe &* stretch) == -1)
    }
  }

  @Test("Keys whose hashes are equal are told apart by the caller")
  func equalHashes() throws {
    var seen: [UInt64: UInt64] = [:]
    var twins: (UInt64, UInt64)?
    for key in 0..<UInt64(1 << 20) {
      if let other = seen.updateValue(key, forKey: KeyIndex.hash(key)) {
        twins = (other, key)
        break
      }
    }
    // 2^39 pairs of keys, 2^32 hashes: about a hundred pairs share one.
    let (one, two) = try #require(twins)
    var pair = Pair()
    pair.insert(one)
    #expect(pair.row(of: one) == 0 && pair.row(of: two) == -1)
    pair.insert(two)
    #expect(pair.row(of: one) == 0 && pair.row(of: two) == 1)
    pair.remove(one)
    #expect(pair.row(of: one) == -1 && pair.row(of: two) == 1)
  }

  @Test("Emptied, it finds nothing and takes new keys; its size is what it says")
  func emptied() {
    var pair = Pair()
    #expect(pair.row(of: 7) == -1)
    for key in 0..<UInt64(1000) { pair.insert(key) }
    #expect(pair.index.slots.count * 8 == KeyIndex.bytes(keys: 1000))
    pair.index.removeAll()
    for key in 0..<UInt64(1000) { #expect(pair.row(of: key) == -1) }
    pair.index.insert(5, row: 5)
    #expect(pair.row(of: 5) == 5 && pair.index.count == 1)
  }
}
