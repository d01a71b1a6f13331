import TailraceModel

/// What the parts of a design cost: pure numbers of whatever currency.
public struct Prices: Sendable {
  /// What the numbers are in; nil where the file does not say.
  public var currency: String?
  public var items: [Price] = []

  public init() {}

  /// Cost per hour of what stands there whether it is used or not: a lower bound of the whole.
  public var standing: Double {
    items.reduce(0) { sum, price in sum + (price.units ?? 0) * price.amount }
  }
}

/// One price of one part of a design.
public struct Price: Sendable {
  /// What is paid for; raw values are the words of files.
  public enum Basis: String, Sendable {
    case replicaHour = "per_replica_hour"
    case gibHour = "per_gib_hour"
    case millionRequests = "per_million_requests"
  }

  /// What it is the price of.
  public enum Part: Sendable, Equatable {
    case service(String)
    case cache(String)

    /// The name of the service or cache.
    public var name: String {
      switch self {
      case .service(let name), .cache(let name): name
      }
    }
  }

  public var part: Part
  public var basis: Basis
  /// Of one replica or GiB for an hour, or of a million requests.
  public var amount: Double
  /// Replicas or GiB that stand there; nil where requests are paid for.
  public var units: Double?

  public init(_ part: Part, _ basis: Basis, amount: Double, units: Double? = nil) {
    self.part = part
    self.basis = basis
    self.amount = amount
    self.units = units
  }
}

extension Price {
  /// A replica for an hour, of all shards of a service.
  public static func replicas(of service: ServiceSpec, _ amount: Double) -> Price {
    Price(
      .service(service.name), .replicaHour, amount: amount,
      units: Double(service.shards * service.replicas))
  }

  /// A GiB for an hour, of all instances of a cache.
  ///
  /// - Parameters:
  ///   - cache: the cache; one that is not enabled takes no memory.
  ///   - memory: bytes of one instance.
  ///   - topology: who uses it.
  ///   - amount: of one GiB for an hour.
  /// - Returns: the price with the memory of all instances.
  public static func memory(
    of cache: CacheSpec, bytes memory: UInt64, in topology: Topology, _ amount: Double
  ) -> Price {
    let instances = cache.enabled ? Double(topology.instances(of: cache)) : 0
    return Price(
      .cache(cache.name), .gibHour, amount: amount,
      units: instances * Double(memory) / 1_073_741_824)
  }
}
