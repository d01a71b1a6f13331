/// Equal replicas among the replicas of a service, in each of its shards.
public struct ReplicaGroup: Sendable {
  public var name: String
  public var replicas: Int
  /// Work done in a second, in seconds at speed 1.
  public var speed: Double
  /// Calls that come to each of its replicas, as a part of all weights.
  public var weight: Double
  /// Which calls come to it: those of level 0 first, from 0 to `levelsMax - 1`.
  public var priority = 0
  /// Most priority levels.
  public static let levelsMax = 16
  /// The zone that all of them stand in; nil is where the service deals them.
  public var zone: Int?

  public init(_ name: String, replicas: Int = 1, speed: Double = 1, weight: Double = 1) {
    self.name = name
    self.replicas = replicas
    self.speed = speed
    self.weight = weight
  }
}

extension ServiceSpec {
  /// The speed of each replica of a shard. Groups follow each other by name.
  var speeds: [Double] {
    if groups.isEmpty { return Array(repeating: 1, count: replicas) }
    return groups.flatMap { Array(repeating: $0.speed, count: $0.replicas) }
  }

  /// Places of a group's replicas within a shard; nil if there is no such group.
  public func places(of group: String) -> Range<Int>? {
    var first = 0
    for member in groups {
      if member.name == group { return first..<(first + member.replicas) }
      first += member.replicas
    }
    return nil
  }
}
