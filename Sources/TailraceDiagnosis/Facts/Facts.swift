import TailraceExperiment
import TailraceModel

/// A run and its topology as rules see them; made once.
struct Facts {
  let topology: Topology
  let result: RunResult
  let traffic: Traffic
  let stations: [Station]
  /// Of workloads whose slow requests are enough to be judged.
  let tails: [Tail]
  /// Requests offered per second by all workloads.
  let offered: Double
  /// Visits per second by cache and service, if every lookup in that cache missed.
  private let emptied: [String: [String: Double]]

  init(_ declared: Topology, _ result: RunResult) {
    // Sums must not depend on the order in which a file has its parts.
    var topology = declared
    topology.workloads.sort { $0.name < $1.name }
    topology.services.sort { $0.name < $1.name }
    topology.caches.sort { $0.name < $1.name }
    // One that would begin after the end did nothing.
    topology.faults.removeAll { $0.at ?? 0 >= result.duration }
    let traffic = Traffic(topology, result)
    (self.topology, self.result, self.traffic) = (topology, result, traffic)
    let outcomes = Dictionary(
      result.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    stations = topology.services.compactMap { spec in
      outcomes[spec.name].map { Station(spec, $0, result, traffic) }
    }
    emptied = Dictionary(
      result.caches.map { ($0.name, Traffic(topology, result, .all(of: $0.name)).visits) },
      uniquingKeysWith: { first, _ in first })
    tails = result.steadiness == .steady ? result.workloads.compactMap { Tail($0) } : []
    offered = result.workloads.reduce(0) { $0 + ($1.offered.value ?? 0) }
  }

  func station(_ name: String) -> Station? { stations.first { $0.name == name } }

  var shapes: [LoadShape] { topology.workloads.map { LoadShape($0.arrivals) } }

  /// Whether every workload comes at one rate, whatever becomes of its requests.
  var isSteadyLoad: Bool { !shapes.isEmpty && shapes.allSatisfy { $0 == .steady } }

  /// Failed requests over all; 0 without any.
  var errorsShare: Double {
    let all = result.workloads.reduce(UInt64(0)) { $0 + $1.requests }
    let failed = result.workloads.reduce(UInt64(0)) { $0 + $1.errors }
    return all == 0 ? 0 : Double(failed) / Double(all)
  }

  /// Whether the rates of workloads are known within a tenth.
  var hasRates: Bool {
    result.workloads.allSatisfy {
      $0.requests >= 1_000 && $0.offered.isNarrow(Double($0.requests))
    }
  }

  /// The fault that strikes a service or one of its replicas; nil without any.
  func fault(at service: String) -> FaultSpec? {
    guard let spec = topology.services.first(where: { $0.name == service }) else { return nil }
    return topology.faults.first { $0.strikes(spec) }
  }

  /// Why the load of a service does not grow in proportion to the requests; nil where it does.
  func bend(_ station: Station) -> String? {
    if shapes.contains(.closed) { return "clients wait for their answers" }
    if !isSteadyLoad { return "the load changes" }
    if !topology.faults.isEmpty {
      return fault(at: station.name) != nil
        ? "faults change what it can do" : "faults change its load"
    }
    if station.outcome.attempts?.extraLoad ?? 0 > 0.01 {
      return "attempts grow with the load"
    }
    if station.outcome.shed > 0 || errorsShare > 0.01 { return "requests are lost" }
    if let given = station.outcome.givenUp, given.wastedShare ?? 0 > 0.01 || given.stopped > 0 {
      return "callers give up"
    }
    if station.spec.sharding?.reshard != nil { return "its shards change" }
    let depends = result.caches.contains { cache in
      guard let spec = topology.caches.first(where: { $0.name == cache.name }) else { return false }
      let bends = spec.ttl != nil || spec.locks || spec.earlyRefreshBeta != nil
      return bends && cache.lookups > 0 && growth(of: station.name, without: cache.name) != 1
    }
    return depends ? "hits of caches change with the load" : nil
  }

  /// Visits to a service if a cache had nothing, over those there are; 1 where nothing changes.
  func growth(of service: String, without cache: String) -> Double {
    guard let now = traffic.visits[service], now > 0 else { return 1 }
    return (emptied[cache]?[service] ?? now) / now
  }

  /// Services that only misses of a cache reach.
  func origins(of cache: String) -> Set<String> {
    let hit = Traffic(topology, result, .none(of: cache)).visits
    return Set(traffic.visits.filter { $0.value > 0 && hit[$0.key] ?? 0 == 0 }.keys)
  }
}
