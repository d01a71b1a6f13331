import Testing

@testable import TailraceTheory

/// A formula that is shown where it does not hold would be worse than none: each assumption is broken
/// once, must be named, and must take the formula away.
@Suite("Assumptions") struct AssumptionTests {
  /// Changes to one M/M/1 server, and the sentence that they make true.
  struct Broken: Sendable, CustomTestStringConvertible {
    var settings: [String]
    var name: String
    var reason: String
    /// What still may be said about waits.
    var kept: Set<String>

    init(
      _ settings: [String], _ reason: String, of name: String = "server", keeps: Set<String> = []
    ) {
      (self.settings, self.reason, self.name, kept) = (settings, reason, name, keeps)
    }

    var testDescription: String { reason }
  }

  private static let path = "services.server."
  private static let call = "workloads.users.steps"

  static let all: [Broken] = [
    Broken(
      ["workloads.users.arrivals={type: 'constant', rate: '80/s'}"],
      "requests of 'users' come at equal gaps, not as a Poisson stream", keeps: ["D/M/1"]),
    Broken(
      [
        "workloads.users.arrivals={type: 'renewal', interval: {type: 'erlang', mean: '12ms', k: 2}}"
      ],
      "gaps between requests of 'users' are Erlang, not exponential"),
    Broken(
      [
        "workloads.users.arrivals={type: 'poisson', rate: {type: 'sine', mean: '80/s', amplitude: '20%', period: '5s'}}"
      ],
      "'users' is no Poisson stream: its rate changes with time"),
    Broken(
      ["workloads.users.arrivals={type: 'poisson', rate: '40/s', batch: 2}"],
      "'users' is no Poisson stream: its requests come in batches"),
    Broken(
      ["services.server.handler.job.work={type: 'lognormal', mean: '5ms', cv: 2}"],
      "work at 'server' is lognormal, not exponential", keeps: ["M/G/1"]),
    Broken(
      [
        "services.server.handler.job.work={type: 'lognormal', mean: '5ms', cv: 2}",
        "services.server.concurrency=2",
      ],
      "work at 'server' is lognormal, not exponential", keeps: ["Allen-Cunneen, M/G/2"]),
    Broken(
      ["services.server.handler.job.work={type: 'pareto', min: '2ms', shape: 1.5}"],
      "work at 'server' has no variance"),
    Broken(
      ["services.server.queue.discipline=LIFO", "services.server.queue.preemptive=true"],
      "'server' serves in preemptive LIFO order", keeps: ["M/G/1-LIFO preemptive"]),
    Broken(
      ["services.server.replicas=2"], "ROUND_ROBIN chooses among replicas of 'server'",
      keeps: ["E2/M/1"]),
    Broken(
      ["services.server.replicas=2", "services.server.lb_policy=LEAST_REQUEST"],
      "LEAST_REQUEST chooses among replicas of 'server'"),
    Broken(
      [
        "services.server.replicas=2", "services.server.lb_policy=LEAST_REQUEST",
        "services.server.least_request_lb_config.full_scan=true",
      ],
      "'server' is scanned as a whole, not sampled"),
    Broken(
      ["faults={slow: {service: 'server', at: '5s', for: '1s', slow_down: 2}}"],
      "fault 'slow' strikes 'server'"),
    Broken(
      ["workloads.users.arrivals.rate=250/s"],
      "'server' is unstable: 250 visits/s × 5 ms = 1.25 busy servers, but there is one"),
    Broken(
      [
        "services.server.queue.max_length=1",
        "services.server.handler.job.work={type: 'lognormal', mean: '9ms', cv: 1.5}",
      ],
      "work at 'server' is lognormal, not exponential"),
    Broken(
      ["services.server.queue.timeout=2ms"], "the queue of 'server' drops those who wait too long"),
    Broken(
      ["services.server.connection={handshake: {round_trips: 1}}"],
      "connections to 'server' cost handshakes or have limits"),
    Broken(
      ["services.server.handler=[{work: {type: 'exponential', mean: '5ms'}}, {call: 'other'}]"],
      "'server' holds its slots while it waits for 'other'"),
    Broken(
      ["services.server.handler=[{work: {type: 'exponential', mean: '5ms'}}, {call: 'other'}]"],
      "'server' holds its slots while it waits for 'other'", of: "other"),
    Broken(
      [
        "services.server.network={latency: '1ms', bandwidth: '1MB/s'}",
        "workloads.users.steps=[{call: 'server', request_size: '1kB'}]",
      ],
      "messages to 'server' wait for bandwidth or are lost"),
    Broken(
      [
        "workloads.users.steps=[{call: 'server'}, {call: 'server'}]", "services.server.replicas=2",
        "services.server.lb_policy=LEAST_WORK_LEFT",
      ],
      "a request may come back to 'server': its arrivals are no Poisson stream"),
    Broken(
      ["workloads.users.steps=[{parallel: [[{call: 'server'}], [{call: 'server'}]]}]"],
      "one request visits 'server' twice at once"),
    Broken(
      [
        "workloads.users.steps=[{scatter: 'server', fan_out: 2}]", "services.server.replicas=2",
        "services.server.lb_policy=RANDOM",
      ],
      "a scatter brings 2 visits to 'server' at once"),
    Broken(
      [
        "services.server.handler.job.work={type: 'lognormal', mean: '5ms', cv: 2}",
        "workloads.users.steps=[{call: 'server'}, {call: 'other'}]",
      ],
      "what leaves 'server' is no Poisson stream: work at 'server' is lognormal, not exponential",
      of: "other", keeps: ["M/G/1"]),
    Broken(
      [
        "workloads.users.steps=[{parallel: [[{call: 'server'}], [{wait: '1ms'}]]}, {call: 'other'}]"
      ],
      "it follows a fan-out to 'server', which waits for 'server'", of: "other", keeps: ["M/M/1"]),
    Broken(
      [
        "caches={c: {key: 'item', max_entries: 10}}",
        "workloads.users.steps=[{call: 'other'}]",
        "services.other={concurrency: 'unlimited', handler: [{cache: 'c', on_miss: [{call: 'server'}]}]}",
      ],
      "misses of cache 'c' are no Poisson stream", keeps: ["Che's approximation"]),
    Broken(
      [
        "services.server.handler=[{work: {type: 'exponential', mean: '2ms'}}, {call: 'other'}, {work: {type: 'exponential', mean: '3ms'}}]",
        "services.server.concurrency_model=event_loop",
      ],
      "a visit to 'server' waits for several pieces of work", keeps: ["M/M/1"]),
    Broken(
      [
        "workloads.users.steps=[{call: 'server', retry_policy: {retry_on: ['timeout'], num_retries: 1, per_try_timeout: '4ms'}}]"
      ],
      "calls to 'server' were retried in this run"),
    Broken(
      [
        "services.server.cancel=running",
        "workloads.users.steps=[{call: 'server', timeout: '9ms'}]",
      ],
      "visits to 'server' were stopped or dropped since their callers gave up"),
    Broken(
      [
        "services.server.shards=4", "services.server.shard_by={key: 'item'}",
        "keys.item.popularity={type: 'zipf', exponent: 1, shift_every: '1s'}",
      ],
      "keys of 'item' shift in popularity"),
    Broken(
      [
        "services.server.replicas=3",
        "services.server.network.latency={type: 'exponential', mean: '5ms'}",
      ],
      "messages to 'server' overtake each other"),
    Broken(
      [
        "services.server.replicas=60", "services.server.lb_policy=LEAST_REQUEST",
        "services.server.network.latency=1ms",
      ],
      "messages to 'server' take time"),
    Broken(
      ["services.server.replicas=20", "services.server.lb_policy=LEAST_REQUEST"],
      "'server' has 20 replicas; the limit is for 50 and more"),
    Broken(
      [
        "services.other={replicas: 2, concurrency: 'unlimited', handler: [{call: 'server'}]}",
        "services.server.replicas=2", "workloads.users.steps=[{call: 'other'}]",
      ],
      "2 balancers choose replicas of 'server' for themselves"),
    Broken(
      ["services.server.groups={fast: {replicas: 1, speed: 2}, slow: {replicas: 1}}"],
      "replicas of 'server' differ in speed"),
    Broken(
      [
        "services.server.shards=2", "keys.item.popularity={type: 'zipf', exponent: 1}",
        "services.server.shard_by={key: 'item', hot_keys: {top: 1, ways: 2}}",
      ],
      "hot keys of 'server' have several owners"),
    Broken(
      [
        "services.server.shards=2",
        "services.server.shard_by={key: 'item', policy: 'JUMP', reshard: {at: '9s', shards: 3}}",
      ],
      "the shards of 'server' change in the run"),
    Broken(
      [
        "services.server.shards=2", "services.server.shard_by={key: 'item'}",
        "workloads.users.keys.item=3", "workloads.users.steps=[{scatter: 'server', to: 'keys'}]",
      ],
      "a scatter to keys may bring several visits to a shard at once"),
    Broken(
      ["services.server.concurrency=4", "services.server.cores=2"],
      "slots of 'server' share fewer cores"),
    Broken(
      ["services.server.queue.discipline=PS", "services.server.concurrency=4"],
      "'server' lets few in at a time"),
    Broken(
      ["services.server.queue.discipline=PRIORITY"],
      "all visits to 'server' have one priority"),
    Broken(
      [
        "services.server.queue.max_length=2", "workloads.users.arrivals.rate=190/s",
        "services.server.handler.job.work={type: 'uniform', min: '1ms', max: '9ms'}",
      ],
      "visits away in this run"),
    Broken(
      ["services.server.shards=3", "workloads.users.steps=[{scatter: 'server', max_parallel: 2}]"],
      "not all calls of a scatter to 'server' go at once"),
    Broken(
      ["workloads.more={closed: {clients: 2, think_time: '20ms'}, steps: [{call: 'server'}]}"],
      "'more' is a closed loop, whose requests follow the answers"),
    Broken(
      [
        "services.other={concurrency: 'unlimited', handler: [{call: 'server'}]}",
        "services.third={shards: 2, concurrency: 'unlimited', handler: [{call: 'server'}]}",
        "workloads.users.steps=[{scatter: 'third'}]",
      ],
      "the calls of a scatter to 'third' meet at 'server'"),
    Broken(
      [
        "services.server.handler=[{work: {type: 'exponential', mean: '5ms'}}, {call: 'server', when: {probability: 0.2}}]",
        "services.server.concurrency_model=event_loop",
      ],
      "calls to 'server' go in circles", of: "users", keeps: ["M/M/1"]),
  ]

