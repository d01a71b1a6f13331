import TailraceCatalog
import TailraceModel

/// What messages meet on a link, whoever uses it: one list for all kinds of links.
protocol LinkFields: Declared {
  var transport: TransportDeclaration { get set }
}

struct TransportDeclaration: Sendable {
  var latency: LawSpec?
  var bandwidth: Double?
  var loss: Double?
  var retransmitTimeout = Transport.standardRetransmitTimeout

  /// What they meet beside the delay.
  func transport(_ name: String) -> Transport? {
    if bandwidth == nil && loss == nil { return nil }
    var transport = Transport(name)
    transport.bandwidth = bandwidth
    transport.loss = loss ?? 0
    transport.retransmitTimeout = retransmitTimeout
    return transport
  }
}

extension LinkFields {
  static var linkKeys: [Key<Self>] {
    [
      Key("latency", \.transport.latency, .law, "Delay of a message, one way; none if not given."),
      Key(
        "bandwidth", \.transport.bandwidth, .bandwidth(1...1e13),
        "What each replica's port to the link carries, each way; unlimited if not given."),
      Key(
        "loss", \.transport.loss, .real(0...0.99),
        "Chance that a message is lost and goes again; 0 if not given."),
      Key(
        "retransmit_timeout", \.transport.retransmitTimeout, .timeout,
        "Time after which a lost message goes again; it doubles each time, to at most 120 s."),
    ]
  }
}

/// A network link.
public struct LinkDeclaration: Declared, LinkFields {
  public static let kind = "link"
  public static let summary = "What a message meets on its way."
  public static let keys: [Key<Self>] = linkKeys
  var transport = TransportDeclaration()
  public init() {}
}

/// What connections to a service are like.
public struct ConnectionDeclaration: Declared {
  public static let kind = "connection"
  public static let summary =
    "Each caller keeps a pool of connections to each replica, or one to all of them: 'balance_per'."
  public static let keys: [Key<Self>] = [
    Key(
      "handshake", \.handshake, .object(HandshakeDeclaration.self),
      "What a new connection costs; nothing if not given."),
    Key(
      "max_requests", \.requestsMax, .limit(1...1_000_000_000),
      "Requests after which a connection is closed."),
    Key("max_streams", \.streamsMax, .integer(1...1_000_000), "Requests at a time on one."),
    Key(
      "idle_timeout", \.idleTimeout, .timeout,
      "Time without a request after which one is closed; for ever if not given."),
    Key(
      "max_connections", \.connectionsMax, .limit(1...1_000_000_000),
      "How many a replica accepts from all callers; one more is a connection failure."),
  ]
  var handshake: HandshakeDeclaration?
  var requestsMax: Int?
  var streamsMax = 1
  var idleTimeout: UInt64?
  var connectionsMax: Int?
  public init() {}

  var spec: ConnectionSpec {
    var spec = ConnectionSpec()
    if let handshake {
      spec.roundTrips = handshake.roundTrips
      spec.work = handshake.work
      spec.resumptionFraction = handshake.resumptionFraction
    }
    spec.requestsMax = requestsMax
    spec.streamsMax = streamsMax
    spec.idleTimeout = idleTimeout
    spec.connectionsMax = connectionsMax
    return spec
  }
}

/// What a new connection costs.
public struct HandshakeDeclaration: Declared {
  public static let kind = "handshake"
  public static let summary = "What a new connection costs before its first request."
  public static let keys: [Key<Self>] = [
    Key(
      "round_trips", \.roundTrips, .integer(1...10),
      "Round trips: 1 for TCP, 2 with TLS 1.3, 3 with TLS 1.2."),
    Key(
      "work", \.work, .law,
      "Work of the callee, which takes a slot: key exchange and signature; none if not given."),
    Key(
      "resumption_fraction", \.resumptionFraction, .real(0...1),
      "Share of new connections that go on with an earlier session, which saves the work."),
  ]
  var roundTrips = 2
  var work: LawSpec?
  var resumptionFraction = 0.0
  public init() {}
}
