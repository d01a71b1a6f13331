import TailraceEngine

/// Keeps a pool of answers to probes and goes by them (Wydrowski et al., "Load is not what you should
/// balance: Introducing Prequal", NSDI 2024).
///
/// A probe says how many requests a replica has in flight (RIF) and what they took. Probes whose RIF
/// is above a quantile of those seen of late are hot: the fastest cold one wins, and if all are hot
/// the one with the fewest in flight.
public struct Prequal: BalancingPolicy {
  public static let name = "PREQUAL"
  public static let summary =
    "Asks a few replicas with each call how many requests they have in flight and how long those "
    + "take, and goes by the answers of late: the fastest that is not crowded."
  public var readsLoad: Bool { false }
  public var readsServers: Bool { true }

  /// Most probes kept, from 1 to 16.
  public var pool = 16
  /// Probes sent with each call, from 1 to 16.
  public var probes = 3
  /// Above this quantile of the requests in flight a replica is hot.
  public var hotQuantile = 0.84
  /// Nanoseconds after which a probe is forgotten.
  public var ageMax: UInt64 = 1_000_000_000

  private var kept = InlineArray<16, Probe>(repeating: Probe())
  private var count = 0
  /// Requests in flight as the last probes said, in the order of the probes and of size.
  private var seen = InlineArray<64, Int32>(repeating: 0)
  private var sorted = InlineArray<64, Int32>(repeating: 0)
  private var seenCount = 0
  private var dropsOldest = false

  private struct Probe: BitwiseCopyable, Sendable {
    var place: Int32 = 0
    var inFlight: Int32 = 0
    var latency = 0.0
    var at: UInt64 = 0
    var uses: Int32 = 0
  }

  public init() {}

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    forget(replicas)
    let chosen = best(replicas) ?? Int32(truncatingIfNeeded: luck.below(UInt64(replicas.count)))
    if count > 1 { dropOne() }
    probe(replicas, &luck)
    return chosen
  }

  /// Forgets probes that are too old or used too often, or of replicas out of the rotation.
  private mutating func forget(_ replicas: Replicas) {
    let usesMax = usesMax(of: Int(replicas.count))
    var left = 0
    for k in 0..<count {
      let isOld = replicas.now &- kept[k].at > ageMax || kept[k].uses >= usesMax
      if isOld || index(of: kept[k].place, replicas) == nil { continue }
      kept[left] = kept[k]
      left += 1
    }
    count = left
  }

  /// How often a probe may be used, so that the pool neither dries up nor grows stale: the paper's
  /// rule with one removal a call.
  private func usesMax(of replicas: Int) -> Int32 {
    let gained = (1 - Double(pool) / Double(max(replicas, pool + 1))) * Double(probes) - 1
    return gained <= 0 ? 1 : Int32(max(1, min(64, (2 / gained).rounded(.up))))
  }

  private func index(of place: Int32, _ replicas: Replicas) -> Int32? {
    // Candidates stand in the order of their places.
    var (low, high) = (Int32(0), replicas.count)
    while low < high {
      let middle = (low &+ high) / 2
      if replicas.place(middle) < place { low = middle &+ 1 } else { high = middle }
    }
    return low < replicas.count && replicas.place(low) == place ? low : nil
  }

  /// The replica of the best probe, which has one more in flight from now on.
  private mutating func best(_ replicas: Replicas) -> Int32? {
    if count < 2 { return nil }
    let bound = hotBound
    var best = 0
    for k in 1..<count where isBetter(kept[k], than: kept[best], bound) { best = k }
    kept[best].uses += 1
    kept[best].inFlight &+= 1
    return index(of: kept[best].place, replicas)
  }

  private func isBetter(_ a: Probe, than b: Probe, _ bound: Int32) -> Bool {
    let (aIsHot, bIsHot) = (a.inFlight > bound, b.inFlight > bound)
    if aIsHot != bIsHot { return bIsHot }
    return aIsHot ? a.inFlight < b.inFlight : a.latency < b.latency
  }

  /// The quantile of the requests in flight of late.
  private var hotBound: Int32 {
    let n = min(seenCount, 64)
    if n == 0 { return .max }
    if hotQuantile == 0 { return -1 }
    return sorted[min(n, max(1, Int((hotQuantile * Double(n)).rounded(.up)))) - 1]
  }

  /// Remembers how many requests a replica had in flight, and forgets the oldest such number.
  private mutating func note(_ inFlight: Int32) {
    // The new one takes the place of the oldest, and moves from there to where it belongs.
    var k = seenCount < 64 ? seenCount : rank(of: seen[seenCount % 64])
    let last = min(seenCount, 63)
    while k > 0 && sorted[k - 1] > inFlight {
      sorted[k] = sorted[k - 1]
      k -= 1
    }
    while k < last && sorted[k + 1] < inFlight {
      sorted[k] = sorted[k + 1]
      k += 1
    }
    sorted[k] = inFlight
    seen[seenCount % 64] = inFlight
    seenCount = seenCount < 1 << 30 ? seenCount + 1 : 64
  }

  /// Where the first of its size stands among all 64.
  private func rank(of inFlight: Int32) -> Int {
    var (low, high) = (0, 63)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < inFlight { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Removes the oldest and the worst in turn.
  private mutating func dropOne() {
    dropsOldest.toggle()
    var victim = 0
    let bound = hotBound
    for k in 1..<count {
      let goes =
        dropsOldest ? kept[k].at < kept[victim].at : isBetter(kept[victim], than: kept[k], bound)
      if goes { victim = k }
    }
    remove(victim)
  }

  private mutating func remove(_ k: Int) {
    for j in k..<(count - 1) { kept[j] = kept[j + 1] }
    count -= 1
  }

  /// Asks distinct replicas; what they say is of use from the next call on.
  private mutating func probe(_ replicas: Replicas, _ luck: inout KeyedRandom) {
    // Any set is equally likely: Floyd's algorithm (Bentley and Floyd, CACM 30(9), 1987).
    var asked = InlineArray<16, Int32>(repeating: -1)
    let wanted = min(probes, Int(replicas.count))
    for n in 0..<wanted {
      let last = replicas.count - Int32(wanted - n)
      let drawn = Int32(truncatingIfNeeded: luck.below(UInt64(last) + 1))
      var isNew = true
      for k in 0..<n where asked[k] == drawn { isNew = false }
      asked[n] = isNew ? drawn : last
      ask(asked[n], replicas)
    }
  }

  /// Keeps what a replica says of itself.
  private mutating func ask(_ i: Int32, _ replicas: Replicas) {
    let sight = replicas.server(i)
    let place = replicas.place(i)
    note(sight.inFlight)
    // What is known of it already is out of date.
    for k in 0..<count where kept[k].place == place {
      remove(k)
      break
    }
    if count == pool { remove(0) }
    kept[count] = Probe(
      place: place, inFlight: sight.inFlight, latency: sight.latency, at: replicas.now)
    count += 1
  }
}
