import Testing

@testable import TailraceExperiment
@testable import TailraceModel

/// One server of 100/s meets 80/s that give up after 1 s; at 60 s it stands still for 10 s.
///
/// 800 requests pile up, and 20/s more can be served than come: 40 s. MECHANISMS: "without retries
/// goodput is 0 for 40-50 s after the trigger, then recovers; with one or more it stays 0 for good".
@Suite("Recovery") struct RecoveryTests {
  private func run(
    retries: Int, stall: Double = 10, _ change: (inout Experiment) -> Void = { _ in }
  ) throws -> RunResult {
    var db = ServiceSpec(
      name: "db", handler: [StepSpec(.work(.exponential(mean: 10_000_000)))])
    db.slots = 1
    var call = CallSpec("db")
    call.timeout = 1_000_000_000
    if retries > 0 {
      var retry = RetryPolicy(on: [.timeout])
      (retry.retries, retry.perTryTimeout) = (retries, 1_000_000_000)
      call.retry = retry
      call.timeout = nil
    }
    var topology = Topology(
      workloads: [
        WorkloadSpec(
          name: "users", arrivals: .poisson(ratePerSecond: 80), steps: [StepSpec(.call(call))])
      ], services: [db])
    var fault = FaultSpec(
      name: "stall", target: FaultTarget("db"), verb: .pause, at: 60_000_000_000)
    fault.length = .constant(stall * 1e9)
    topology.faults = [fault]
    var experiment = Experiment(
      scenario: "stall", variant: "base", topology: topology, duration: 240_000_000_000)
    experiment.warmUp = 10_000_000_000
    experiment.interval = 2_000_000_000
    experiment.jobs = 2
    change(&experiment)
    return try experiment.run()
  }

  @Test("Without retries it is well again 40 s after the stall: when the backlog is worked off")
  func comesBack() throws {
    let recovery = try #require(try run(retries: 0).recoveries.first)
    let after = try #require(recovery.after.value)
    #expect((30e9...60e9).contains(after), "\(after / 1e9) s")
    #expect(recovery.recovered.value == 1)
    // Who comes within the stall and the 40 s after it is not answered in time.
    #expect(Double(recovery.unanswered) > 0.8 * Double(recovery.begun))
  }

  @Test("With a retry the storm outlives its trigger: never well again, and the threshold says so")
  func neverBack() throws {
    let metric = try #require(ThresholdMetrics.all.first { $0.name == "recovery" })
    let result = try run(retries: 1) {
      $0.thresholds = [
        Threshold(
          metric: metric, labels: [], statistic: .value, comparison: .below, bound: 150e9,
          condition: "value < 150s")
      ]
    }
    let recovery = try #require(result.recoveries.first)
    #expect(recovery.after.value == nil && recovery.recovered.value == 0)
    #expect(result.thresholds[0].measured == .infinity && result.thresholds[0].status == .fail)
    #expect(result.judged(level: 0.95).judgement == .fails)
  }

  @Test("A short stall is survived at once; without anything before it there is nothing to say")
  func edges() throws {
    let short = try #require(try run(retries: 1, stall: 0.2).recoveries.first)
    #expect(short.after.value ?? .infinity < 6e9)
    #expect(try run(retries: 0) { $0.warmUp = 60_000_000_000 }.recoveries.isEmpty)
    #expect(try run(retries: 0, stall: 200).recoveries.isEmpty)
    #expect(try run(retries: 0) { $0.interval = nil }.recoveries.isEmpty)
  }

  @Test("Work of 2 s for callers that give up after 1 s: nothing was well, so nothing is again")
  func wasNotWell() throws {
    let result = try run(retries: 0) {
      $0.replications = 2
      $0.topology.services[0].handlers[0].steps = [StepSpec(.work(.constant(2_000_000_000)))]
    }
    let recovery = try #require(result.recoveries.first)
    #expect(recovery.begun > 0 && recovery.unanswered == recovery.begun)
    #expect(recovery.after.value == nil && recovery.recovered.value == nil)
    #expect(recovery.recovered.perReplication == [nil, nil])
    // Beside a design that comes back there is no change to call better or worse.
    let other = try run(retries: 0) { $0.replications = 2 }
    let base = try #require(other.recoveries.first)
    #expect(base.recovered.value == 1)
    for measure in [\RecoveryResult.after, \RecoveryResult.recovered] {
      let change = Change(
        base[keyPath: measure], recovery[keyPath: measure], better: .lower, isPaired: true)
      #expect(change.difference == nil && !change.isClear && change.verdict == .noInterval)
    }
  }
}
