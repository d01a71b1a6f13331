import TailraceDiagnosis
import Testing

/// Stories in which the obvious cure does not help: it is tried out, and so is what the diagnosis
/// points to.
@Suite("Diagnosis: where the obvious advice is wrong") struct WrongAdviceTests {
  /// Two tiers: web threads that wait for a database.
  static func twoTiers(web: Int, db: Int, rate: Int, work: String) -> String {
    """
    {
      "tailrace": 1, "name": "two-tiers", "seed": 4,
      "run": { "duration": "120s", "warm_up": "20s", "replications": 4 },
      "workloads": { "users": {
        "arrivals": { "type": "poisson", "rate": "\(rate)/s" }, "steps": [{ "call": "web" }] } },
      "services": {
        "web": { "replicas": \(web), "concurrency": 8, "lb_policy": "LEAST_REQUEST",
          "handler": [{ "work": { "type": "exponential", "mean": "1ms" } }, { "call": "db" }] },
        "db": { "replicas": \(db), "concurrency": 4, "lb_policy": "LEAST_REQUEST",
          "handler": [{ "work": \(work) }] },
      },
    }
    """
  }

  static let short = "{ \"type\": \"exponential\", \"mean\": \"20ms\" }"

  @Test("Full web threads before a full database: more of web only moves the queue")
  func queueMoves() throws {
    let now = try Story(Self.twoTiers(web: 2, db: 1, rate: 190, work: Self.short))
    let held = try #require(now["held-slots"])
    #expect(held.subject == Subject(.service, "web"))
    #expect(held.number("callee_utilization") > 0.9)
    #expect(now.words.contains("more of db would help"))
    let obvious = try Story(Self.twoTiers(web: 4, db: 1, rate: 190, work: Self.short))
    let pointed = try Story(Self.twoTiers(web: 2, db: 2, rate: 190, work: Self.short))
    #expect(obvious.p99 > 0.9 * now.p99)
    #expect(pointed.p99 < 0.4 * now.p99)
    note("queue moves", now, obvious, pointed)
  }

  @Test("Full web threads before an idle database: more of it does nothing, more slots do")
  func slotsHeld() throws {
    let now = try Story("two-tier", "threads")
    #expect(try #require(now["held-slots"]).subject == Subject(.service, "web"))
    let obvious = try Story("two-tier", "threads", set: ["services.db.replicas=2"])
    // Nor do faster processors, though web is 90 % taken: its own work is not what takes it.
    let faster = try Story("two-tier", "threads", set: ["services.web.handler.render.work=100us"])
    let pointed = try Story("two-tier", "threads", set: ["services.web.concurrency=16"])
    #expect(near(obvious.p99, now.p99, within: 0.01))
    #expect(faster.p99 > 0.93 * now.p99)
    #expect(pointed.p99 < 0.92 * now.p99)
    #expect(pointed.mean < 0.75 * now.mean)
    note("slots held", now, obvious, pointed)
  }

  @Test("More comes than goes while the database is two thirds busy: its double does not help")
  func overloadByHolding() throws {
    let load = ["workloads.users.arrivals.rate=480/s"]
    let now = try Story("two-tier", "threads", set: load)
    #expect(now.result.steadiness != .steady)
    #expect(now.rules == ["held-slots"])
    #expect(now.busy("db") < 0.8)
    let obvious = try Story("two-tier", "threads", set: load + ["services.db.replicas=2"])
    let pointed = try Story("two-tier", "threads", set: load + ["services.web.concurrency=16"])
    #expect(obvious.result.steadiness != .steady)
    #expect(pointed.result.steadiness == .steady)
    #expect(pointed.p99 < 400)
  }

  @Test("The busiest service's own long answers make the tail: more replicas do nothing")
  func longWork() throws {
    let now = try Story("two-tier", "event-loop")
    let tail = try #require(now["tail-cause"])
    #expect(tail.subject == Subject(.service, "db"))
    #expect(now["saturated-station"]?.subject == tail.subject)
    let obvious = try Story("two-tier", "event-loop", set: ["services.db.replicas=2"])
    let pointed = try Story(
      "two-tier", "event-loop",
      set: [
        "services.db.handler=[{\"work\":{\"type\":\"lognormal\",\"p50\":\"20ms\",\"p99\":\"100ms\"}}]"
      ])
    #expect(obvious.p99 > 0.98 * now.p99)
    #expect(pointed.p99 < 0.6 * now.p99)
    note("long work", now, obvious, pointed)
  }

