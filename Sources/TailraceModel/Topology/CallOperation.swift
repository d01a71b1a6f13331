/// What a call does to the key that it is about, at a service of which versions are kept.
public enum CallOperation: String, CaseIterable, Sendable {
  /// Is answered with the version that a replica has.
  case read
  /// Brings a new version, which each replica has once its visit is over.
  case write
}

/// What reads and writes of a service's keys came to.
public struct VersionSum: BitwiseCopyable, Sendable, Equatable {
  /// Reads that were answered.
  public var reads: UInt64 = 0
  /// Those whose newest answer was older than a write that had been answered when they began.
  public var stale: UInt64 = 0
  /// Writes that were answered by as many replicas as they wait for.
  public var writes: UInt64 = 0

  public init() {}

  /// The share of stale reads; nil without any read.
  public var staleShare: Double? { reads == 0 ? nil : Double(stale) / Double(reads) }

  /// All of some together; nil where there is none.
  public static func total(_ sums: [VersionSum?]) -> VersionSum? {
    let known = sums.compactMap { $0 }
    guard !known.isEmpty else { return nil }
    return known.reduce(into: VersionSum()) {
      $0.reads += $1.reads
      $0.stale += $1.stale
      $0.writes += $1.writes
    }
  }
}

extension Footprint {
  /// Versions of all keys at all replicas that hold them, once each key has been written.
  static func versions(_ topology: Topology) -> [Part] {
    topology.services.compactMap { service in
      service.versionedBy.map { key in
        Part(
          what: "keys of '\(service.name)' with a version at each replica",
          count: topology.keysWritten(of: key),
          bytes: VersionStore.bytesPerKey(
            replicas: service.replicas, banks: service.sharding?.reshard == nil ? 1 : 2))
      }
    } + cachedVersions(topology)
  }

  /// Versions of values in caches, once each key has been written and read at each instance.
  private static func cachedVersions(_ topology: Topology) -> [Part] {
    let spaces = Set(topology.services.compactMap(\.versionedBy))
    return topology.caches.filter { $0.enabled && spaces.contains($0.key) }.map { cache in
      let (count, overflow) = topology.keysWritten(of: cache.key).multipliedReportingOverflow(
        by: topology.instances(of: cache))
      return Part(
        what: "values of '\(cache.name)' with a version", count: overflow ? 1 << 40 : count,
        bytes: KeyMarks.bytesPerKey)
    }
  }
}

extension Topology {
  /// How many keys of a space requests can write.
  fileprivate func keysWritten(of space: String) -> Int {
    if let computed = computedKeys[space] { return Int(computed.count) }
    return workloads.reduce(0) { sum, workload in
      let carried = workload.keys.first { $0.space == space }
      guard let law = carried?.law else { return sum }
      if case .column = law { return sum + (workload.arrivals.trace?.rowsKept ?? 0) }
      return min(sum + min(law.supportCount, 1 << 40), 1 << 40)
    }
  }
}
