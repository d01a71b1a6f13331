import TailraceEngine

extension Footprint {
  /// What caches that write back remember until it is stored, once all their entries are written.
  static func writes(_ topology: Topology) -> [Part] {
    let caches = topology.caches.filter(\.enabled)
    let keeping = caches.filter { $0.writePolicy == .writeBack }
    if keeping.isEmpty { return [] }
    let writes = keeping.reduce(0) { sum, cache in
      let product = topology.instances(of: cache).multipliedReportingOverflow(
        by: topology.entriesMax(of: cache))
      return min(sum + (product.overflow ? 1 << 40 : product.partialValue), 1 << 40)
    }
    // A writer's step may be about one of several keys: one of each kind that scatters go by.
    let columns = Set(topology.services.compactMap { $0.sharding?.key }).count
    let bytes = WriteBuffer.bytes(writes: writes, keyColumns: columns)
    return [
      Part(
        what: "written values to store", count: writes,
        bytes: writes == 0 ? 0 : (bytes + writes - 1) / writes),
      // Every instance has a line, also those of the other caches.
      Part(
        what: "lines of values to store",
        count: caches.reduce(0) { $0 + topology.instances(of: $1) },
        bytes: MemoryLayout<WriteLine>.stride),
    ]
  }
}
