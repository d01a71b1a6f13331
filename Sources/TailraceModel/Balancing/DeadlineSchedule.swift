/// Takes in turn the replica whose deadline is earliest (EDF, as in Envoy and gRPC): a replica comes
/// again a period after its last deadline.
struct DeadlineSchedule: Sendable {
  /// The deadline that was met last.
  private var clock = 0.0

  /// The replica whose turn it is, which stands in the order of places where deadlines are equal.
  ///
  /// Replicas that join start at the present: what they missed they do not catch up with. Time in
  /// proportion to their number.
  @inline(__always)
  mutating func next(_ replicas: Replicas, period: (_ i: Int32) -> Double) -> Int32 {
    var best: Int32 = 0
    var deadline = Double.infinity
    for i in 0..<replicas.count {
      // A first deadline lies one period ahead, as does that of one who comes back.
      if replicas[host: i].turn < clock || replicas[host: i].turn == 0 {
        replicas[host: i].turn = clock + period(i)
      }
      if replicas[host: i].turn < deadline {
        deadline = replicas[host: i].turn
        best = i
      }
    }
    clock = deadline
    replicas[host: best].turn = deadline + period(best)
    return best
  }
}
