import TailraceEngine

extension PlanBuilder {
  /// Lays out caches by name; their instances come with the steps that use them.
  static func layOutCaches(_ topology: Topology, _ plan: inout Plan) {
    for spec in topology.caches.sorted(by: { $0.name < $1.name }) where spec.enabled {
      var row = CacheRow(
        policy: spec.eviction, capacity: spec.capacity,
        base: Luck.base(seed: plan.seed, source: StreamName.hash("caches", spec.name)),
        salt: StreamName.hash("caches", spec.name, "ttl"))
      row.ttl = spec.ttl ?? never
      row.jitter = spec.ttlJitter
      row.renews = spec.ttl != nil && spec.ttlFrom == .access
      row.locks = spec.locks
      row.lockTimeout = spec.lockTimeout
      row.stale = spec.ttl == nil ? 0 : spec.staleWhileRevalidate
      row.staleIfError = spec.ttl == nil ? 0 : spec.staleIfError
      row.beta = spec.ttl == nil ? 0 : spec.earlyRefreshBeta ?? 0
      row.isHosted = spec.host != nil
      row.negativeLife = spec.negativeTTL ?? 0
      row.space = Int32(plan.keySpaces.firstIndex(of: spec.key) ?? -1)
      row.keyBound = topology.keyBound(of: spec.key)
      if spec.writePolicy == .writeBack {
        row.flushInterval = spec.flushInterval
      }
      if let share = topology.absentKeys[spec.key] {
        row.absent = share
        row.absentBase = Luck.base(
          seed: plan.seed, source: StreamName.hash("keys", spec.key, "absent"))
      }
      if let size = topology.keySizes[spec.key] {
        row.size = law(size, &plan)
        row.sizeBase = Luck.base(
          seed: plan.seed, source: StreamName.hash("keys", spec.key, "size"))
      }
      if spec.start == .warm {
        let laws = topology.workloads.sorted { $0.name < $1.name }.flatMap(\.keys)
        let host = topology.services.first { $0.name == spec.host?.service }
        guard let law = laws.first(where: { $0.space == spec.key })?.law,
          let keys = law.mostPopular(
            min(
              law.supportCount,
              spec.entriesMax(keys: law.supportCount) * (host?.shards ?? 1)))
        else { preconditionFailure("no popularity to warm \(spec.name) with") }
        row.firstWarm = Int32(plan.warmKeys.count)
        row.warmCount = Int32(keys.count)
        plan.warmKeys += keys.reversed()
      }
      plan.cacheNames.append(spec.name)
      plan.cacheRows.append(row)
    }
  }

  /// A step's use of a cache by a service, or by a workload where there is no station.
  ///
  /// Of a hosted cache the service is the host, which `isAsked` by another.
  static func cacheUse(
    _ spec: CacheSpec, by service: Int32, earlySalt: UInt64,
    isAsked: Bool = false, _ instances: inout [String: Int32], _ plan: inout Plan
  ) -> Int32 {
    guard let cache = plan.cacheNames.firstIndex(of: spec.name),
      let space = plan.keySpaces.firstIndex(of: spec.key)
    else { preconditionFailure("cache \(spec.name) is not laid out") }
    var use = CacheUseRow(cache: Int32(cache), firstInstance: 0, space: Int32(space))
    var count = 1
    var name = spec.name
    if spec.placement == .perReplica || spec.host != nil {
      precondition(service >= 0, "a workload has no replicas that could hold \(spec.name)")
      let row = plan.services[Int(service)]
      use.firstStation = row.firstStation
      count = Int(row.shards * row.replicas)
      name += "/\(service)"
    }
    if let known = instances[name] {
      use.firstInstance = known
    } else {
      use.firstInstance = Int32(plan.cacheSums.count)
      instances[name] = use.firstInstance
      for k in 0..<count {
        plan.cacheSums.append(
          CacheSum(
            cache: use.cache,
            station: use.firstStation < 0 ? -1 : use.firstStation + Int32(k)))
      }
    }
    use.isHosted = isAsked
    if plan.cacheRows[cache].beta > 0 || isAsked {
      use.noteColumn = plan.noteColumns
      use.earlySalt = earlySalt
      plan.noteColumns += 1
    }
    plan.cacheUses.append(use)
    return Int32(plan.cacheUses.count - 1)
  }

  /// A step that drops keys at all instances and so needs none of its own.
  static func dropUse(_ spec: CacheSpec, _ plan: inout Plan) -> Int32 {
    guard let cache = plan.cacheNames.firstIndex(of: spec.name),
      let space = plan.keySpaces.firstIndex(of: spec.key)
    else { preconditionFailure("cache \(spec.name) is not laid out") }
    plan.cacheUses.append(
      CacheUseRow(cache: Int32(cache), firstInstance: 0, space: Int32(space)))
    return Int32(plan.cacheUses.count - 1)
  }

  /// Steps below a scatter to keys look up the key that they were called for.
  static func assignCacheColumns(_ plan: inout Plan) {
    for i in plan.cacheUses.indices {
      let space = plan.cacheUses[i].space
      plan.cacheUses[i].column =
        plan.routes.first { $0.isEach && $0.space == space }?.column ?? -1
    }
  }
}

extension Plan {
  /// Empty caches, each with chance of its own.
  func makeCaches() -> [Cache] {
    cacheSums.enumerated().map { number, sum in
      let row = cacheRows[Int(sum.cache)]
      var cache = Cache(
        row.policy, capacity: row.capacity, keysBelow: row.keyBound,
        random: SequentialRandom(seed: Luck.root(base: row.base, request: UInt64(number))))
      cache.notesLeaving = row.writesBack
      return cache
    }
  }
}
