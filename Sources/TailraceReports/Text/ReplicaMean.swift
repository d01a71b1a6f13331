import TailraceExperiment

/// One replica over all replications: counts are summed, levels averaged.
struct ReplicaMean {
  var shard: Int
  var replica: Int?
  var isSharded: Bool
  var requests: UInt64
  var shed: UInt64
  var utilization: Double?
  /// Share of the time that it was down.
  var down: Double?
  var queueMean: Double
  /// Weighted by the visits that were not shed.
  var waitMean: Double?

  /// The row's name within its service: "0", or "2/0" with the shard first.
  var label: String {
    guard let replica else { return "shard \(shard)" }
    return isSharded ? "\(shard)/\(replica)" : "\(replica)"
  }

  /// The replicas of a service by shard and number.
  static func all(of service: ServiceResult) -> [ReplicaMean] {
    let rows = service.rows.sorted(by: ReplicaRow.isOrdered(_:before:))
    var means: [ReplicaMean] = []
    var start = 0
    while start < rows.count {
      var end = start
      while end < rows.count, rows[end].isSameReplica(as: rows[start]) { end += 1 }
      means.append(ReplicaMean(rows[start..<end], isSharded: service.shards > 1))
      start = end
    }
    return means
  }

  private init(_ rows: ArraySlice<ReplicaRow>, isSharded: Bool) {
    let first = rows[rows.startIndex]
    let count = Double(rows.count)
    shard = first.shard
    replica = first.replica
    self.isSharded = isSharded
    requests = rows.reduce(0) { $0 + $1.requests }
    shed = rows.reduce(0) { $0 + $1.shed }
    queueMean = rows.reduce(0) { $0 + $1.queueMean } / count
    func mean(_ share: (ReplicaRow) -> Double?) -> Double? {
      let known = rows.compactMap(share)
      return known.count == rows.count ? known.reduce(0, +) / count : nil
    }
    utilization = mean(\.utilization)
    down = mean(\.down)
    var waits = 0.0
    var visits = 0.0
    for row in rows {
      guard let wait = row.waitMean, row.requests > row.shed else { continue }
      let weight = Double(row.requests - row.shed)
      waits += wait * weight
      visits += weight
    }
    waitMean = visits > 0 ? waits / visits : nil
  }
}

extension ReplicaRow {
  fileprivate static func isOrdered(_ one: ReplicaRow, before other: ReplicaRow) -> Bool {
    (one.shard, one.replica ?? -1, one.replication)
      < (other.shard, other.replica ?? -1, other.replication)
  }

  fileprivate func isSameReplica(as other: ReplicaRow) -> Bool {
    shard == other.shard && replica == other.replica
  }
}