  @Test("broken, it is named, and what rests on it is not said", arguments: all)
  func broken(_ one: Broken) throws {
    let checked = try Checked(Checked.server, one.settings)
    #expect(
      checked.reasons(one.name).contains { $0.contains(one.reason) },
      "\(checked.reasons(one.name))")
    let wrong = checked.claims.filter { claim in !one.kept.contains { claim.hasSuffix($0) } }
    #expect(wrong.isEmpty)
  }

  @Test("A timeout that never strikes breaks nothing")
  func quiet() throws {
    let checked = try Checked(
      Checked.server, ["workloads.users.steps=[{call: 'server', timeout: '10s'}]"])
    #expect(checked.row("users", "latency", "p99")?.formula == "M/M/1")
  }

  @Test("A slow replica is not overloaded where balancers see that it is slow")
  func slowGroup() throws {
    let groups = "services.server.groups={fast: {replicas: 3, speed: 4}, slow: {replicas: 1}}"
    let turns = try Checked(Checked.server, [groups, "workloads.users.arrivals.rate=900/s"])
    #expect(
      turns.report.notes == [
        "group 'slow' of 'server' is unstable: 225 visits/s × 5 ms = 1.125 busy servers, "
          + "but there is one"
      ])
    let seen = try Checked(
      Checked.server,
      [groups, "workloads.users.arrivals.rate=900/s", "services.server.lb_policy=LEAST_REQUEST"])
    #expect(seen.report.notes.isEmpty)
    #expect(seen.row("server", "utilization") == nil)
  }

  @Test("Each formula, and each assumption of each, stands beside a source")
  func table() {
    for formula in StationFormulas.all + StationBounds.all {
      #expect(formula.source.contains(/[12]\d\d\d/), "\(formula.source)")
      #expect(!formula.assumptions.isEmpty)
    }
  }
}
