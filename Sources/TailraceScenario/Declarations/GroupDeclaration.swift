import TailraceCatalog
import TailraceModel

/// Equal replicas among the replicas of a service.
public struct GroupDeclaration: Declared {
  public static let kind = "group"
  public static let summary = "Equal replicas among the replicas of a service."
  public static let keys: [Key<Self>] = [
    Key(
      "replicas", \.replicas, .integer(1...100_000), required: true,
      "Replicas of the group in each shard."),
    Key(
      "speed", \.speed, .real(0.001...1_000),
      "How fast they work: work takes its time divided by this, from 0.001 to 1000."),
    Key(
      "weight", \.weight, .real(0.001...1_000),
      "Calls that come to each replica, as a part of all weights; for ROUND_ROBIN and LEAST_REQUEST."
    ),
    Key(
      "priority", \.priority, .integer(0...Int64(ReplicaGroup.levelsMax - 1)),
      "Its priority level: calls go to level 0 as long as enough of its replicas are in rotation, and "
        + "spill over to the next, as 'overprovisioning_factor' says."),
    Key(
      "zone", \.zone, .text,
      "The zone that all of them stand in; if not given, as 'zones' of the service says."),
  ]
  public static let laterKeys = ["nodes"]

  var replicas = 1
  var speed = 1.0
  var weight = 1.0
  var priority = 0
  var zone: Located<String>?

  public init() {}
}

extension ServiceDeclaration {
  /// Replicas of a shard, of all groups where there are any.
  var replicaCount: Int {
    groups.map { $0.reduce(0) { $0 + $1.value.replicas } } ?? replicas
  }
}
