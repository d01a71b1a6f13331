/// Caches: what they hold, for how long, and who fetches what is missing.
extension Knobs {
  static let caches = [
    Knobs(
      "cache", in: .store, at: "caches.pages",
      [
        .words("placement", tellApart: .pages("hits")),
        .turn("service", nil, "mem", raises: .json("services.mem.requests")),
        .turn("key", "page", "user", raises: .pages("hits")),
        .turn("max_entries", "10", "100", raises: .pages("hits")),
        .turn("max_memory", "10KB", "100KB", raises: .pages("hits"), with: ".max_entries=null"),
        // Only what does not exist expires; SIEVE and LFU need time to part.
        .words(
          "eviction", tellApart: .json("caches.pages"), synonyms: ["RANDOM", "allkeys-random"],
          with: "run.duration=9s", ".max_entries=30", ".ttl=null", ".negative_ttl=10s",
          "keys.page.absent_fraction=0.3"),
        .turn("ttl", "100ms", "2s", raises: .pages("hits")),
        .turn("ttl_jitter_percent", "0", "90", changes: .pages("expirations")),
        .words("ttl_from", tellApart: .pages("hits")),
        .turn("lock", "false", "true", lowers: .pages("fetches")),
        .turn("lock_timeout", "1ms", "1s", lowers: .pages("fetches"), with: ".lock=true"),
        .turn("stale_while_revalidate", "1ms", "1s", raises: .pages("stale_served")),
        .turn(
          "negative_ttl", "10ms", "2s", raises: .pages("hits"),
          with: "keys.page.absent_fraction=0.3"),
        .turn(
          "stale_if_error", "1ms", "9s", raises: .users("outcomes.degraded"),
          with: "faults={down: {service: 'db', at: '1s', fail: 1}}"),
        .turn("early_refresh_beta", "0.1", "9", raises: .pages("fetches")),
        .turn("hit_latency", "1ms", "9ms", raises: .latency),
        .words("start", tellApart: .pages("hits")),
        .words(
          "write_policy", tellApart: .latency, needs: ["write_back": [".flush_interval=1s"]]),
        .turn(
          "flush_interval", "1ms", "2s", lowers: .json("services.db.requests"),
          with: ".write_policy=write_back"),
        .turn(
          "price", "{per_million_requests: 1}", "{per_million_requests: 2}",
          raises: .json("cost.per_hour")),
        .turn("enabled", "false", "true", lowers: .json("services.db.requests")),
      ]),
    Knobs(
      "price of a cache", in: .store, at: "caches.pages.price",
      [
        .turn(
          "per_gib_hour", "1", "2", raises: .json("cost.per_hour"),
          with: "caches.pages.max_entries=null", "caches.pages.max_memory=1MiB"),
        .turn("per_million_requests", "1", "2", raises: .json("cost.per_hour")),
      ]),
  ]
}
