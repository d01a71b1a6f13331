import TailraceDiagnosis
import Testing

/// Scenarios whose right answer is known by theory or by construction.
@Suite("Diagnosis: known answers") struct KnownAnswerTests {
  @Test("One server at 80 %: full at 1,000/s; the tail is waiting (M/M/1)")
  func oneServer() throws {
    let story = try Story("one-server")
    let limit = try #require(story["saturated-station"])
    #expect(limit.subject == Subject(.service, "server"))
    #expect(near(limit.number("load_max"), 1_000, within: 0.01))
    #expect(near(limit.number("load_factor_max"), 1.25, within: 0.01))
    let tail = try #require(story["tail-cause"])
    // All but the work of 1 ms: 4 of 5 ms on average.
    #expect(near(tail.number("all_share"), 0.8, within: 0.02))
    #expect(tail.number("tail_share") > 0.94)
    #expect(story.rules == ["saturated-station", "tail-cause"])
  }

  @Test("A closed loop below its knee is limited by its clients, above it by the machine")
  func closedLoop() throws {
    // Asymptotic bounds: N* = (15 s + 1 s) / 1 s = 16.
    let ten = try Story("closed-loop", "ten")
    let clients = try #require(ten["no-limit"])
    #expect(clients.subject == Subject(.workload, "operators"))
    #expect(near(clients.number("clients_enough"), 16, within: 0.02))
    #expect(near(clients.number("throughput_max"), 1, within: 0.02))
    #expect(ten["saturated-station"] == nil)
    let thirty = try Story("closed-loop", "thirty")
    let machine = try #require(thirty["saturated-station"])
    #expect(machine.subject == Subject(.service, "machine"))
    #expect(near(machine.number("throughput_max"), 1, within: 0.02))
    #expect(near(machine.number("clients_enough"), 16, within: 0.02))
    #expect(thirty["no-limit"] == nil)
  }

  @Test("Threads that wait for a database: their own work is 3 ms of each visit's slot time")
  func twoTier() throws {
    let threads = try Story("two-tier", "threads")
    let held = try #require(threads["held-slots"])
    #expect(held.subject == Subject(.service, "web"))
    // Utilization law: slot time = 16 slots x utilization / rate.
    let slotTime = 16 * held.number("utilization") / 401
    #expect(near(held.number("own_work"), 0.003 / slotTime, within: 0.02))
    let eventLoop = try Story("two-tier", "event-loop")
    #expect(eventLoop["held-slots"] == nil)
    let limit = try #require(eventLoop["saturated-station"])
    #expect(limit.subject == Subject(.service, "db"))
    // Twenty slots over a lognormal's mean: 20 ms x exp(sigma^2 / 2), sigma = ln 10 / 2.3263.
    #expect(near(limit.number("load_max"), 20 / 0.032_64, within: 0.01))
    #expect(try #require(eventLoop["tail-cause"]).number("tail_waiting") < 0.01)
  }

