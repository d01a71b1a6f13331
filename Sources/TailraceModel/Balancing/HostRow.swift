import TailraceEngine

/// What one balancer knows of one replica, where it knows more than its own calls out.
struct HostRow: BitwiseCopyable, Sendable {
  /// Its share of the calls, as a part of all weights, and what slow start leaves of it at present.
  var weight = 1.0
  var present = 1.0
  /// For weighted policies, its place in their schedule.
  var turn = 0.0
  /// Estimated latency in nanoseconds, and when it was last looked at; 0 before the first answer.
  var latency = 0.0
  var latencyAt: UInt64 = 0
  /// When it stands in the line of idle replicas, its number there; else 0.
  var idleNumber: UInt64 = 0
  /// Answers and failures since the last sweep, and failures in a row.
  var answers: Int32 = 0
  var failures: Int32 = 0
  var consecutive: Int32 = 0
  /// How often it has been ejected of late, and since when it is out; `never` if it is not.
  var ejections: Int32 = 0
  var ejectedAt = never
  /// Its priority, from 0, the first, to 15.
  var level: UInt8 = 0
  /// Whether its balancer uses it at all.
  var isInSubset = true

  /// Whether its balancer has left it out.
  var isEjected: Bool { ejectedAt != never }
}

/// What a replica says of itself to those who ask.
struct ServerSight: BitwiseCopyable, Sendable {
  /// Visits in the replica.
  var inFlight: Int32
  /// What a visit that came now would take, in nanoseconds; 0 if it does not know.
  var latency: Double
}

/// What a replica remembers to say that, and to report.
struct ServerRow: BitwiseCopyable, Sendable {
  private var latencies = InlineArray<16, Double>(repeating: 0)
  private var inFlights = InlineArray<16, Int32>(repeating: 0)
  private var count = 0
  /// Since the last report: answers, failures among them, and nanoseconds of work.
  var answers: UInt64 = 0
  var failures: UInt64 = 0
  var worked: UInt64 = 0
  /// When it first reported, and last; `never` before.
  var firstReport = never
  var lastReport = never
  /// Visits in it as last reported.
  var reported: Int32 = 0

  init() {}

  /// A visit that was one of `inFlight` took so long.
  mutating func note(latency: UInt64, inFlight: Int32) {
    latencies[count % 16] = Double(latency)
    inFlights[count % 16] = inFlight
    count = count < 1 << 30 ? count + 1 : 16
  }

  /// The median of the last latencies with about as many in flight; if there are none, of all, each
  /// in proportion to how many there were.
  func latency(with inFlight: Int32) -> Double {
    let n = min(count, 16)
    if n == 0 { return 0 }
    var near = SmallestFirst()
    for i in 0..<n where abs(inFlights[i] &- inFlight) <= inFlight / 4 { near.add(latencies[i]) }
    if near.count > 0 { return near.median }
    for i in 0..<n {
      near.add(latencies[i] * Double(inFlight) / Double(max(1, inFlights[i])))
    }
    return near.median
  }

  /// A few numbers in order.
  private struct SmallestFirst {
    private(set) var count = 0
    private var values = InlineArray<16, Double>(repeating: 0)

    mutating func add(_ value: Double) {
      var k = count
      while k > 0 && values[k &- 1] > value {
        values[k] = values[k &- 1]
        k &-= 1
      }
      values[k] = value
      count &+= 1
    }

    /// The lower one of an even count.
    var median: Double { values[(count &- 1) / 2] }
  }
}

/// What the replicas of a shard say of themselves, by place.
@safe struct ServerView {
  var stations: UnsafeMutablePointer<StationRow>
  var rows: UnsafeMutablePointer<ServerRow>
}

extension Replicas {
  /// A replica's place in its shard.
  func place(_ i: Int32) -> Int32 {
    precondition(i >= 0 && i < count)
    guard let places = unsafe places else { return i }
    return unsafe places[Int(i)]
  }

  /// What the balancer knows of a replica, in place; only for policies that read hosts.
  subscript(host i: Int32) -> HostRow {
    unsafeAddress { unsafe UnsafePointer(address(i)) }
    nonmutating unsafeMutableAddress { unsafe address(i) }
  }

  private func address(_ i: Int32) -> UnsafeMutablePointer<HostRow> {
    guard let hosts = unsafe hosts else { preconditionFailure("a policy must say what it reads") }
    return unsafe hosts + Int(place(i))
  }

  /// What the replica says of itself; only for policies that read servers.
  func server(_ i: Int32) -> ServerSight {
    guard let servers else { preconditionFailure("a policy must say what it reads") }
    let place = Int(place(i))
    let station = unsafe servers.stations[place]
    let inFlight = station.busy &+ station.length
    return unsafe ServerSight(
      inFlight: inFlight, latency: servers.rows[place].latency(with: inFlight &+ 1))
  }
}
