/// Which way the messages of a port go, as its replica sees it.
public enum PortDirection: String, Sendable, Equatable {
  case `in`, out
}

/// The ports of a service's replicas to a link, of one direction.
struct PortGroup: Sendable {
  var link: String
  var service: String
  var direction: PortDirection
  /// Bytes per second.
  var bandwidth: Double
  var first: Int32
  var count: Int32
}

/// What a port has carried.
struct PortSum: BitwiseCopyable, Sendable {
  /// Time that it carries messages, cut to the window, in nanoseconds.
  var busy: UInt64 = 0
  /// Messages that it begins to carry in the window, those that get lost too, and their bytes.
  var messages: UInt64 = 0
  var bytes: UInt64 = 0
}

/// What the ports of a service's replicas to a link carried in one replication, one way.
public struct PortOutcome: Sendable, Equatable {
  /// The link: `default`, `services/<name>` or `links/<name>`.
  public var link: String
  public var service: String
  public var direction: PortDirection
  /// Bytes per second of each port.
  public var bandwidth: Double
  /// One per replica, shard by shard.
  public var rows: [PortRow]
}

/// One port's sums over the window.
public struct PortRow: Sendable, Equatable {
  /// Time that it carried messages, in nanoseconds.
  public var busyArea: UInt64
  /// Messages that it began to carry, those that got lost too, and their bytes.
  public var messages: UInt64
  public var bytes: UInt64
}
