import TailraceEngine
import TailraceStatistics

/// The memory that one replication of a topology takes before its first request, by cause.
public struct Footprint: Sendable {
  /// Things of one kind and what each of them takes.
  public struct Part: Sendable {
    /// What there is, such as `replicas`.
    public var what: String
    public var count: Int
    /// Bytes each, in all tables together.
    public var bytes: Int

    /// Bytes of all.
    public var total: Int { count * bytes }
  }

  public var parts: [Part]

  /// Bytes of all parts.
  public var total: Int { parts.reduce(0) { $0 + $1.total } }

  /// The memory of a topology.
  ///
  /// - Parameters:
  ///   - topology: what is simulated.
  ///   - pairs: pairs of a balancer and a replica it may choose.
  ///   - policies: balancers times the shards they choose in.
  public init(_ topology: Topology, pairs: Int, policies: Int) {
    let isQueued = { (service: ServiceSpec) in service.discipline != .fifo }
    func replicas(_ isWanted: (ServiceSpec) -> Bool) -> Int {
      topology.services.reduce(0) { $0 + (isWanted($1) ? $1.shards * $1.replicas : 0) }
    }
    // The plan's row and the table's, the account, its outcome and the index of its waits.
    let station =
      2 * MemoryLayout<StationRow>.stride + MemoryLayout<Account>.stride
      + MemoryLayout<StationOutcome>.stride + 32
    let workloads = topology.workloads.count
    let clients = topology.workloads.reduce(0) { sum, workload in
      if case .closed(let loop) = workload.arrivals { sum + loop.clients } else { sum }
    }
    parts = [
      Part(what: "replicas", count: replicas { _ in true }, bytes: station),
      Part(
        what: "queues in another order than FIFO", count: replicas(isQueued),
        bytes: 2 * MemoryLayout<QueueRow>.stride),
      Part(what: "pairs of a balancer and a replica", count: pairs, bytes: 4),
      Part(
        what: "balancers and shards", count: policies,
        bytes: MemoryLayout<any BalancingPolicy>.stride + MemoryLayout<BalancerRow>.stride),
      Part(
        what: "workloads", count: workloads,
        bytes: Tally.latencyCells * 8 + BlameTable.bytesAhead + 2 * Phase.allCases.count * 8
          * (workloads + topology.services.count)),
      Part(
        what: "entries of caches", count: Self.entries(topology), bytes: Self.entryBytes(topology)),
      // A pending event may lie in a table of twice its size.
      Part(what: "clients", count: clients, bytes: 2 * MemoryLayout<ClientRow>.stride + 48),
    ]
    parts += Self.fabric(topology, pairs: pairs) + Self.writes(topology)
    parts += Self.versions(topology)
    if topology.services.contains(where: { $0.withCluster.cluster != nil }) {
      parts += [
        Part(
          what: "views that a balancer has of a replica", count: pairs,
          bytes: 2 * (MemoryLayout<HostRow>.stride + 4)),
        Part(
          what: "replicas that tell of themselves", count: replicas { _ in true },
          bytes: MemoryLayout<HealthRow>.stride + MemoryLayout<ServerRow>.stride),
      ]
    }
    if topology.services.contains(where: { $0.cluster?.liveness != nil }) {
      parts.append(
        Part(
          what: "replicas where checks restart any", count: replicas { _ in true },
          bytes: MemoryLayout<LivenessRow>.stride + MemoryLayout<StartRow>.stride))
    }
    if topology.services.contains(where: { $0.cluster?.choosesPerConnection ?? false }) {
      parts.append(
        Part(
          what: "counts of connections", count: pairs, bytes: MemoryLayout<LoadedRow>.stride))
    }
    // Replications share them, but one alone must find room for them too.
    parts += topology.workloads.compactMap { workload in
      workload.arrivals.trace.map {
        Part(
          what: "rows of the trace of '\(workload.name)'", count: $0.rowsKept,
          bytes: $0.bytesPerRow)
      }
    }
    parts.append(
      Part(
        what: "services with counts of their keys",
        count: topology.services.count { $0.sharding != nil }, bytes: KeyCounts.bytes))
    parts += topology.services.flatMap { service in
      let reshard = service.sharding?.reshard
      let later = reshard.flatMap { $0.policy ?? service.sharding?.policy }
      return [
        (service.sharding?.policy, service.shards), (later, service.shards),
        (service.hashing?.policy, service.replicas),
      ].compactMap { Self.table($0, $1, of: service.name) }
    }
  }
}