  @Test("One key is hot: twice the shards leave its shard as busy, two owners do not")
  func hotKey() throws {
    func shop(shards: Int, replicas: Int) throws -> Story {
      try Story(
        """
        {
          "tailrace": 1, "name": "shop", "seed": 2,
          "run": { "duration": "60s", "warm_up": "10s", "replications": 4 },
          "keys": { "item": { "count": 1000,
            "popularity": { "type": "zipf", "exponent": 1.6 } } },
          "workloads": { "users": {
            "arrivals": { "type": "poisson", "rate": "2000/s" }, "keys": { "item": 1 },
            "steps": [{ "call": "store" }] } },
          "services": { "store": {
            "shards": \(shards), "replicas": \(replicas), "lb_policy": "LEAST_REQUEST",
            "shard_by": { "key": "item", "policy": "RENDEZVOUS" },
            "handler": [{ "work": { "type": "exponential", "mean": "1ms" } }] } },
        }
        """)
    }
    let now = try shop(shards: 8, replicas: 1)
    let uneven = try #require(now["uneven-load"])
    // The hottest key alone makes nearly all of the busiest shard's work.
    #expect(uneven.number("hottest_key_utilization") > 0.85 * uneven.number("utilization_most"))
    let obvious = try shop(shards: 16, replicas: 1)
    let pointed = try shop(shards: 8, replicas: 2)
    #expect(obvious.shardMost("store") > uneven.number("hottest_key_utilization") - 0.01)
    #expect(obvious.p99 > 0.6 * now.p99)
    #expect(pointed.p99 < 0.3 * now.p99)
    note("hot key", now, obvious, pointed)
  }

  @Test("The slowest of a hundred decides: faster usual answers do nothing, 95 of them do")
  func fanOut() throws {
    let now = try Story("scatter-gather-100", "all", replications: 10)
    #expect(now["fan-out"] != nil)
    let usual = "{\"type\":\"lognormal\",\"p50\":\"4ms\",\"p99\":\"10ms\"}"
    let obvious = try Story(
      "scatter-gather-100", "all", set: ["services.leaf.handler.usual.work=\(usual)"],
      replications: 10)
    let replicas = try Story(
      "scatter-gather-100", "all", set: ["services.leaf.replicas=2"], replications: 10)
    let pointed = try Story("scatter-gather-100", "95-of-100", replications: 10)
    #expect(obvious.p99 > 0.98 * now.p99)
    #expect(near(replicas.p99, now.p99, within: 0.01))
    #expect(pointed.p99 < 0.05 * now.p99)
    note("fan-out", now, obvious, pointed)
  }

  @Test("Retries keep a database down: half as much again does not help, a bounded queue does")
  func retries() throws {
    let now = try Story("retry-storm", "retries")
    let amplified = try #require(now["amplified-load"])
    #expect(amplified.number("first_attempts_demand") < 0.7)
    let obvious = try Story("retry-storm", "retries", set: ["services.db.concurrency=45"])
    let pointed = try Story("retry-storm", "bounded")
    #expect(now.errors > 0.85)
    #expect(obvious.errors > 0.8)
    #expect(pointed.errors < 0.07)
    note("retries", now, obvious, pointed)
  }

  @Test("The tail are misses at work: a cache twice as large leaves p99, shorter work halves it")
  func missesWork() throws {
    let now = try Story("cache-vs-no-cache", "cache")
    let misses = try #require(now["cache-misses"])
    #expect(misses.number("tail_work") > 0.98)
    let obvious = try Story(
      "cache-vs-no-cache", "cache", set: ["caches.page_cache.max_entries=80000"])
    let replicas = try Story("cache-vs-no-cache", "cache", set: ["services.db.replicas=8"])
    let work = "[{\"work\":{\"type\":\"lognormal\",\"p50\":\"20ms\",\"p99\":\"50ms\"}}]"
    let pointed = try Story("cache-vs-no-cache", "cache", set: ["services.db.handler=\(work)"])
    // The mean falls with the misses, p99 hardly.
    #expect(obvious.mean < 0.82 * now.mean)
    #expect(obvious.p99 > 0.8 * now.p99)
    #expect(replicas.p99 > 0.99 * now.p99)
    #expect(pointed.p99 < 0.6 * now.p99)
    note("misses at work", now, obvious, pointed)
  }

