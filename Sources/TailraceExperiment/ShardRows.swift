/// One shard over all replications.
public struct ShardRow: Sendable {
  public var shard: Int
  public var requests: UInt64
  /// Its requests over the mean of all shards; nil where there were none at all.
  public var load: Double?
  public var utilization: Double?
  /// In nanoseconds.
  public var waitMean: Double?
  public var waitP99: Double?
  /// From a call to its answer, in nanoseconds, of those that came.
  public var latencyMean: Double?
  public var latencyP99: Double?

  public init(
    shard: Int, requests: UInt64, load: Double?, utilization: Double?, waitMean: Double?,
    waitP99: Double?, latencyMean: Double?, latencyP99: Double?
  ) {
    self.shard = shard
    self.requests = requests
    self.load = load
    self.utilization = utilization
    self.waitMean = waitMean
    self.waitP99 = waitP99
    self.latencyMean = latencyMean
    self.latencyP99 = latencyP99
  }
}

/// One shard in one replication.
public struct ShardPart: Sendable {
  public var replication: Int
  public var row: ShardRow
  /// Visits that were answered in the window, and those that failed or were stopped.
  public var answered: UInt64
  public var failed: UInt64

  public init(replication: Int, row: ShardRow, answered: UInt64, failed: UInt64) {
    self.replication = replication
    self.row = row
    self.answered = answered
    self.failed = failed
  }
}

/// A key that many calls had.
public struct HotKey: Sendable, Equatable {
  public var key: UInt64
  /// The shard that owns it.
  public var shard: Int
  /// Calls in the windows that surely had it.
  public var requests: UInt64
  /// These over all calls by key.
  public var share: Double
  /// What the share may lack.
  public var errorBound: Double
  /// Work of its visits over that of all visits by key, of those that ended in the windows; surely
  /// not too high; nil if there was none.
  public var workShare: Double?

  public init(
    key: UInt64, shard: Int, requests: UInt64, share: Double, errorBound: Double,
    workShare: Double?
  ) {
    self.key = key
    self.shard = shard
    self.requests = requests
    self.share = share
    self.errorBound = errorBound
    self.workShare = workShare
  }
}
