/// Connections to a service: each of its callers keeps a pool of them to each replica.
///
/// A call takes a connection that is free, the one used last first, or opens one.
public struct ConnectionSpec: Sendable {
  /// Round trips before the first request: one for TCP, one more for TLS 1.3, two for TLS 1.2.
  public var roundTrips = 0
  /// Work of the callee for each new connection; nil is none.
  public var work: LawSpec?
  /// Share of new connections that go on with an earlier session, which costs no work.
  public var resumptionFraction = 0.0
  /// Requests after which a connection is closed; nil is any number.
  public var requestsMax: Int?
  /// Requests at a time on one connection.
  public var streamsMax = 1
  /// Time without a request after which a connection is closed, in nanoseconds; nil is for ever.
  public var idleTimeout: UInt64?
  /// Connections that a replica accepts from all its callers; nil is any number.
  public var connectionsMax: Int?

  public init() {}
}
