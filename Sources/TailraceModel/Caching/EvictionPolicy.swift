/// Says who leaves a full cache.
///
/// A policy is a name for static functions: what it remembers stands in the `Cache` (order in
/// its chains, a word in each entry), so that a million caches are rows of one table. The
/// skeleton (`Cache+Access.swift`) is written once and compiled for each policy.
public protocol EvictionPolicy: Sendable {
  /// Its name in scenario files.
  static var name: String { get }
  /// What it does, in one sentence.
  static var summary: String { get }
  /// Where one name stands for several algorithms: which one this is, part by part.
  static var variant: [(part: String, rule: String)] { get }
  /// How many forgotten keys it remembers at most, for each entry that it may hold.
  static var ghostsPerEntry: Double { get }
  /// Bytes that it takes for each entry beyond the entry's row and its place in the index.
  static var extraBytes: Int { get }

  /// An entry was asked for, or its value was replaced.
  static func use(_ i: Int32, in cache: inout Cache)
  /// Makes room and adds an entry; -1 where the policy turns it away.
  ///
  /// `ghost` is the row of a forgotten key that the policy still remembers, or -1. The charge is
  /// at least 1 and at most the capacity.
  static func admit(_ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache) -> Int32
  /// Makes one entry leave; false where none may.
  static func evictOne(in cache: inout Cache) -> Bool
  /// Forgets its order about an entry that leaves for another reason (expired, removed).
  static func forget(_ i: Int32, in cache: inout Cache)

  static func lookup(_ key: UInt64, now: UInt64, in cache: inout Cache) -> Cache.Lookup
  static func insert(_ value: Cache.Value, of key: UInt64, now: UInt64, in cache: inout Cache)
    -> Int32
  static func remove(_ key: UInt64, in cache: inout Cache) -> Bool
}

extension EvictionPolicy {
  public static var variant: [(part: String, rule: String)] { [] }
  public static var ghostsPerEntry: Double { 0 }
  public static var extraBytes: Int { 0 }

  @inline(__always)
  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    while !cache.hasRoom(for: charge) { if !evictOne(in: &cache) { return -1 } }
    return cache.add(key, charge: charge, to: 0)
  }

  /// Adds an entry to one chain, or to another if its key is remembered; that is forgotten first.
  @inline(__always)
  static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, to chain: Int, orIfKnown known: Int,
    in cache: inout Cache
  ) -> Int32 {
    if ghost >= 0 { cache.dropGhost(ghost) }
    while !cache.hasRoom(for: charge) { _ = evictOne(in: &cache) }
    return cache.add(key, charge: charge, to: ghost >= 0 ? known : chain)
  }

  @inline(__always)
  public static func forget(_ i: Int32, in cache: inout Cache) { cache.unchain(i) }
}

/// The eviction policies; a new one is a file and a line.
public enum EvictionPolicies {
  public static let all: [any EvictionPolicy.Type] = [
    LRU.self, FIFO.self, CLOCK.self, LFU.self, RANDOM.self, SLRU.self, TwoQ.self, ARC.self,
    WTinyLFU.self, S3FIFO.self, SIEVE.self,
    SampledLRU.self, SampledLFU.self, SampledRandom.self, VolatileLRU.self, VolatileTTL.self,
    NoEviction.self,
  ]
}
