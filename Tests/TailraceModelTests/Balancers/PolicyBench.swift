import TailraceEngine

@testable import TailraceModel

/// The replicas that one balancer knows, for policies by themselves.
struct PolicyBench: ~Copyable {
  /// What the balancer knows of each; tests may change it.
  let hosts: Table<HostRow>
  /// Calls out to each.
  let loads: Table<Int32>
  private let places: Table<Int32>
  private let work: Table<Double>
  private let count: Int32

  /// Replicas with these weights.
  init(weights: [Double], loads: [Int32]? = nil) {
    count = Int32(weights.count)
    hosts = Table(
      weights.map { weight in
        var row = HostRow()
        (row.weight, row.present) = (weight, weight)
        return row
      })
    self.loads = Table(loads ?? Array(repeating: 0, count: weights.count))
    places = Table(Array(0..<count))
    work = Table(Array(repeating: 0, count: weights.count))
  }

  /// The next choice of a policy at an instant; `turn` names its draws.
  func pick(_ policy: inout some BalancingPolicy, now: UInt64 = 0, turn: Int = 0) -> Int {
    var luck = Luck.draw(Luck.root(seed: 5, source: 7, request: UInt64(turn)), salt: 11)
    var replicas = unsafe Replicas(
      count: count, loads: loads.pointer, returns: nil, work: work.pointer, now: now)
    unsafe replicas.hosts = hosts.pointer
    unsafe replicas.places = places.pointer
    return Int(policy.pick(replicas, &luck))
  }

  /// So many choices, as letters: the first replica is `a`.
  func letters(_ policy: inout some BalancingPolicy, _ count: Int) -> String {
    var text = ""
    for turn in 0..<count {
      let letter = UInt8(ascii: "a") + UInt8(pick(&policy, turn: turn))
      text.append(Character(UnicodeScalar(letter)))
    }
    return text
  }

  /// How often each of the replicas is chosen in so many calls.
  func counts(_ policy: inout some BalancingPolicy, _ calls: Int) -> [Int] {
    var counts = Array(repeating: 0, count: Int(count))
    for turn in 0..<calls { counts[pick(&policy, turn: turn)] += 1 }
    return counts
  }
}