  @Test("The busiest service is not the slow one")
  func busiestIsNotSlow() throws {
    func pages(front: Int, rare: String) throws -> Story {
      try Story(
        """
        {
          "tailrace": 1, "name": "pages", "seed": 6,
          "run": { "duration": "60s", "warm_up": "5s", "replications": 4 },
          "workloads": { "users": {
            "arrivals": { "type": "poisson", "rate": "1600/s" },
            "steps": [{ "call": "front" }, { "call": "report", "when": { "probability": 0.03 } }]
          } },
          "services": {
            "front": { "replicas": \(front), "concurrency": 8, "lb_policy": "LEAST_REQUEST",
              "handler": [{ "work": { "type": "exponential", "mean": "4ms" } }] },
            "report": { "replicas": 2, "concurrency": 32, "lb_policy": "LEAST_REQUEST",
              "handler": [{ "work": { "type": "exponential", "mean": "\(rare)" } }] },
          },
        }
        """)
    }
    let now = try pages(front: 1, rare: "200ms")
    let busiest = try #require(now["busy-but-not-tail"])
    #expect(busiest.subject == Subject(.service, "front"))
    #expect(near(busiest.number("utilization"), 0.8, within: 0.01))
    #expect(try #require(now["tail-cause"]).subject == Subject(.service, "report"))
    let obvious = try pages(front: 2, rare: "200ms")
    let pointed = try pages(front: 1, rare: "50ms")
    #expect(obvious.p99 > 0.96 * now.p99)
    #expect(pointed.p99 < 0.35 * now.p99)
    note("busiest is not slow", now, obvious, pointed)
  }

  @Test(
    "A slow replica: with two more p99 stays above 5 s, a balancer that sees it makes it 0.07 s")
  func slowReplica() throws {
    let now = try Story("slow-node", "round-robin")
    #expect(now["uneven-load"] != nil)
    let obvious = try Story("slow-node", "round-robin", set: ["services.web.replicas=12"])
    let pointed = try Story("slow-node", "least-request")
    #expect(now.p99 > 10_000)
    #expect(obvious.p99 > 5_000)
    #expect(pointed.p99 < 80)
    note("slow replica", now, obvious, pointed)
  }

  @Test("Few clients: a second machine hardly adds throughput, more clients do until the knee")
  func clients() throws {
    let now = try Story("closed-loop", "ten")
    #expect(try #require(now["no-limit"]).subject == Subject(.workload, "operators"))
    let obvious = try Story("closed-loop", "ten", set: ["services.machine.concurrency=2"])
    let pointed = try Story("closed-loop", "ten", set: ["workloads.operators.closed.clients=16"])
    #expect(obvious.goodput < 1.07 * now.goodput)
    #expect(pointed.goodput > 1.35 * now.goodput)
    // Past the knee clients add nothing, as the other finding says.
    let thirty = try Story("closed-loop", "thirty")
    let forty = try Story("closed-loop", "thirty", set: ["workloads.operators.closed.clients=40"])
    #expect(forty.goodput < 1.01 * thirty.goodput)
    #expect(forty.mean > 1.5 * thirty.mean)
  }

  @Test("What is called idle can go, what is not called so cannot")
  func idle() throws {
    func farm(_ replicas: Int) throws -> Story {
      try Story(
        """
        {
          "tailrace": 1, "name": "farm", "seed": 8,
          "run": { "duration": "60s", "warm_up": "5s", "replications": 4 },
          "workloads": { "users": {
            "arrivals": { "type": "poisson", "rate": "1000/s" }, "steps": [{ "call": "app" }] } },
          "services": { "app": {
            "replicas": \(replicas), "concurrency": 16, "lb_policy": "LEAST_REQUEST",
            "handler": [{ "work": { "type": "exponential", "mean": "20ms" } }] } },
        }
        """)
    }
    let now = try farm(10)
    let idle = try #require(now["idle-replicas"])
    // 10 x 12.5 % / 70 % = 1.8.
    #expect(idle.number("replicas_enough") == 2)
    #expect(near(idle.number("utilization_then"), 0.625, within: 0.01))
    let fewer = try farm(2)
    #expect(near(fewer.busy("app"), idle.number("utilization_then"), within: 0.01))
    #expect(fewer.p99 < 1.03 * now.p99)
    #expect(fewer["idle-replicas"] == nil)
    // One is not enough.
    #expect(try farm(1)["saturated-station"] != nil)
  }
}

/// Leaves the numbers of a story in the tests' output.
func note(_ name: String, _ now: Story, _ obvious: Story, _ pointed: Story) {
  func row(_ story: Story) -> String {
    "p99 \((story.p99 * 10).rounded() / 10) ms, errors \((story.errors * 1000).rounded() / 10) %"
  }
  print("\(name): now \(row(now)); obvious \(row(obvious)); pointed to \(row(pointed))")
}
