@testable import TailraceModel

// Keys: several of them, of several spaces, that decide about shards, replicas and caches.
extension RandomTopology {
  /// Gives requests more keys, and services other ways to go by them.
  mutating func varyKeys(of topology: inout Topology) {
    var spaces = ["k"]
    if oneIn(2) {
      spaces.append("j")
      for i in topology.workloads.indices {
        topology.workloads[i].keys.append(CarriedKeys(space: "j", law: keyLaw(), count: keyCount()))
      }
      if oneIn(2) { topology.keySizes["j"] = .uniform(1, 9) }
    }
    for i in topology.workloads.indices where oneIn(2) {
      topology.workloads[i].keys[0].count = keyCount()
    }
    if oneIn(2) {
      spaces.append("c")
      topology.computedKeys["c"] = computedKeys(of: spaces.dropLast())
      if oneIn(3) { topology.absentKeys["c"] = 0.3 }
    }
    for i in topology.services.indices {
      if topology.services[i].shards > 1 && !oneIn(4) {
        let (sharding, shards) = sharding(spaces, topology.services[i].shards)
        topology.services[i].sharding = sharding
        // Keys of a cache's shards are not copied: they are cold at their new owner.
        if i == 0 { topology.services[i].sharding?.reshard?.copy = nil }
        topology.services[i].shards = shards
      }
      if topology.services[i].hashing != nil {
        topology.services[i].hashing?.key = spaces[below(spaces.count)]
        if oneIn(3) { topology.services[i].hashing?.policy = smallTable() }
      }
    }
    for i in topology.caches.indices where topology.caches[i].host == nil {
      setKey(of: &topology.caches[i], spaces[below(spaces.count)])
    }
    // A host's shards are found by the keys of its cache.
    if let key = topology.services[0].sharding?.key {
      for i in topology.caches.indices where topology.caches[i].host != nil {
        setKey(of: &topology.caches[i], key)
      }
    }
    let sharded = Set(topology.services.filter { $0.sharding != nil }.map(\.name))
    for i in topology.services.indices {
      rewrite(&topology.services[i].handlers[0].steps, sharded)
    }
    for i in topology.workloads.indices { rewrite(&topology.workloads[i].steps, sharded) }
  }

  /// Of computed keys nobody knows which are popular, to begin with.
  private func setKey(of cache: inout CacheSpec, _ key: String) {
    cache.key = key
    if key != "k" { cache.start = .cold }
  }

  private mutating func keyCount() -> LawSpec {
    let laws: [LawSpec] = [.constant(1), .constant(2), .constant(3), .uniform(0, 4)]
    return laws[below(4)]
  }

  private mutating func keyLaw() -> KeyLaw {
    let hot = KeyLaw.list((0..<4).map { WeightedKey($0 * 3, weight: Double(1 + below(4))) })
    let law: KeyLaw =
      switch below(3) {
      case 0: .uniform(0...30)
      case 1: .zipf(2...40, exponent: 0.8)
      default: hot
      }
    return oneIn(3)
      ? .mixture([WeightedKeyLaw(weight: 1, law: hot), WeightedKeyLaw(weight: 2, law: law)]) : law
  }

  private mutating func computedKeys(of spaces: [String]) -> ComputedKeys {
    let counts: [String: UInt64] = ["k": 16, "j": 41]
    let parts = spaces.map { ComputedKeys.Part($0, count: counts[$0] ?? 0) }
    if oneIn(2) { return ComputedKeys(pairing: parts) }
    return ComputedKeys(
      of: parts, count: 7, law: oneIn(2) ? .uniform(0...6) : .zipf(0...6, exponent: 1))
  }

  /// A policy whose table is small enough to be built a thousand times.
  private mutating func smallTable() -> any ShardingPolicy {
    if oneIn(2) {
      var maglev = Maglev()
      maglev.tableSize = 17
      return maglev
    }
    var ring = RingHash()
    ring.minimumSize = 8 + below(20)
    return ring
  }

  /// Who owns which keys, now and perhaps later, and the shards that this takes.
  private mutating func sharding(_ spaces: [String], _ shards: Int) -> (Sharding, Int) {
    let policies: [any ShardingPolicy] = [
      Modulo(), KeyRanges(), Jump(), Rendezvous(), HashSlots(), smallTable(), smallTable(),
    ]
    var sharding = Sharding(
      key: spaces[below(spaces.count)], policy: policies[below(policies.count)], keyCount: 41 * 16)
    var most = shards
    let isTable = oneIn(6)
    if isTable { sharding.policy = table(of: shards) }
    if oneIn(3) {
      let after = isTable && oneIn(2) ? shards : shards == 1 || oneIn(2) ? shards + 1 : shards - 1
      var reshard = Reshard(
        at: UInt64(tick) * UInt64(20 + below(300)), from: shards, to: after)
      if oneIn(2) {
        reshard.copy = .init(bytes: 100, bytesPerSecond: 1e9 / tick)
        reshard.readsTwice = oneIn(2)
      }
      if isTable { reshard.policy = table(of: after) }
      sharding.reshard = reshard
      most = max(shards, after)
    }
    let fewest = min(shards, sharding.reshard?.to ?? shards)
    if oneIn(3) && fewest > 1 {
      sharding.hotKeys = HotKeys(
        keys: [0, 1, 3, UInt64(below(40)) + 4], ways: 2 + below(fewest - 1))
    }
    return (sharding, most)
  }

  private mutating func table(of shards: Int) -> ShardTable {
    var table = ShardTable()
    var key: UInt64 = 0
    for _ in 0..<(1 + below(5)) {
      table.rows.append((key, Int32(below(shards))))
      key += UInt64(1 + below(9))
    }
    return table
  }

  /// Sends some calls to the keys of their callee instead.
  private mutating func rewrite(_ steps: inout [StepSpec], _ sharded: Set<String>) {
    for i in steps.indices {
      switch steps[i].verb {
      case .call(let call):
        if oneIn(4), sharded.contains(call.service) {
          steps[i].verb = .scatter(call, .keys, join())
        }
      case .scatter(let call, .replicas, _) where !sharded.contains(call.service): break
      case .scatter(let call, _, let old):
        guard sharded.contains(call.service) else { break }
        // Nothing else has a meaning where shards come and go.
        var join = old
        if oneIn(3) { join.need = .fraction(0.6) }
        let targets: [ScatterTarget] = [.keys, .shards, .replicas]
        steps[i].verb = .scatter(call, targets[below(3)], join)
      case .parallel(var lists, let join):
        for k in lists.indices { rewrite(&lists[k], sharded) }
        steps[i].verb = .parallel(lists, join)
      case .split(var arms):
        for k in arms.indices { rewrite(&arms[k].steps, sharded) }
        steps[i].verb = .split(arms)
      case .cache(var use):
        rewrite(&use.steps, sharded)
        if var stale = use.staleSteps {
          rewrite(&stale, sharded)
          use.staleSteps = stale
        }
        steps[i].verb = .cache(use)
      case .hold(var use):
        rewrite(&use.steps, sharded)
        steps[i].verb = .hold(use)
      case .work, .wait, .repeat, .fail, .rateLimit: break
      }
    }
  }
}
