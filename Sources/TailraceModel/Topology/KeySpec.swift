/// How often each key of a key space is drawn.
public indirect enum KeyLaw: Sendable {
  /// Every key of the range alike.
  case uniform(ClosedRange<UInt64>)
  /// The first key of the range is the most popular; the k-th is drawn as often as k^-exponent.
  case zipf(ClosedRange<UInt64>, exponent: Double)
  /// Some keys, each with its weight.
  case list([WeightedKey])
  /// One of several laws, each with its weight: a hot set beside a cold one.
  case mixture([WeightedKeyLaw])
  /// The keys of the range one after the other, again and again; as part of a mixture it advances by
  /// its share.
  case scan(ClosedRange<UInt64>)
  /// Another law over keys 0 to `count - 1` whose keys all shift by one, downwards and around, each
  /// time that `every` nanoseconds have passed: the key before the first becomes the most popular
  /// and all others sink a rank. Not within other laws.
  case shifting(KeyLaw, every: UInt64, count: UInt64)
  /// Given keys in the order of the requests, as a trace has them; the last repeats.
  case given([UInt64])
  /// The key in a column of the workload's trace: one for each request.
  case column(String)

  /// The keys that can be drawn, as ranges in order that neither touch nor overlap.
  public var support: [ClosedRange<UInt64>] {
    var ranges: [ClosedRange<UInt64>] = []
    for range in pieces.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = ranges.last,
        range.lowerBound <= last.upperBound
          || range.lowerBound == last.upperBound + 1
      {
        let end = max(last.upperBound, range.upperBound)
        ranges[ranges.count - 1] = last.lowerBound...end
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }

  /// How many different keys can be drawn; at most 2^62 is told apart.
  public var supportCount: Int {
    support.reduce(0) { sum, range in
      let length = min(range.upperBound - range.lowerBound, 1 << 62) + 1
      return min(sum + Int(length), 1 << 62)
    }
  }

  private var pieces: [ClosedRange<UInt64>] {
    switch self {
    case .uniform(let range), .zipf(let range, _), .scan(let range): [range]
    case .shifting(_, _, let count): [0...(count - 1)]
    case .list(let keys): keys.filter { $0.weight > 0 }.map { $0.key...$0.key }
    case .mixture(let parts): parts.filter { $0.weight > 0 }.flatMap { $0.law.pieces }
    case .given(let keys): keys.map { $0...$0 }
    case .column: [0...UInt64.max]
    }
  }
}

/// A key that is drawn with a chance in proportion to its weight.
public struct WeightedKey: Sendable {
  public var key: UInt64
  public var weight: Double

  public init(_ key: UInt64, weight: Double = 1) {
    self.key = key
    self.weight = weight
  }
}

/// A law of keys that is drawn with a chance in proportion to its weight.
public struct WeightedKeyLaw: Sendable {
  public var weight: Double
  public var law: KeyLaw

  public init(weight: Double, law: KeyLaw) {
    self.weight = weight
    self.law = law
  }
}

/// Keys of one key space that each request of a workload carries.
public struct CarriedKeys: Sendable {
  public var space: String
  public var law: KeyLaw
  /// How many different ones; draws are cut to 1...`countMax`.
  public var count = LawSpec.constant(1)

  /// Most keys of one space that a request may carry.
  public static let limit = 1_024

  public init(space: String, law: KeyLaw, count: LawSpec = .constant(1)) {
    self.space = space
    self.law = law
    self.count = count
  }

  /// Most keys that a request can carry: as many as there are, within the limit.
  public var countMax: Int {
    if case .column = law { return 1 }
    var most = Self.limit
    let largest = count.largest
    if largest < Double(most) {
      most = max(1, Int(largest.rounded(.up)))
    }
    if case .given = law { return most }
    return min(most, law.supportCount)
  }
}

/// Whose keys decide about the shard, and how.
public struct Sharding: Sendable {
  /// The key space.
  public var key: String
  public var policy: any ShardingPolicy
  /// How many keys there are; nil where only a trace knows.
  public var keyCount: UInt64?
  /// Keys of which several shards hold a copy; nil where each has one owner.
  public var hotKeys: HotKeys?
  /// Becomes another number of shards; the service has as many as the larger of both.
  public var reshard: Reshard?

  public init(key: String, policy: any ShardingPolicy = Modulo(), keyCount: UInt64? = nil) {
    self.key = key
    self.policy = policy
    self.keyCount = keyCount
  }

  /// The shards of a service, as its policy sees them.
  public func shards(of service: ServiceSpec) -> Shards {
    Shards(service: service.name, count: reshard?.from ?? service.shards, keyCount: keyCount)
  }
}
