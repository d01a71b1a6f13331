import TailraceCatalog
import TailraceModel

extension Limits {
  /// Bytes that a replication may take before its first request.
  static let bytesAhead = 350_000_000
  /// Bytes that the results of all replications may take.
  static let bytesKept = 4_000_000_000
}

extension TopologyBuilder {
  /// Refuses what would not fit in memory, with the sum that says why.
  mutating func checkMemory(_ topology: Topology, pairs: Int, policies: Int, of document: Node) {
    let footprint = Footprint(topology, pairs: pairs, policies: policies)
    guard footprint.total <= Limits.bytesAhead else {
      let parts = footprint.parts.filter { $0.total * 100 >= footprint.total }
        .map { "\($0.count) \($0.what) x \($0.bytes) B" }
      reading.report(
        .outOfRange, at: document["services"] ?? document,
        "a replication would take \(Self.megabytes(footprint.total)) before its first request: "
          + "\(parts.joined(separator: " + ")); at most \(Self.megabytes(Limits.bytesAhead))")
      return
    }
    let rows = topology.services.reduce(0) { $0 + $1.shards * $1.replicas }
    let kept = Replication.bytesKept(of: topology)
    let replications = scenario.run.replications
    if kept * replications > Limits.bytesKept {
      reading.report(
        .outOfRange, at: document["run"]?["replications"] ?? document["run"] ?? document,
        "\(replications) replications x \(rows) replicas would leave results of "
          + "\(Self.megabytes(kept * replications)); at most \(Self.megabytes(Limits.bytesKept))")
    }
  }

  private static func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
}

extension Scenario.Variant {
  /// Most replications whose results fit in the memory that they may take.
  public var replicationsMax: Int {
    Limits.bytesKept / max(1, Replication.bytesKept(of: topology))
  }
}
