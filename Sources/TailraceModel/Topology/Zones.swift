/// How many of something stand in a zone, against the other zones.
public struct ZoneWeight: Sendable, Equatable {
  /// Its number among the topology's zones.
  public var zone: Int
  /// At least 0.
  public var weight: Double

  public init(_ zone: Int, weight: Double = 1) {
    self.zone = zone
    self.weight = weight
  }
}

/// What messages meet one way: a delay, and perhaps more.
public struct Wire: Sendable {
  /// Delay of a message; nil takes no time.
  public var latency: LawSpec?
  /// What messages meet beside the delay; nil is nothing.
  public var transport: Transport?

  public init(latency: LawSpec? = nil, transport: Transport? = nil) {
    self.latency = latency
    self.transport = transport
  }
}

/// What messages meet whose sender and receiver both stand in zones.
public struct ZoneLinks: Sendable {
  /// In the same one.
  public var same: Wire
  /// In different ones.
  public var cross: Wire

  public init(same: Wire, cross: Wire) {
    self.same = same
    self.cross = cross
  }

  var all: [Wire] { [same, cross] }
}

extension ServiceSpec {
  /// Whether any of its replicas stands in a zone.
  public var hasZones: Bool { !zones.isEmpty || groups.contains { $0.zone != nil } }

  /// The zone of each replica, shard by shard; -1 is none. Empty where none stands in a zone.
  ///
  /// The replicas of a shard that no group puts anywhere are dealt out by weight: each zone has its
  /// whole part of them, and those with the largest remainders one more. Among equal remainders the
  /// order of the list decides, which begins one zone later with each shard: so that shards of one
  /// replica do not all stand in the first. One goes to each zone in turn while it has room.
  public var zoneOf: [Int] {
    if !hasZones { return [] }
    var own: [Int?] = groups.flatMap { Array(repeating: $0.zone, count: $0.replicas) }
    if groups.isEmpty { own = Array(repeating: nil, count: replicas) }
    let rest = own.count { $0 == nil }
    return (0..<shards).flatMap { shard in
      let dealt = dealt(rest, of: shard)
      var next = 0
      return own.map { zone in
        if let zone { return zone }
        if dealt.isEmpty { return -1 }
        next += 1
        return dealt[next - 1]
      }
    }
  }

  /// The zones of so many replicas of a shard, one after the other.
  private func dealt(_ count: Int, of shard: Int) -> [Int] {
    let total = zones.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return [] }
    let turn = shard % zones.count
    let order = Array(zones[turn...]) + Array(zones[..<turn])
    // A quota that is whole but for rounding counts as whole.
    let quotas = order.map { Double(count) * $0.weight / total + 1e-9 }
    var room = quotas.map { Int($0) }
    let byRemainder = order.indices.sorted {
      let (a, b) = (quotas[$0] - Double(room[$0]), quotas[$1] - Double(room[$1]))
      return a == b ? $0 < $1 : a > b
    }
    for i in byRemainder.prefix(max(0, count - room.reduce(0, +))) { room[i] += 1 }
    var found: [Int] = []
    while found.count < count {
      for i in order.indices where room[i] > 0 {
        found.append(order[i].zone)
        room[i] -= 1
      }
    }
    return found
  }
}

extension Wire {
  /// Whether messages meet more than a delay.
  var isFelt: Bool { transport?.isFelt ?? false }
}