  @Test("A cache before half a database: without it the work would be 1.68 times what it can do")
  func cacheDependence() throws {
    let cached = try Story("cache-vs-no-cache", "half-db")
    let need = try #require(cached["cache-dependence"])
    #expect(need.subject == Subject(.cache, "page_cache"))
    // The same work without the cache is twice that of four replicas, which are measured.
    let without = try Story("cache-vs-no-cache", "no-cache")
    #expect(
      near(need.number("demand_without_cache"), 2 * without.busy("db"), within: 0.01))
    // With four of them the cache is a matter of speed only.
    let whole = try Story("cache-vs-no-cache", "cache")
    #expect(whole["cache-dependence"] == nil)
    let misses = try #require(whole["cache-misses"])
    #expect(near(misses.number("miss_ratio"), 0.284, within: 0.01))
    #expect(near(misses.number("requests_missing"), 0.284, within: 0.01))
    #expect(misses.number("tail_share") > 0.98)
    #expect(try #require(whole["no-limit"]).subject == Subject(.service, "db"))
  }

  @Test("Work of 1.68 times what a database can do: 1 - 1/1.68 = 40.5 % are shed, and by whom")
  func shed() throws {
    let story = try Story("cache-vs-no-cache", "half-db-no-cache")
    let lost = try #require(story["lost-requests"])
    #expect(near(lost.number("errors"), 0.405, within: 0.01))
    #expect(near(lost.number("shed"), lost.number("errors"), within: 0.001))
    #expect(story.words.contains("shed by db"))
    #expect(try #require(story["saturated-station"]).subject == Subject(.service, "db"))
  }

  @Test("Behind a near cache fewer requests miss the far one than its own lookups do")
  func tiers() throws {
    let misses = try #require(try Story("cache-tiers", "both")["cache-misses"])
    #expect(misses.subject == Subject(.cache, "far"))
    // 48.4 % of the requests miss the near cache and 22.0 % of those the far one.
    #expect(near(misses.number("requests_missing"), 0.484 * 0.22, within: 0.02))
  }

  @Test("A hot shard of Zipf keys; even shards have none")
  func hotShard() throws {
    let zipf = try Story("hot-shard", "zipf")
    let uneven = try #require(zipf["uneven-load"])
    #expect(uneven.subject == Subject(.service, "store"))
    // The hottest of 100,000 keys has 1 / H(100000) = 8.27 % of 5,000/s of 1 ms each.
    #expect(near(uneven.number("hottest_key_utilization"), 0.413_6, within: 0.02))
    let limit = try #require(zipf["saturated-station"])
    #expect(near(limit.number("load_max"), 5_000 / zipf.shardMost("store"), within: 0.01))
    let even = try Story("hot-shard", "uniform")
    #expect(even["uneven-load"] == nil)
    #expect(near(try #require(even["saturated-station"]).number("load_max"), 8_000, within: 0.01))
  }

  @Test("A slow replica among ten holds nearly all who wait, unless the balancer sees it")
  func slowNode() throws {
    let blind = try Story("slow-node", "round-robin")
    let uneven = try #require(blind["uneven-load"])
    #expect(uneven.subject == Subject(.service, "web"))
    #expect(uneven.number("waiting_share") > 0.95)
    #expect(uneven.number("imbalance") > 1.6)
    #expect(try #require(blind["tail-cause"]).number("tail_share") > 0.95)
    for policy in ["least-request", "full-scan", "healthy"] {
      #expect(try Story("slow-node", policy)["uneven-load"] == nil, "\(policy)")
    }
  }

  @Test("A storm of retries: first attempts alone need two thirds of the database")
  func retryStorm() throws {
    let storm = try Story("retry-storm", "retries")
    let amplified = try #require(storm["amplified-load"])
    #expect(amplified.subject == Subject(.service, "db"))
    // 200/s x 0.1 s over 30 slots.
    #expect(near(amplified.number("first_attempts_demand"), 0.667, within: 0.01))
    #expect(amplified.number("extra_load") > 2.5)
    #expect(amplified.number("wasted") > 0.9)
    // The fault takes 10 s of 170.
    #expect(near(amplified.number("fault_time"), 10.0 / 170, within: 0.001))
    #expect(storm.findings[0].rule == "amplified-load")
    #expect(storm["tail-cause"] == nil)
    #expect(try #require(storm["lost-requests"]).number("errors") > 0.85)
    // What recovers does not outlive its trigger, though some work was for nobody.
    let bounded = try Story("retry-storm", "bounded")
    #expect(bounded["amplified-load"]?.number("fault_time").isNaN ?? true)
  }

  @Test("One per cent slow answers and a hundred leaves: the slowest makes the tail")
  func scatterGather() throws {
    let all = try Story("scatter-gather-100", "all", replications: 10)
    let fan = try #require(all["fan-out"])
    #expect(fan.subject == Subject(.service, "leaf"))
    #expect(near(fan.number("time_p99_all"), 703e6, within: 0.05))
    #expect(near(fan.number("time_p99_95_percent"), 21.1e6, within: 0.05))
    // No shard stands out: chance makes the slow ones.
    #expect(fan.number("most_often_last") < 0.015)
    let most = try Story("scatter-gather-100", "95-of-100", replications: 10)
    #expect(most["fan-out"] == nil)
    #expect(try #require(most["tail-cause"]).subject == Subject(.service, "leaf"))
  }

  @Test("A quorum of all waits for the slow replica, which is named; one of three does not")
  func quorum() throws {
    let slow = try #require(try Story("quorum", "all-slow")["fan-out"])
    #expect(slow.number("most_often_last") > 0.6)
    #expect(slow.number("fair_share").isNaN)
    for variant in ["three-slow", "three-down"] {
      #expect(try Story("quorum", variant)["fan-out"] == nil, "\(variant)")
    }
  }

  @Test("A crowd at twice the capacity for ten seconds")
  func flashCrowd() throws {
    let peak = try #require(try Story("flash-crowd", "unbounded")["peak-load"])
    #expect(peak.subject == Subject(.service, "api"))
    // 1,600/s against 800/s, and (600 x 100 + 1,600 x 10) / 110 = 690.9 on average.
    #expect(near(peak.number("demand_peak"), 2, within: 0.001))
    #expect(near(peak.number("load_peak_factor"), 1_600 / 690.9, within: 0.01))
  }

  @Test("A replayed day is full at times, not on average")
  func bursts() throws {
    let burst = try #require(try Story("world-cup", "twelve")["bursts"])
    #expect(burst.subject == Subject(.service, "site"))
    #expect(near(burst.number("utilization"), 0.46, within: 0.02))
    let roomy = try Story("world-cup", "eighteen")
    #expect(roomy["bursts"] == nil)
    #expect(roomy["no-limit"] != nil)
  }

  @Test("Sharing a processor slows everybody: that is neither waiting nor anybody's own work")
  func processorSharing() throws {
    let tail = try #require(try Story("disciplines", "ps")["tail-cause"])
    #expect(tail.number("tail_waiting").isNaN)
    let words = try Story("disciplines", "ps").words
    #expect(words.contains("share its cores"))
  }
}

extension Story {
  /// Use of the busiest shard.
  func shardMost(_ service: String) -> Double {
    let load = result.services.first { $0.name == service }?.shardLoad
    return load?.shards.compactMap(\.utilization).max() ?? .nan
  }
}