extension Footprint {
  /// The table of a sharding policy for so many shards or replicas; nil for a formula.
  static func table(_ policy: (any ShardingPolicy)?, _ count: Int, of service: String) -> Part? {
    guard let policy, policy.tableEntries(shards: count) > 0 else { return nil }
    let kind = type(of: policy)
    return Part(
      what: "entries of the \(kind.name) table of '\(service)'",
      count: policy.tableEntries(shards: count), bytes: kind.entryBytes)
  }

  /// Ports of replicas and pools of connections to them.
  static func fabric(_ topology: Topology, pairs: Int) -> [Part] {
    let zoned = topology.services.flatMap { $0.zoneLinks?.all ?? [] }.compactMap(\.transport)
    let links =
      topology.services.compactMap(\.transport) + topology.links.compactMap(\.transport) + zoned
    let names = Set(links.filter { $0.bandwidth != nil }.map(\.name))
    let replicas = topology.services.reduce(0) { $0 + $1.shards * $1.replicas }
    let isConnected = topology.services.contains { $0.connection != nil }
    return [
      Part(
        what: "ports of replicas", count: 2 * min(names.count, 8) * replicas,
        bytes: 8 + MemoryLayout<PortSum>.stride + MemoryLayout<PortRow>.stride),
      Part(
        what: "pools of connections", count: isConnected ? max(pairs, replicas) : 0,
        bytes: 2 * MemoryLayout<PoolRow>.stride + MemoryLayout<CalleeRow>.stride),
    ]
  }

  /// Entries of all instances of caches when they are full.
  static func entries(_ topology: Topology) -> Int {
    topology.caches.reduce(0) { sum, cache in
      let product = topology.instances(of: cache).multipliedReportingOverflow(
        by: topology.entriesMax(of: cache))
      return min(sum + (product.overflow ? 1 << 40 : product.partialValue), 1 << 40)
    }
  }

  /// Bytes of an entry, of the dearest cache.
  static func entryBytes(_ topology: Topology) -> Int {
    topology.caches.filter(\.enabled).map { cache in
      let entries = max(1, topology.entriesMax(of: cache))
      let bytes = Cache.bytes(
        cache.eviction, entries: entries, keysBelow: topology.keyBound(of: cache.key))
      return (bytes + entries - 1) / entries
    }.max() ?? 0
  }
}

extension Topology {
  /// Above all keys of a space that requests may carry; nil where that is not known.
  func keyBound(of space: String) -> UInt64? {
    if computedKeys[space] != nil { return nil }
    let laws = workloads.flatMap(\.keys).filter { $0.space == space }.map(\.law)
    let most = laws.flatMap(\.support).map(\.upperBound).max() ?? .max
    return most == .max ? nil : most + 1
  }

  /// Entries that one instance of a cache may come to hold.
  func entriesMax(of cache: CacheSpec) -> Int {
    guard cache.enabled else { return 0 }
    return cache.entriesMax(keys: keysCarried(of: cache.key))
  }

  /// Instances of a cache: one, or one for each replica of the services that use it.
  public func instances(of cache: CacheSpec) -> Int {
    if let host = cache.host {
      return services.first { $0.name == host.service }.map { $0.shards * $0.replicas } ?? 0
    }
    guard cache.placement == .perReplica else { return 1 }
    return services.reduce(0) { sum, service in
      let isUsed = service.handlers.contains { $0.steps.contains { $0.uses(cache.name) } }
      return sum + (isUsed ? service.shards * service.replicas : 0)
    }
  }
}

extension StepSpec {
  /// Whether this step or one inside it uses a cache.
  func uses(_ cache: String) -> Bool {
    if case .cache(let use) = verb, use.cache == cache { return true }
    return inner.contains { $0.contains { $0.uses(cache) } }
  }
}

extension Replication {
  /// Bytes that the results of one replication may take until they are merged.
  public static func bytesKept(of topology: Topology) -> Int {
    topology.services.reduce(0) { sum, service in
      let replicas = service.shards * service.replicas
      let histograms = replicas <= WaitRow.replicasMax ? replicas : 1
      // What was counted, and its row of the report.
      return sum + replicas * (MemoryLayout<StationOutcome>.stride + 128)
        + histograms * WaitTable.cells * 8
    }
  }
}
