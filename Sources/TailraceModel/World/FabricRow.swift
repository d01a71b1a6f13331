import TailraceEngine

/// One way of the messages of a call: what they meet.
struct WayRow: BitwiseCopyable, Sendable {
  /// The law of the delay; -1 if there is none.
  var law: Int32 = -1
  /// The first port of the sender and of the receiver; -1 if there is none.
  var outPort: Int32 = -1
  var inPort: Int32 = -1
  /// The law of the size in bytes; -1 for empty messages.
  var size: Int32 = -1
  /// What that law wants to know of the visit.
  var reads: UInt8 = 0
  /// Nanoseconds for each byte; 0 is unlimited.
  var perByte = 0.0
  var loss = 0.0
  /// Pause before a lost message goes again.
  var pause = Transport.standardRetransmitTimeout
  var salt: UInt64 = 0

  /// The pause after a message was lost for the `tries`-th time, counted from 0.
  func pause(after tries: Int32) -> UInt64 {
    let most = max(pause, Transport.retransmitTimeoutMax)
    let doubled = Double(pause) * Double(UInt64(1) &<< UInt64(min(tries, 40)))
    return TimeRounding.nanoseconds(min(doubled, Double(most)))
  }
}

/// A call site whose messages meet more than a delay.
struct FabricRow: BitwiseCopyable, Sendable {
  var there = WayRow()
  var back = WayRow()
  var firstStation: Int32
  var stations: Int32
  /// The caller's first pool; a caller replica's own are `stations` further each.
  var firstPool: Int32 = -1
  var policy: Int32 = -1
  /// Where a new connection makes the callee work; -1 if it never does.
  var visit: Int32 = -1
  /// Where a connection is open, where a request is sent, and where it has failed.
  var open: Int32 = -1
  var send: Int32 = -1
  var end: Int32 = -1
  /// The faults that may strike its messages.
  var firstFault: Int32 = 0
  var faultCount: Int32 = 0
}

/// What is known of a visit on its way; by frame.
struct TravelRow: BitwiseCopyable, Sendable {
  /// The caller's replica, counted from 0 over its service.
  var caller: Int32 = 0
  /// The connection that it goes over; -1 if none.
  var connection: Int32 = -1
  /// How often the present message has been lost.
  var tries: Int32 = 0
  /// How often a fault has lost it.
  var held: Int32 = 0
  /// Time that the present message takes of a port, and its bytes.
  var length: UInt64 = 0
  var bytes: UInt64 = 0
  /// Work done for the connection before the request came.
  var greeted: UInt64 = 0
}

/// What connections to a service are like.
struct ConnectionPolicy: BitwiseCopyable, Sendable {
  var roundTrips: Int32
  var resumptionFraction: Double
  var requestsMax: Int32
  var streamsMax: Int32
  var idleTimeout: UInt64
  var connectionsMax: Int32
  var salt: UInt64
}

/// A caller's connections to one replica.
///
/// With one stream each, those that are free, the one used last first; else all, the oldest first.
struct PoolRow: BitwiseCopyable, Sendable {
  var policy: Int32
  var station: Int32
  var head: Int32 = -1
  var tail: Int32 = -1
  /// The next caller's pool for the replica.
  var next: Int32 = -1
}

/// A connection.
struct ConnectionRow: BitwiseCopyable, Sendable {
  var pool: Int32
  /// The life of the callee in which it was opened.
  var life: UInt32
  var before: Int32 = -1
  var after: Int32 = -1
  /// Requests on it now, and so far.
  var streams: Int32 = 1
  var requests: Int32 = 1
  /// The visit that opens it, until it is open.
  var opener: Int32
  /// Who waits until it is open: rows of `waiters`.
  var firstWaiter: Int32 = -1
  var lastWaiter: Int32 = -1
  /// The balancer's count of connections that it is part of; -1 if none.
  var load: Int32 = -1
  /// Its number in the order of opening.
  var number: UInt64
  var idleSince: UInt64 = 0
  var isOpen = false
}

/// A visit that waits for a connection to open.
struct WaiterRow: BitwiseCopyable, Sendable {
  /// Its event.
  var word: UInt64
  var frame: Int32
  var next: Int32 = -1
}

/// A replica as its callers' connections see it.
struct CalleeRow: BitwiseCopyable, Sendable {
  /// Connections open or opening.
  var open: Int32 = 0
  /// Connections of earlier lives are gone.
  var life: UInt32 = 0
  /// The first of its callers' pools.
  var firstPool: Int32 = -1
}

/// A balancer's connections to a replica.
struct LoadedRow: BitwiseCopyable, Sendable {
  /// Those open or opening, of the callee's life in which the last was opened.
  var count: Int32 = 0
  var life: UInt32 = 0
}

/// Connections to a replica in the window.
public struct ConnectionSum: BitwiseCopyable, Sendable, Equatable {
  /// Connections begun.
  public var handshakes: UInt64 = 0
  /// Those of them that went on with an earlier session.
  public var resumed: UInt64 = 0
  /// Calls that took a connection which was there.
  public var reused: UInt64 = 0
  /// Calls that found no connection and could open none.
  public var refused: UInt64 = 0

  public init() {}

  /// The sum of what is known; nil if nothing is.
  public static func total(_ parts: [ConnectionSum?]) -> ConnectionSum? {
    parts.reduce(nil) { sum, part in
      guard let part else { return sum }
      var total = sum ?? ConnectionSum()
      total.handshakes += part.handshakes
      total.resumed += part.resumed
      total.reused += part.reused
      total.refused += part.refused
      return total
    }
  }
}

/// Ports and connections: nothing of it is used in a scenario without them.
struct Fabric: ~Copyable {
  let rows: Table<FabricRow>
  /// When each port is free.
  let ports: Table<UInt64>
  let portSums: Table<PortSum>
  var travels: Table<TravelRow>
  let policies: Table<ConnectionPolicy>
  let pools: Table<PoolRow>
  /// By station, where there are pools.
  let callees: Table<CalleeRow>
  let sums: Table<ConnectionSum>
  var connections = RowStore<ConnectionRow>()
  var waiters = RowStore<WaiterRow>()
  /// Connections opened so far.
  var number: UInt64 = 0
  /// Requests on connections now.
  var streams = 0
  /// As `Machine.loads`: connections by balancer and replica, where they are balanced.
  let loaded: Table<LoadedRow>
  /// The connection of the call that is about to be sent, where it has decided about the replica.
  var reserved: Int32 = -1
  let hasConnections: Bool

  init(_ plan: Plan) {
    rows = Table(plan.fabrics)
    ports = Table(repeating: 0, count: plan.portCount)
    portSums = Table(repeating: PortSum(), count: plan.portCount)
    travels = Table(repeating: TravelRow(), count: 0)
    policies = Table(plan.connectionPolicies)
    pools = Table(plan.pools)
    hasConnections = !plan.pools.isEmpty
    let stations = plan.pools.isEmpty ? 0 : plan.stations.count
    callees = Table(repeating: CalleeRow(), count: stations)
    sums = Table(repeating: ConnectionSum(), count: stations)
    loaded = Table(repeating: LoadedRow(), count: plan.fabricOf.isEmpty ? 0 : plan.loadCount)
    for p in (0..<Int32(pools.count)).reversed() {
      pools[p].next = callees[pools[p].station].firstPool
      callees[pools[p].station].firstPool = p
    }
  }
}
