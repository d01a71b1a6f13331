import TailraceCatalog

/// What a service costs.
public struct ServicePriceDeclaration: Declared {
  public static let kind = "price of a service"
  public static let summary = "What it costs: bare numbers of the file's 'currency'."
  public static let keys: [Key<Self>] = [
    Key("per_replica_hour", \.perReplicaHour, .real(0...1e12), "A replica for an hour."),
    Key(
      "per_million_requests", \.perMillionRequests, .real(0...1e12),
      "A million visits that were not turned away, repeated ones among them."),
  ]
  public static let laterKeys = [
    "per_node_hour", "per_million_messages", "per_gib_second", "per_gib_hour",
  ]

  var perReplicaHour: Double?
  var perMillionRequests: Double?

  public init() {}
}

/// What a cache costs.
public struct CachePriceDeclaration: Declared {
  public static let kind = "price of a cache"
  public static let summary = "What it costs: bare numbers of the file's 'currency'."
  public static let keys: [Key<Self>] = [
    Key(
      "per_gib_hour", \.perGibHour, .real(0...1e12),
      "A GiB of every instance's 'max_memory' for an hour."),
    Key("per_million_requests", \.perMillionRequests, .real(0...1e12), "A million lookups."),
  ]
  public static let laterKeys = ["per_node_hour", "per_gib_second", "per_replica_hour"]

  var perGibHour: Double?
  var perMillionRequests: Double?

  public init() {}
}
