import TailraceEngine

extension Sharding {
  /// Most keys of a law whose owners are looked up; the rest lies about evenly.
  public static let rankedMax: UInt64 = 1 << 20

  /// The shard that owns most of what is drawn, the lowest of equal ones; nil where that is not known.
  ///
  /// Of laws over more than 2^20 keys that many of the most popular count. A popularity that shifts
  /// counts as it begins. Takes time linear in the keys that count.
  public func hottestShard(of service: ServiceSpec, drawn laws: [KeyLaw]) -> Int? {
    var memory = ShardMemory()
    let shards = shards(of: service)
    let map = policy.map(shards, &memory)
    let tables = ShardTables(memory)
    var loads = Array(repeating: 0.0, count: shards.count)
    var isKnown = !laws.isEmpty
    for law in laws {
      let known = law.eachShare { key, share in
        loads[Int(map.shard(of: key, tables))] += share
      }
      isKnown = isKnown && known
    }
    guard isKnown, let most = loads.max() else { return nil }
    return loads.firstIndex(of: most)
  }
}

extension KeyLaw {
  /// Tells how often each key is drawn, of many keys the most popular ones.
  ///
  /// - Returns: false where only a trace knows.
  package func eachShare(
    times weight: Double = 1, _ body: (_ key: UInt64, _ share: Double) -> Void
  ) -> Bool {
    switch self {
    case .shifting(let law, _, _): return law.eachShare(times: weight, body)
    case .uniform(let range), .scan(let range):
      let count = range.upperBound - range.lowerBound + 1
      for i in 0..<min(count, Sharding.rankedMax) {
        body(range.lowerBound + i, weight / Double(count))
      }
      return true
    case .zipf(let range, let exponent):
      let count = range.upperBound - range.lowerBound + 1
      let all = PortableMath.harmonic(count, exponent: exponent)
      for i in 0..<min(count, Sharding.rankedMax) {
        body(range.lowerBound + i, weight * PortableMath.pow(Double(i + 1), -exponent) / all)
      }
      return true
    case .list(let keys):
      let all = keys.reduce(0) { $0 + $1.weight }
      for key in keys { body(key.key, weight * key.weight / all) }
      return true
    case .mixture(let parts):
      let all = parts.reduce(0) { $0 + $1.weight }
      var isKnown = true
      for part in parts {
        let known = part.law.eachShare(times: weight * part.weight / all, body)
        isKnown = isKnown && known
      }
      return isKnown
    case .given, .column: return false
    }
  }
}
