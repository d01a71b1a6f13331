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
  /// The one at which more wait than at all others together, and its part, where it is not the
  /// busiest itself: a slow replica holds a queue without being the busiest on average.
  var crowded: (words: String, share: Double)?

  /// What those who wait have in front of them: the busiest, or the crowded one; nil where neither
  /// has more than half of them.
  var waitedFor: String? {
    if let crowded { return crowded.words }
    return waitingShare ?? 1 > 0.5 ? words : nil
  }

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
    // Of all, of the busiest, and of each place, over all replications.
    var (waiting, waitingOwn) = (0.0, 0.0)
    var waitingAt: [Double] = []
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
      if waitingAt.isEmpty { waitingAt = rows.map { _ in 0 } }
      for (place, row) in rows.enumerated() where place < waitingAt.count {
        waitingAt[place] += row.queueMean
        waiting += row.queueMean
        if place == top.0 { waitingOwn += row.queueMean }
      }
    }
    guard !most.isEmpty, service.requests >= UInt64(1_000 * service.rows.count / 2) else {
      return nil
    }
    busy = most.reduce(0, +) / Double(most.count)
    mean = means.reduce(0, +) / Double(means.count)
    if mean <= 0 { return nil }
    // Of one replication, or where it is another one each time, the number says nothing.
    let isSame = Set(numbers).count == 1 && numbers.count > 1
    words =
      isSame
      ? Self.words(numbers[0], service)
      : "busiest \(service.replicas > 1 ? "replica" : "shard")"
    guard waiting > 0.05 * Double(most.count) else { return }
    waitingShare = waitingOwn / waiting
    if let place = waitingAt.indices.max(by: { waitingAt[$0] < waitingAt[$1] }),
      waitingAt[place] > 0.5 * waiting, waitingOwn < 0.5 * waiting
    {
      crowded = (Self.words(place, service), waitingAt[place] / waiting)
    }
  }

  /// "shard 2 replica 0": what a place among a service's replicas is called.
  private static func words(_ place: Int, _ service: ServiceResult) -> String {
    let row = service.rows[place]
    let parts = [
      service.shards > 1 ? "shard \(row.shard)" : nil,
      service.replicas > 1 ? "replica \(row.replica ?? 0)" : nil,
    ].compactMap { $0 }
    return parts.joined(separator: " ")
  }
}
