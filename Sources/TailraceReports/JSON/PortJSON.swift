import TailraceExperiment

/// The part of a link's ports in the summary document.
struct PortJSON: Encodable {
  let ports: PortResult

  init(_ ports: PortResult) {
    self.ports = ports
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(ports.link, forKey: .link)
    try document.encode(ports.service, forKey: .service)
    try document.encode(ports.direction.rawValue, forKey: .direction)
    try document.encode(Finite(ports.bandwidth), forKey: .bandwidth)
    try document.encode(ports.ports, forKey: .ports)
    try document.encode(ports.messages, forKey: .messages)
    try document.encode(ports.bytes, forKey: .bytes)
    try document.encode(ports.utilization.finite(), forKey: .utilization)
    try document.encode(ports.utilization.finiteHalfWidth(), forKey: .utilizationInterval)
    var busiest = document.nestedContainer(keyedBy: Key.self, forKey: .busiest)
    try busiest.encode(ports.busiest.shard, forKey: .shard)
    try busiest.encode(ports.busiest.replica, forKey: .replica)
    try busiest.encode(ports.busiest.utilization.finite(), forKey: .utilization)
    try busiest.encode(ports.busiest.utilization.finiteHalfWidth(), forKey: .utilizationInterval)
  }

  private enum Key: String, CodingKey {
    case link, service, direction
    case bandwidth = "bandwidth_bytes_per_s"
    case ports, messages, bytes
    case utilization = "utilization_ratio"
    case utilizationInterval = "utilization_ratio_ci95"
    case busiest = "busiest_port"
    case shard, replica
  }
}
