/// The delay of messages between two services, nearer than the callee's own.
public struct LinkSpec: Sendable {
  public var from: String
  public var to: String
  /// Whether it also carries messages from `to` to `from`.
  public var bothWays = true
  /// Delay of a message; nil takes no time.
  public var latency: LawSpec?
  /// What messages meet beside the delay; nil is nothing.
  public var transport: Transport?

  public init(from: String, to: String, latency: LawSpec?) {
    self.from = from
    self.to = to
    self.latency = latency
  }

  /// Whether it carries messages from one service to another.
  public func carries(from sender: String, to receiver: String) -> Bool {
    (from, to) == (sender, receiver) || bothWays && (to, from) == (sender, receiver)
  }
}

/// What messages over a link meet beside its delay.
///
/// Every replica has a port to the link that sends and one that receives, each first come, first
/// served. A message goes on while it is still being sent: alone it takes size over bandwidth,
/// however many ports it passes. A workload's clients have a line each, where nothing waits.
public struct Transport: Sendable, Equatable {
  /// Links of one name share the ports of a replica.
  public var name: String
  /// Bytes per second of a port; nil is unlimited.
  public var bandwidth: Double?
  /// Chance that a message is lost; it goes again.
  public var loss = 0.0
  /// From sending a message that is lost to sending it again, in nanoseconds; doubles each time, to
  /// at most 120 s.
  public var retransmitTimeout = Transport.standardRetransmitTimeout

  /// The least that Linux takes for TCP, in nanoseconds.
  public static let standardRetransmitTimeout: UInt64 = 200_000_000
  /// The most that Linux takes for TCP, in nanoseconds.
  static let retransmitTimeoutMax: UInt64 = 120_000_000_000

  public init(_ name: String) { self.name = name }

  /// Whether messages meet anything at all.
  var isFelt: Bool { bandwidth != nil || loss > 0 }
}

extension Topology {
  /// Whether messages to a service or back may meet more than a delay that is the same everywhere:
  /// connections, bandwidth, losses or zones, which ask for the replica beforehand, or any fault of
  /// messages, which may strike its callers.
  public func hasFeltMessages(to service: ServiceSpec) -> Bool {
    let hasZones = service.zoneLinks != nil && service.hasZones
    let isFelt = service.connection != nil || service.transport?.isFelt ?? false || hasZones
    return isFelt
      || links.contains {
        ($0.to == service.name || $0.from == service.name) && $0.transport?.isFelt ?? false
      } || faults.contains { $0.verb.isOfMessages }
  }
}
