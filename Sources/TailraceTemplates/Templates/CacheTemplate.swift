extension Template {
  static let cache = Template(
    "cache", "A cache before a database, with popular keys.",
    """
    // Question: what does a cache before the database save?
    //
    //   [readers 1,000/s] --> [web 4 x 16] --> (pages: 10,000 of 50,000) --miss--> [db 2 x 16]
    //
    // Answer: a fifth of the pages answers 74.4 % of the requests. The database is 21.7 % busy
    // instead of 84.6 %, the mean falls from 30.4 ms to 8.22 ms, but p99, which is all misses,
    // only from 125 ms to 79.5 ms. Values that expire after 5 s leave 46.3 %.
    // Change: max_entries and ttl of "pages", the exponent of its keys' popularity.
    // Try:
    //   tailrace compare FILE --variants no-cache,cache
    //   tailrace sweep FILE --param 'caches.pages.max_entries=2500..40000 factor 2'
    {
      "tailrace": 1,
      "name": "cache",
      "seed": 2,
      "run": { "duration": "25s", "warm_up": "10s" },
      // Popular pages are asked for more often: the n-th in proportion to 1 / n^0.9.
      "keys": { "page": { "count": 50000, "popularity": { "type": "zipf", "exponent": 0.9 } } },
      "workloads": {
        "readers": {
          "arrivals": { "type": "poisson", "rate": "1000/s" },
          "keys": { "page": 1 },
          "steps": [{ "call": "web" }],
        },
      },
      "services": {
        "web": {
          "replicas": 4,
          "concurrency": 16,
          "handler": [
            { "work": { "type": "exponential", "mean": "1ms" } },
            { "cache": "pages", "on_miss": [{ "call": "db" }] },
          ],
        },
        "db": {
          "replicas": 2,
          "concurrency": 16,
          "handler": [{ "work": { "type": "lognormal", "p50": "20ms", "p99": "120ms" } }],
        },
      },
      "caches": {
        "pages": { "max_entries": 10000, "eviction": "LRU", "hit_latency": "400us", "start": "warm" },
      },
      "thresholds": { "hit_ratio{cache:pages}": ["value > 60%"] },
      "variants": {
        "cache": {},
        "no-cache": {
          "caches.pages.enabled": false, "thresholds.hit_ratio{cache:pages}": null,
        },
        "short-lived": { "caches.pages.ttl": "5s" },
      },
    }

    """)
}
