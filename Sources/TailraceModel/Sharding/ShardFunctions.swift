/// How keys find their shards and replicas in one topology; no seed has a part in it.
///
/// Tables may have millions of entries, so replications share what the first one built.
public struct ShardFunctions: Sendable {
  /// The functions of each service that is called by key; the tables that all functions read.
  var maps: [any ShardMap] = []
  var memory = ShardMemory()
  /// How such functions change, by function; the functions afterwards; what that moves, by service.
  var reshards: [ReshardRow] = []
  var laterMaps: [any ShardMap] = []
  var reshardOutcomes: [String: ReshardOutcome] = [:]
  /// The copied keys of each such service.
  var hotKeys: [HotKeysRow] = []
  /// Rows of `maps` by service.
  var mapOf: [String: Int32] = [:]
  /// How keys find their replicas, for services whose balancers hash.
  var replicaMaps: [any ShardMap] = []
  var replicaMapOf: [String: Int32] = [:]

  init() {}

  /// Builds those of a checked topology; linear in the entries of their tables.
  public init(of topology: Topology) {
    guard topology.services.contains(where: { $0.sharding != nil || $0.hashing != nil }) else {
      return
    }
    self = PlanBuilder.build(topology, seed: 0, window: 0..<1).sharding
  }
}
