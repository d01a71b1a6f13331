import TailraceModel

/// What the ports of a service's replicas to a link carried in the measured window, one way.
public struct PortResult: Sendable {
  /// The link: `default`, `services/<name>` or `links/<name>`.
  public var link: String
  public var service: String
  public var direction: PortDirection
  /// Bytes per second of each port.
  public var bandwidth: Double
  public var ports: Int
  /// Messages that they began to carry, those that got lost too, and their bytes, over all
  /// replications.
  public var messages: UInt64
  public var bytes: UInt64
  /// Time that they carried messages over the time of all; from 0 to 1.
  public var utilization: Estimate
  /// The port that carried most of all, by its replica, and its own utilization.
  public var busiest: (shard: Int, replica: Int, utilization: Estimate)

  public init(
    link: String, service: String, direction: PortDirection, bandwidth: Double, ports: Int,
    messages: UInt64, bytes: UInt64, utilization: Estimate,
    busiest: (shard: Int, replica: Int, utilization: Estimate)
  ) {
    self.link = link
    self.service = service
    self.direction = direction
    self.bandwidth = bandwidth
    self.ports = ports
    self.messages = messages
    self.bytes = bytes
    self.utilization = utilization
    self.busiest = busiest
  }
}

extension Merge {
  /// Ports to links of limited bandwidth.
  func ports() -> [PortResult] {
    (replications.first?.ports.indices ?? 0..<0).map(port)
  }

  private func port(_ p: Int) -> PortResult {
    let own = replications.map { $0.ports[p] }
    let group = own[0]
    let indices = group.rows.indices
    let busy = indices.map { port in own.reduce(0) { $0 + $1.rows[port].busyArea } }
    // The lowest of those that tie.
    let busiest = indices.reduce(0) { busy[$1] > busy[$0] ? $1 : $0 }
    let replicas = replications[0].services.first { $0.name == group.service }?.replicas ?? 1
    func total(_ part: KeyPath<PortRow, UInt64>) -> UInt64 {
      own.reduce(0) { sum, ports in ports.rows.reduce(sum) { $0 + $1[keyPath: part] } }
    }
    return PortResult(
      link: group.link, service: group.service, direction: group.direction,
      bandwidth: group.bandwidth, ports: group.rows.count, messages: total(\.messages),
      bytes: total(\.bytes),
      utilization: perWindow { number, length in
        let area = own[number].rows.reduce(0) { $0 + $1.busyArea }
        return Double(area) / length / Double(indices.count)
      },
      busiest: (
        busiest / replicas, busiest % replicas,
        perWindow { Double(own[$0].rows[busiest].busyArea) / $1 }
      ))
  }
}
