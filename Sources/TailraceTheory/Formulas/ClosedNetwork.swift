import TailraceEngine

/// Clients that think and then pass through stations of a product-form network.
///
/// Gordon and Newell 1967; Buzen's convolution (1973). Stations are first come, first served with
/// exponential work of one mean, share their servers, or have servers enough for all (Baskett,
/// Chandy, Muntz and Palacios 1975, where the law of work does not matter).
public struct ClosedNetwork: Sendable {
  /// A station: how much work a request brings it, and how many servers do it.
  public struct Station: Sendable {
    /// Visits times mean work, in any unit of time.
    public var demand: Double
    /// Nil where nobody waits.
    public var servers: Int?
    /// How many stations are like this one; the demand is that of each.
    public var copies: Int

    public init(demand: Double, servers: Int?, copies: Int = 1) {
      (self.demand, self.servers, self.copies) = (demand, servers, copies)
    }
  }

  public var clients: Int
  /// Requests in a unit of time.
  public let throughput: Double
  /// Think time, and time at stations without a queue.
  public let delay: Double
  public let stations: [Station]
  /// Of each station, one of its copies: the mean number there.
  public let present: [Double]

  /// Most clients times stations: time grows with the square of the clients.
  public static let clientsMax = 2_000

  /// - Parameters:
  ///   - clients: from 1 to `clientsMax`.
  ///   - thinkTime: on average.
  ///   - stations: at least one with a demand.
  public init(clients: Int, thinkTime: Double, stations: [Station]) {
    self.clients = clients
    self.stations = stations
    let delay = stations.reduce(thinkTime) { $1.servers == nil ? $0 + $1.demand : $0 }
    self.delay = delay
    // Demands in units of about the time between requests, so that sums neither vanish nor grow.
    let demand = stations.reduce(delay) {
      $1.servers == nil ? $0 : $0 + $1.demand * Double($1.copies)
    }
    var pace = Double(clients) / demand
    for station in stations {
      if let servers = station.servers, station.demand > 0 {
        pace = min(pace, Double(servers) / station.demand)
      }
    }
    let rows = stations.map { station -> [Double]? in
      station.servers.map { Self.weights(station.demand * pace, servers: $0, clients) }
    }
    let think = Self.weights(delay * pace, servers: nil, clients)
    func all(without left: Int?) -> [Double] {
      var sum = think
      for (i, row) in rows.enumerated() {
        guard let row else { continue }
        let copies = stations[i].copies - (i == left ? 1 : 0)
        for _ in 0..<copies { sum = Self.convolved(sum, row) }
      }
      return sum
    }
    let whole = all(without: nil)
    throughput = whole[clients - 1] / whole[clients] * pace
    present = stations.indices.map { i in
      guard let row = rows[i] else { return 0 }
      let rest = all(without: i)
      var mean = 0.0
      var total = 0.0
      for n in 0...clients {
        let weight = row[n] * rest[clients - n]
        mean += Double(n) * weight
        total += weight
      }
      return mean / total
    }
  }

  /// Mean time from a request to its answer, by Little's law.
  public func response(thinkTime: Double) -> Double { Double(clients) / throughput - thinkTime }

  /// The weight of each number at a station, relative to the likeliest.
  private static func weights(_ demand: Double, servers: Int?, _ clients: Int) -> [Double] {
    var logs = [0.0]
    for n in 1...clients {
      let pace = Double(servers.map { min(n, $0) } ?? n)
      logs.append(logs[n - 1] + (demand > 0 ? PortableMath.log(demand / pace) : -1e3))
    }
    let most = logs.max() ?? 0
    return logs.map { PortableMath.exp($0 - most) }
  }

  /// A common factor means nothing: the largest sum becomes 1.
  private static func convolved(_ one: [Double], _ other: [Double]) -> [Double] {
    let sums = one.indices.map { n in (0...n).reduce(0) { $0 + one[$1] * other[n - $1] } }
    let most = sums.max() ?? 1
    return sums.map { $0 / most }
  }
}

/// Bounds of any closed loop, whatever its laws: Muntz and Wong 1974; Denning and Buzen 1978.
public enum AsymptoticBounds {
  /// At most so many requests in a unit of time: `total` is the time of a request that never waits,
  /// `bottleneck` the largest work of a request at one server.
  public static func throughput(
    clients: Int, thinkTime: Double, total: Double, bottleneck: Double
  ) -> Double {
    let free = Double(clients) / (total + thinkTime)
    return bottleneck > 0 ? min(1 / bottleneck, free) : free
  }

  /// At least so long takes a request on average.
  public static func response(
    clients: Int, thinkTime: Double, total: Double, bottleneck: Double
  ) -> Double {
    max(total, Double(clients) * bottleneck - thinkTime)
  }
}
