import TailraceExperiment

/// The shard or replica that is clearly busier than the others.
struct BusiestUnit {
  /// What it is called behind "its".
  var words: String
  /// Its busy slots over all its slots, and those of all together.
  var busy: Double
  var mean: Double
  /// Its part of all waiting; nil where hardly anybody waits.
  var waitingShare: Double?

  var factor: Double { busy / mean }

  /// Times the mean from which on one stands out.
  static let factorLeast = 1.25

  /// Nil where none stands out, or the run does not support saying so.
  init?(_ service: ServiceResult) {
    if let load = service.shardLoad, service.shards > 1 {
      self.init(load, service)
    } else {
      self.init(replicasOf: service)
    }
    if factor < Self.factorLeast || busy < 0.2 { return nil }
  }

  private init?(_ load: ShardLoad, _ service: ServiceResult) {
    let known = load.shards.compactMap { row in row.utilization.map { (row.shard, $0) } }
    guard known.count == load.shards.count,
      let top = known.max(by: { ($0.1, -$0.0) < ($1.1, -$1.0) }),
      let mean = service.utilization.value, mean > 0,
      load.shards[top.0].requests >= 1_000, load.imbalance.isNarrow(Double(load.requests))
    else { return nil }
    (words, busy, self.mean) = ("shard \(top.0)", top.1, mean)
    waitingShare = nil
  }

  /// Of the replications' busiest replicas, whichever they are.
  private init?(replicasOf service: ServiceResult) {
    guard service.shards * service.replicas > 1, service.rows.allSatisfy({ $0.replica != nil })
    else { return nil }
    var most: [Double] = []
    var means: [Double] = []
    var numbers: [Int] = []
    var (waiting, waitingMost) = (0.0, 0.0)
    var first = 0
    while first < service.rows.count {
      let replication = service.rows[first].replication
      let rows = service.rows[first...].prefix { $0.replication == replication }
      first = rows.endIndex
      let known = rows.enumerated().compactMap { place, row in
        row.utilization.map { (place, $0) }
      }
      guard known.count == rows.count, known.count > 1,
        let top = known.max(by: { ($0.1, -$0.0) < ($1.1, -$1.0) })
      else { return nil }
      most.append(top.1)
      means.append(known.reduce(0) { $0 + $1.1 } / Double(known.count))
      numbers.append(top.0)
      waiting += rows.reduce(0) { $0 + $1.queueMean }
      waitingMost += rows.map(\.queueMean).max() ?? 0
    }
    guard !most.isEmpty, service.requests >= UInt64(1_000 * service.rows.count / 2) else {
      return nil
    }
    busy = most.reduce(0, +) / Double(most.count)
    mean = means.reduce(0, +) / Double(means.count)
    if mean <= 0 { return nil }
    // Of one replication, or where it is another one each time, the number says nothing.
    let isSame = Set(numbers).count == 1 && numbers.count > 1
    let row = service.rows[numbers[0]]
    let parts = [
      service.shards > 1 ? "shard \(row.shard)" : nil,
      service.replicas > 1 ? "replica \(row.replica ?? 0)" : nil,
    ].compactMap { $0 }
    words =
      isSame
      ? parts.joined(separator: " ") : "busiest \(service.replicas > 1 ? "replica" : "shard")"
    waitingShare = waiting > 0.05 * Double(most.count) ? waitingMost / waiting : nil
  }
}
