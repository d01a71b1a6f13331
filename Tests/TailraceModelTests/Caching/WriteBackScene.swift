@testable import TailraceModel

/// A cache that answers writes and stores them later, by work at `db`.
enum WriteBackScene {
  static func cache(every flush: UInt64) -> CacheSpec {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(10))
    cache.writePolicy = .writeBack
    cache.flushInterval = flush * Timeline.tick
    return cache
  }

  static func db(_ store: UInt64) -> ServiceSpec {
    var db = ServiceSpec(name: "db", handler: [.work(.ticks(store))])
    db.slots = nil
    return db
  }

  /// Request by request, `w` writes, `r` reads and `d` deletes its key.
  static let steps: [StepSpec] = [
    .cache(CacheUse("c", onMiss: [.wait(.ticks(3))]), for: "r"),
    .cache(CacheUse("c", store: [.call("db")]), for: "w"),
    .cache(CacheUse(dropFrom: "c"), for: "d"),
  ]

  /// The keys of so many requests, again and again.
  static func keys(_ keys: [UInt64], requests: Int) -> [CarriedKeys] {
    [CarriedKeys(space: "item", law: .given((0..<requests).map { keys[$0 % keys.count] }))]
  }
}

extension Replication {
  /// Writes answered, stores begun, stores failed and writes lost, over all instances.
  var writeBackCounts: [UInt64] {
    [CacheEvent.bufferedWrites, .stores, .failedStores, .lostWrites].map { event in
      caches[0].rows.reduce(0) { $0 + $1.count(event) }
    }
  }

  /// Stores that have reached `db`.
  var stored: UInt64? { services.first { $0.name == "db" }?.rows[0].requests }
}
