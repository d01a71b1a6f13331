/// What services, calls, caches and shards did.
extension CSVFile {
  static let services = CSVFile(
    "services.csv",
    row: "replica and replication; of a service with many, shard and replication",
    context(.perReplication) + [
      .text("service", "the service"), .count("shard", "its shard, from 0"),
      .count("replica", "the replica of the shard, from 0", empty: "the row sums a shard"),
      .count("requests", "visits in the window"),
      .count("errors", "visits that failed, those shed among them"),
      .count("shed", "visits turned away because the queue was full"),
      .count(
        "retries", "attempts sent again by callers", empty: "no caller retries or hedges"),
      .ratio(
        "utilization_ratio", "slot time used over slot time there was",
        empty: "the number of slots has no limit"),
      CSVColumn("queue_length_mean", .number, "visits that wait for a slot, mean over time"),
      .count("queue_length_max", "the most that waited at once at one replica"),
      .milliseconds("wait_mean_ms", "mean wait for a slot", empty: "no visit began its work"),
      .milliseconds(
        "wait_p99_ms", "99th percentile of that wait",
        empty: "fewer than 10 visits lie beyond it"),
      .seconds("busy_s", "slot time used in the window"),
      .seconds("down_s", "time in the window after a crash; of a shard, the sum"),
    ])

  static let calls = CSVFile(
    "calls.csv", row: "caller, callee and replication",
    context(.perReplication) + [
      .text("from", "the caller: a workload or a service"), .text("to", "the service called"),
      .count("calls", "calls begun in the window"),
      .count("attempts", "their attempts, first ones included"),
      .count("retries", "attempts sent again", empty: "each call is one attempt"),
      .count(
        "hedges", "copies of calls that had not come back", empty: "each call is one attempt"),
      .count("hedge_wins", "calls that a copy answered first", empty: "each call is one attempt"),
      .count("timeouts", "calls that their caller's timeout ended"),
      .count(
        "errors", "calls without an answer, timeouts among them; not those that were given up"),
      .milliseconds(
        "latency_p50_ms", "median of answered calls as the caller saw them, within 1.6 %",
        empty: "fewer than 10 calls lie beyond it"),
      .milliseconds(
        "latency_p99_ms", "their 99th percentile, within 1.6 %",
        empty: "fewer than 10 calls lie beyond it"),
    ])

  static let caches = CSVFile(
    "caches.csv", row: "instance of a cache and replication", when: "where a step uses a cache",
    context(.perReplication) + [
      .text("cache", "the cache"), .count("instance", "its instance, from 0"),
      .count("hits", "lookups answered by it, those with a stale value among them"),
      .count("misses", "all other lookups, those that waited for another's fetch among them"),
      CSVColumn("hit_bytes", .bytes, "bytes of the hits", empty: "keys have no sizes"),
      CSVColumn("miss_bytes", .bytes, "bytes of the misses", empty: "keys have no sizes"),
      .count("coalesced", "misses that waited for another's fetch of the same key"),
      .count("stale_served", "hits on a value past its time to live"),
      .count("evictions", "entries that left for want of room"),
      .count("expirations", "entries found to have expired beyond use"),
      CSVColumn("entries_mean", .number, "entries held, mean over time"),
    ])

  static let replicasOverTime = CSVFile(
    "replicas_over_time.csv",
    row: "interval of simulated time (--interval) and replica of a service with several",
    when: "where a service has from 2 to 64 replicas",
    context(.merged) + [
      .seconds("time_s", "start of the interval"), .seconds("interval_s", "its length"),
      .text("service", "the service"), .count("shard", "its shard, from 0"),
      .count("replica", "the replica of the shard, from 0"),
      .ratio(
        "utilization_ratio", "slot time used over slot time there was",
        empty: "the number of slots has no limit"),
      CSVColumn("busy_slots_mean", .number, "visits that hold a slot, mean over time"),
      CSVColumn("queue_length_mean", .number, "visits that wait for one, mean over time"),
    ])

  static let shards = CSVFile(
    "shards.csv", row: "shard of a service and replication",
    when: "where keys choose shards",
    context(.perReplication) + [
      .text("service", "the service"), .count("shard", "its shard, from 0"),
      .count("requests", "visits of the shard in the window"),
      .ratio(
        "over_mean_ratio", "these over the mean of all shards", empty: "there were no visits"),
      .ratio(
        "utilization_ratio", "slot time used over slot time there was",
        empty: "the number of slots has no limit"),
      .milliseconds("wait_mean_ms", "mean wait for a slot", empty: "no visit began its work"),
      .milliseconds(
        "wait_p99_ms", "99th percentile of that wait",
        empty: "fewer than 10 visits lie beyond it"),
      .count("answered_count", "visits answered in the window"),
      .count("failed_count", "visits that failed, were turned away or stopped"),
      .milliseconds(
        "latency_mean_ms", "mean from the call to its answer", empty: "none was answered"),
      .milliseconds(
        "latency_p99_ms", "99th percentile of that", empty: "fewer than 10 visits lie beyond it"),
    ])

  static let hotKeys = CSVFile(
    "hot_keys.csv", row: "key that many calls to a service had",
    when: "where keys choose shards",
    context(.merged) + [
      .text("service", "the service"), .count("shard", "the shard that owns the key"),
      .count("key", "the key's number"), .count("requests", "calls that surely had it"),
      .ratio("share_ratio", "these over all calls by key"),
      .ratio("error_bound_ratio", "what that share may lack, below 1/768"),
      .ratio(
        "work_share_ratio", "its visits' work over that of all visits by key",
        empty: "no visit by key ended in the window"),
    ])
}
