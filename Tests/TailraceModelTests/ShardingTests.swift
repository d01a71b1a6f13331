import Testing

@testable import TailraceModel

/// A policy's function for so many shards of one service, with its tables.
final class ShardFunction {
  let map: any ShardMap
  let tables: ShardTables
  let memory: ShardMemory

  init(_ policy: any ShardingPolicy, _ count: Int, service: String = "s", keys: UInt64? = 1 << 40) {
    let shards = Shards(service: service, count: count, keyCount: keys)
    var memory = ShardMemory()
    map = policy.map(shards, &memory)
    tables = ShardTables(memory)
    self.memory = memory
  }

  func owner(_ key: UInt64) -> Int { Int(map.shard(of: key, tables)) }
}

@Suite("Sharding functions") struct ShardingTests {
  static let hashes: [any ShardingPolicy] = [RingHash(), Rendezvous(), Jump(), Maglev()]
  static let all: [any ShardingPolicy] = hashes + [Modulo(), KeyRanges(), HashSlots(), halves]

  /// All keys below 1,000 at shard 0, all others at shard 1.
  static var halves: ShardTable {
    var table = ShardTable()
    table.rows = [(0, 0), (1_000, 1)]
    return table
  }

  @Test("XXH64 gives the hashes that its users print")
  func xxhash() {
    #expect(XXHash64.hash("") == 0xef46_db37_51d8_e999)
    #expect(XXHash64.hash("a") == 0xd24e_c4f1_a98c_6e5b)
    #expect(XXHash64.hash("abc") == 0x44bc_2cf5_ad77_0999)
    #expect(
      XXHash64.hash("Nobody inspects the spammish repetition") == 0xfbce_a83c_8a37_8bf1)
    // A key is the eight bytes of a text: here "abcdefgh".
    #expect(XXHash64.hash(0x6867_6665_6463_6261 as UInt64) == XXHash64.hash("abcdefgh"))
  }

  @Test("SLOTS is Redis Cluster's: the CRC16 of 123456789 is 31C3, and three masters share alike")
  func redis() {
    let three = ShardFunction(HashSlots(), 3)
    let map = HashSlots.Map(first: 0)
    #expect(map.crc(123_456_789, three.tables) == 0x31c3)
    let owners = three.memory.cells[256...]
    let counts = (0..<3).map { shard in owners.count { $0 == shard } }
    // redis-cli: 0-5460, 5461-10922, 10923-16383.
    #expect(counts == [5_461, 5_462, 5_461])
    #expect(three.owner(123_456_789) == 2, "slot 12739")
    #expect(ShardFunction(HashSlots(), 1).owner(.max) == 0)
  }

  @Test("RANGE keeps neighbours together in equal blocks")
  func ranges() {
    let four = ShardFunction(KeyRanges(), 4, keys: 10)
    #expect((0..<10).map { four.owner($0) } == [0, 0, 0, 1, 1, 2, 2, 2, 3, 3])
    #expect(four.owner(.max) == 3, "a key of a trace beyond the last")
  }

  @Test("TABLE sends a key to the last row that does not begin after it")
  func table() {
    var table = ShardTable()
    // The hottest key has shard 2 for itself: a split by hand.
    table.rows = [(0, 2), (1, 0), (5, 1), (8, 0)]
    let three = ShardFunction(table, 3)
    #expect((0..<10).map { three.owner($0) } == [2, 0, 0, 0, 0, 1, 1, 1, 0, 0])
    #expect(three.owner(.max) == 0)
  }

  @Test("The ring's index finds what a walk over all points finds")
  func ringTwin() {
    for count in [1, 2, 3, 10, 100] {
      var policy = RingHash()
      for size in [1, 10, 1_024] {
        policy.minimumSize = size
        let ring = ShardFunction(policy, count)
        let points = ring.memory.words
        #expect(points.count == (size + count - 1) / count * count)
        for key: UInt64 in 0..<2_000 {
          let hash = XXHash64.hash(key)
          let next = points.firstIndex { $0 >= hash } ?? 0
          #expect(ring.owner(key) == Int(ring.memory.cells[next]))
        }
      }
    }
  }

  @Test("A ring's points are the sorted hashes of its shards' numbered names")
  func ringPoints() {
    var policy = RingHash()
    policy.minimumSize = 30_000
    let ring = ShardFunction(policy, 3)
    let points = (0..<3).flatMap { shard in
      (0..<10_000).map { (hash: XXHash64.hash("s-\(shard)_\($0)"), owner: Int32(shard)) }
    }.sorted { $0.hash < $1.hash }
    #expect(ring.memory.words == points.map(\.hash))
    #expect(ring.memory.cells.prefix(30_000).elementsEqual(points.map(\.owner)))
  }

  @Test("A ring cut to its largest size deals its points out as evenly as can be")
  func largestRing() {
    var policy = RingHash()
    policy.maximumSize = 10
    let ring = ShardFunction(policy, 4)
    let counts = (0..<4).map { shard in ring.memory.cells[..<10].count { $0 == shard } }
    #expect(counts.reduce(0, +) == 10 && counts.allSatisfy { $0 == 2 || $0 == 3 })
  }

  @Test("Growing from 10 to 11 shards moves 1/11 of the keys, to the new shard only")
  func growth() {
    let keys: UInt64 = 100_000
    for policy in [RingHash(), Rendezvous(), Jump()] as [any ShardingPolicy] {
      func shards(_ count: Int) -> ShardFunction {
        guard var ring = policy as? RingHash else { return ShardFunction(policy, count) }
        // The ring's share depends on where its points fall: many make it narrow.
        ring.minimumSize = 10_000 * count
        return ShardFunction(ring, count)
      }
      let (ten, eleven) = (shards(10), shards(11))
      var moved = 0
      for key in 0..<keys where ten.owner(key) != eleven.owner(key) {
        #expect(eleven.owner(key) == 10)
        moved += 1
      }
      let share = Double(moved) / Double(keys)
      // Three standard deviations of a binomial are 0.0027.
      #expect(abs(share - 1.0 / 11) < 0.004, "\(type(of: policy).name) moved \(share)")
    }
  }

  @Test("At Envoy's ring size growth also takes points from every shard, and so moves more keys")
  func growthAtOneSize() {
    // 103 points for each of ten shards, 94 for each of eleven.
    let (ten, eleven) = (ShardFunction(RingHash(), 10), ShardFunction(RingHash(), 11))
    #expect(ten.memory.words.count == 1_030 && eleven.memory.words.count == 1_034)
    let moved = (0..<UInt64(100_000)).count { ten.owner($0) != eleven.owner($0) }
    #expect(moved > 13_000 && moved < 19_000, "\(moved)")
    // Shards of 600 and of 601 have two points each: one of 601 is 1/601, or 166 keys.
    let (few, more) = (ShardFunction(RingHash(), 600), ShardFunction(RingHash(), 601))
    let new = (0..<UInt64(100_000)).count { few.owner($0) != more.owner($0) }
    #expect(new < 600, "\(new)")
  }

  @Test("MAGLEV shares its slots alike; losing 1 of 10 moves 10.2 % of them, 1 of 100 1.6 %")
  func maglev() {
    func slots(_ count: Int, _ name: String) -> [Int32] {
      ShardFunction(Maglev(), count, service: name).memory.cells
    }
    for (count, expected) in [(10, 0.102), (100, 0.016)] {
      var moved = 0.0
      let runs = 5
      for run in 0..<runs {
        let before = slots(count, "run\(run)")
        for shard in 0..<count {
          let own = before.count { $0 == shard }
          #expect(own == 65_537 / count || own == 65_537 / count + 1)
        }
        let after = slots(count - 1, "run\(run)")
        moved += Double(zip(before, after).count { $0 != $1 }) / 65_537 / Double(runs)
      }
      #expect(abs(moved - expected) < 0.1 * expected, "\(count) shards: \(moved)")
    }
  }

  @Test("RENDEZVOUS, JUMP and MAGLEV spread keys as evenly as chance allows")
  func even() {
    let (keys, count) = (200_000, 20)
    for policy in [Rendezvous(), Jump(), Maglev()] as [any ShardingPolicy] {
      let shards = ShardFunction(policy, count)
      var seen = [Double](repeating: 0, count: count)
      for key in 0..<keys { seen[shards.owner(UInt64(key))] += 1 }
      let mean = Double(keys) / Double(count)
      let statistic = seen.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / mean }
      // Chi-square with 19 degrees of freedom: between 5.4 and 45.3 but once in a thousand.
      #expect(statistic > 4 && statistic < 48, "\(type(of: policy).name): \(statistic)")
    }
  }

  @Test("Every policy gives a shard for every key, and one shard has them all")
  func bounds() {
    let keys: [UInt64] = [0, 1, 999, 1_000, 1 << 39, (1 << 40) - 1, .max - 1, .max]
    for policy in Self.all {
      for count in [2, 3, 97, 1_000] {
        let shards = ShardFunction(policy, count)
        for key in keys { #expect((0..<count).contains(shards.owner(key))) }
      }
    }
    for policy in Self.hashes {
      let one = ShardFunction(policy, 1)
      #expect(keys.allSatisfy { one.owner($0) == 0 })
    }
  }

  @Test("Two services sharded alike are not uneven alike")
  func names() {
    for policy in [RingHash(), Rendezvous(), Maglev()] as [any ShardingPolicy] {
      let (one, other) = (
        ShardFunction(policy, 10, service: "a"), ShardFunction(policy, 10, service: "b")
      )
      let same = (0..<10_000).count { one.owner($0) == other.owner($0) }
      #expect(same > 700 && same < 1_300, "\(same)")
    }
  }

  @Test("What cannot be is refused with its numbers")
  func mistakes() {
    func mistake(_ policy: any ShardingPolicy, _ count: Int, keys: UInt64? = nil) -> String? {
      policy.mistake(Shards(service: "s", count: count, keyCount: keys))
    }
    for policy in Self.hashes + [Modulo(), Self.halves] { #expect(mistake(policy, 2) == nil) }
    #expect(mistake(KeyRanges(), 2)?.contains("'count'") == true)
    #expect(mistake(HashSlots(), 16_385)?.contains("16385 shards") == true)
    #expect(mistake(ShardTable(), 2)?.contains("needs 'table'") == true)
    #expect(mistake(Self.halves, 1)?.contains("names shard 1; there are 1") == true)
    var maglev = Maglev()
    maglev.tableSize = 65_536
    #expect(mistake(maglev, 2)?.contains("65536 is none, 65537 is") == true)
    maglev.tableSize = 7
    #expect(mistake(maglev, 8)?.contains("8 shards") == true)
    var ring = RingHash()
    ring.maximumSize = 1_000
    #expect(mistake(ring, 2)?.contains("1024 is above") == true)
    ring.minimumSize = 10
    #expect(mistake(ring, 1_001)?.contains("1001 shards") == true)
  }

  @Test("Calls go where the function says", arguments: 0..<all.count)
  func inTheMachine(_ number: Int) {
    let policy = Self.all[number]
    var service = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    service.shards = 5
    service.sharding = Sharding(key: "item", policy: policy, keyCount: 2_000)
    let keys = (0..<400).map { UInt64($0) &* 7_919 % 2_000 }
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants(keys.indices.map { UInt64($0) * Timeline.tick }),
      steps: [.call("s")]
    ).with(keys: [CarriedKeys(space: "item", law: .given(keys))])
    let run = Replication.run(
      Topology(workloads: [workload], services: [service]),
      .init(seed: 1, number: 0, window: 0..<1_000_000_000_000))
    let function = ShardFunction(policy, 5, keys: 2_000)
    var expected = [UInt64](repeating: 0, count: 5)
    for key in keys { expected[function.owner(key)] += 1 }
    #expect(run.violations.isEmpty)
    #expect(run.services[0].rows.map(\.requests) == expected)
  }
}
