import TailraceExperiment
import TailraceModel

extension TheoryWriter {
  /// Hit ratios of caches whose lookups draw their keys independently.
  mutating func caches() {
    for outcome in result.caches {
      guard let cache = network.cache(outcome.name) else { continue }
      do throws(Unknown) {
        let facts = try cacheFacts(cache, outcome)
        let capacity = Double(facts.capacity)
        let uniform = facts.groups.allSatisfy { $0.probability == facts.groups[0].probability }
        var theory = CacheModel.hitRatio(facts.groups, capacity: capacity, facts.keeping)
        if uniform { theory = capacity / facts.groups.reduce(0) { $0 + $1.count } }
        let isLRU = if case .fromLastUse = facts.keeping { true } else { false }
        var row = TheoryRow(
          .cache, cache.name, "hit_ratio", nil, .share,
          formula: uniform ? "equal keys" : isLRU ? "Che's approximation" : "FIFO fixed point",
          source: uniform
            ? "King 1971"
            : isLRU ? "Che et al. 2002; Fricker et al. 2012" : "Martina et al. 2014",
          kind: uniform ? .exact : .approximation, theory: theory, simulated: outcome.hitRatio)
        row.isHeadline = true
        add(row)
      } catch {
        gap(.cache, cache.name, "Che's approximation", error.why)
      }
    }
  }

  private struct CacheFacts {
    var groups: [CacheModel.KeyGroup]
    var capacity: Int
    var keeping: CacheModel.Keeping
  }

  private func cacheFacts(
    _ cache: CacheSpec, _ outcome: CacheResult
  ) throws(Unknown) -> CacheFacts {
    let name = cache.name
    guard case .entries(let capacity) = cache.capacity else {
      throw Unknown("'\(name)' holds bytes, not entries")
    }
    let keeping: CacheModel.Keeping
    switch cache.eviction.name {
    case "LRU": keeping = .fromLastUse
    case "FIFO", "RANDOM": keeping = .fromArrival
    default: throw Unknown("'\(name)' evicts by \(cache.eviction.name), not LRU, FIFO or RANDOM")
    }
    if cache.ttl != nil { throw Unknown("values of '\(name)' expire") }
    if cache.negativeTTL != nil || network.topology.absentKeys[cache.key] ?? 0 > 0 {
      throw Unknown("some keys of '\(name)' do not exist")
    }
    if cache.host != nil { throw Unknown("'\(name)' is divided among the shards of a service") }
    if cache.start == .cold, outcome.rows.isEmpty { throw Unknown("'\(name)' was not used") }
    for fault in network.topology.faults {
      if case .flush(let flushed) = fault.verb, flushed == name {
        throw Unknown("fault '\(fault.name)' empties '\(name)'")
      }
    }
    try checkUses(of: cache)
    let law = try law(of: cache)
    let groups = try groups(of: law)
    let keys = groups.reduce(0) { $0 + $1.count }
    if keys <= Double(capacity) { throw Unknown("'\(name)' has room for all keys") }
    let instances = Double(Set(outcome.rows.map(\.instance)).count)
    if let entries = outcome.entries.value, entries < 0.999 * Double(capacity) * instances {
      throw Unknown(
        "'\(name)' was not full: \(Round.text(entries)) of "
          + "\(Round.text(Double(capacity) * instances)) entries on average; a longer warm-up helps"
      )
    }
    return CacheFacts(groups: groups, capacity: capacity, keeping: keeping)
  }

  /// Each lookup must be a request's first word about its key.
  private func checkUses(of cache: CacheSpec) throws(Unknown) {
    var uses = 0
    var writes = false
    var inner = false
    func note(_ steps: [StepSpec], isInner: Bool) {
      for step in steps where step.enabled && step.probability > 0 {
        if case .cache(let use) = step.verb, network.cache(use.cache) != nil {
          if use.cache == cache.name {
            uses += 1
            writes = writes || use.operation != .read
            inner = inner || isInner
          }
          for list in step.inner { note(list, isInner: true) }
        } else {
          for list in step.inner { note(list, isInner: isInner) }
        }
      }
    }
    for workload in network.topology.workloads { note(workload.steps, isInner: false) }
    for (h, handler) in network.handlers.enumerated() {
      let gap = facts.arrivals.gaps[h] ?? ""
      note(handler.spec.steps, isInner: gap.hasPrefix("misses of cache"))
      if let hashing = network.service(handler.service).hashing,
        network.service(handler.service).replicas > 1, cache.placement == .perReplica,
        handler.spec.steps.uses(cache.name)
      {
        throw Unknown("replicas are chosen by the hash of '\(hashing.key)', and see their own keys")
      }
      if let key = network.service(handler.service).cluster.flatMap({
        $0.affinity?.key ?? $0.subset?.key
      }),
        cache.placement == .perReplica, handler.spec.steps.uses(cache.name)
      {
        throw Unknown("calls with one '\(key)' stay at replicas, which see their own keys")
      }
      if network.service(handler.service).sharding != nil, cache.placement == .perReplica,
        handler.spec.steps.uses(cache.name)
      {
        throw Unknown("each shard sees its own keys")
      }
    }
    if writes { throw Unknown("writes change '\(cache.name)'") }
    if inner { throw Unknown("lookups of '\(cache.name)' are the misses of another cache") }
    if uses != 1 { throw Unknown("'\(cache.name)' is looked up in \(uses) places") }
  }

  /// The law of the keys that are looked up.
  private func law(of cache: CacheSpec) throws(Unknown) -> KeyLaw {
    var laws: [WeightedKeyLaw] = []
    for population in facts.rates.populations {
      let law: KeyLaw
      do throws(Unknown) { law = try network.keys(of: cache.key, population) } catch {
        if network.topology.workloads[population.workload].keys
          .contains(where: { $0.space == cache.key })
        {
          throw error
        }
        continue
      }
      laws.append(WeightedKeyLaw(weight: population.rate, law: law))
    }
    let workloads = Set(facts.rates.populations.map(\.workload)).count
    if laws.isEmpty { throw Unknown("keys of '\(cache.key)' are not drawn by a popularity") }
    if workloads > 1 { throw Unknown("several workloads draw keys of '\(cache.key)'") }
    return laws[0].law
  }

  private func groups(of law: KeyLaw) throws(Unknown) -> [CacheModel.KeyGroup] {
    switch law {
    case .uniform(let range):
      let count = Double(range.upperBound - range.lowerBound) + 1
      return [CacheModel.KeyGroup(count: count, probability: 1 / count)]
    case .zipf(let range, let exponent):
      return CacheModel.zipf(count: range.upperBound - range.lowerBound + 1, exponent: exponent)
    case .list(let keys):
      let all = keys.reduce(0) { $0 + $1.weight }
      return keys.filter { $0.weight > 0 }.map {
        CacheModel.KeyGroup(count: 1, probability: $0.weight / all)
      }
    case .mixture, .scan, .shifting, .given, .column:
      throw Unknown("the popularity of keys is a mixture or changes")
    }
  }
}

extension [StepSpec] {
  /// Whether any step looks a cache up.
  func uses(_ cache: String) -> Bool {
    var found = false
    eachStep(disabled: false) { step in
      if case .cache(let use) = step.verb, use.cache == cache { found = true }
    }
    return found
  }
}
