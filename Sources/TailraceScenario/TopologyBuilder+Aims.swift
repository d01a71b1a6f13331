import TailraceCatalog
import TailraceModel

// Whom scatters ask beside shards and keys.
extension TopologyBuilder {
  /// Whom a scatter asks that names no number, and how many these are.
  mutating func aim(
    _ to: String, of call: CallSpec, at node: Node
  ) -> (ScatterTarget, Int)? {
    guard let callee = scenario.services.first(where: { $0.name == call.service })?.value else {
      return nil
    }
    let place = node["to"] ?? node
    switch to {
    case "replicas":
      checkShard(of: call, at: place)
      return (.replicas, callee.replicaCount)
    case "peers":
      guard caller != nil, callerName == call.service else {
        reading.report(
          .wrongType, at: place,
          "'peers' are the other replicas of the service whose handler this is, not of "
            + "'\(call.service)'")
        return nil
      }
      if callee.replicaCount < 2 {
        reading.report(
          .outOfRange, at: place, "service '\(call.service)' has one replica, which has no peers")
        return nil
      }
      return (.peers, callee.replicaCount - 1)
    default:
      guard let caller else {
        reading.report(
          .wrongType, at: place,
          "a workload has no shards that others could be below: write the step "
            + "in a handler, or scatter 'to' \"shards\"")
        return nil
      }
      if callee.shards % caller.shards != 0 {
        reading.report(
          .outOfRange, at: place,
          "\(callee.shards) shards of '\(call.service)' cannot be dealt out evenly to "
            + "\(caller.shards) of '\(callerName)'")
        return nil
      }
      return (.childShards, callee.shards / caller.shards)
    }
  }
}
