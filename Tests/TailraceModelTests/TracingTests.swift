import Foundation
import TailraceEngine
import Testing

@testable import TailraceModel

/// Requests followed step by step: what is written down against what the run counts.
@Suite("Traces of requests") struct TracingTests {
  private func seeds(_ first: UInt64, _ count: UInt64) -> Range<UInt64> {
    let isLong = ProcessInfo.processInfo.environment["TAILRACE_LONG"] == "1"
    return first..<(first + count * (isLong ? 10 : 1))
  }

  /// What has been met with: a test that never meets it shows nothing.
  private struct Met {
    var requests = 0
    var failed = 0
    var unfinished = 0
    var causes: Set<TraceCause> = []
    var endings: Set<TraceSpan.Ending> = []
    var kinds: Set<TraceSpan.Kind> = []
    var events: Set<TraceEvent.Kind> = []
    var attempts: Set<AttemptKind> = []
  }

  /// Follows every counted request of a run, and the first ones, and holds all against the run.
  private func follow(
    _ topology: Topology, seed: UInt64, until end: UInt64, _ met: inout Met
  ) {
    var settings = Replication.Settings(seed: seed, number: 0, window: (end / 10)..<end)
    settings.keepsRequests = true
    settings.eventsMax = 2_000_000
    let ordinary = Replication.run(topology, settings)
    if ordinary.wasCutShort { return }
    var names = ordinary.requests.map { RequestName(workload: $0.workload, number: $0.number) }
    for w in ordinary.workloads.indices {
      for number in 0..<5 as Range<UInt64> {
        let name = RequestName(workload: w, number: number)
        if !names.contains(name) { names.append(name) }
      }
    }
    let traced = Replication.trace(topology, settings, names, spansMax: 1_000_000)
    #expect(traced.replication.violations == [], "seed \(seed)")
    if traced.replication.wasCutShort || traced.isFull { return }
    for (a, b) in zip(ordinary.facts, traced.replication.facts) where a != b {
      Issue.record("seed \(seed): \(a.0) \(a.1) as a rule, \(b.0) \(b.1) followed")
      return
    }
    let byName = Dictionary(uniqueKeysWithValues: traced.traces.map { ($0.name, $0) })
    for record in ordinary.requests {
      let name = RequestName(workload: record.workload, number: record.number)
      guard let trace = byName[name] else {
        Issue.record("seed \(seed): \(name) was not followed")
        return
      }
      expectSame(trace, record, "seed \(seed), \(name)")
    }
    for trace in traced.traces { expectWhole(trace, "seed \(seed), \(trace.name)", &met) }
    expectOneInASlot(traced, "seed \(seed)")
  }

  private func expectSame(_ trace: RequestTrace, _ record: RequestRecord, _ name: String) {
    #expect(trace.isCounted, "\(name)")
    #expect(trace.began == record.began, "\(name)")
    #expect(trace.outcome == record.outcome, "\(name)")
    if record.outcome == .unfinished { return }
    #expect(trace.ended == record.ended, "\(name)")
    #expect(trace.time(in: .queue) == record.queued, "\(name)")
    #expect(trace.time(in: .work) == record.worked, "\(name)")
    #expect(trace.time(in: .network) == record.network, "\(name)")
  }

  private func expectWhole(_ trace: RequestTrace, _ name: String, _ met: inout Met) {
    met.requests += 1
    if trace.ended == nil { met.unfinished += 1 }
    if !trace.outcome.isAnswered && trace.ended != nil { met.failed += 1 }
    #expect(trace.isExact, "\(name)")
    for (i, span) in trace.spans.enumerated() {
      met.kinds.insert(span.kind)
      met.endings.insert(span.ending)
      met.attempts.insert(span.attemptKind)
      for event in trace.events[span.events] {
        met.events.insert(event.kind)
        #expect(event.instant >= span.begin && event.instant <= span.end ?? .max, "\(name)")
      }
      if span.parent >= 0 {
        let parent = trace.spans[Int(span.parent)]
        #expect(Int(span.parent) < i, "\(name): callers come first")
        #expect(span.begin >= parent.begin, "\(name)")
        // Who is given up, or never was waited for, may outlast its caller.
        if span.givenUp == nil && span.kind != .background {
          #expect(span.end ?? .max <= parent.end ?? .max, "\(name): span \(i) \(span)")
        }
        if span.isCritical { #expect(parent.isCritical && span.isReleasing, "\(name)") }
      }
      // What a span does itself comes one after the other, within it.
      var at = span.begin
      for segment in trace.segments[span.segments] {
        met.causes.insert(segment.cause)
        #expect(segment.begin >= at, "\(name): span \(i)")
        #expect(segment.end > segment.begin, "\(name)")
        at = segment.end
      }
      if let end = span.end { #expect(at <= end, "\(name): span \(i) \(span)") }
    }
  }

  /// No two have the same slot of a replica at a time.
  private func expectOneInASlot(_ traced: TracedReplication, _ name: String) {
    var taken: [[Int]: [(begin: UInt64, end: UInt64)]] = [:]
    for trace in traced.traces {
      for hold in trace.holds {
        let span = trace.spans[Int(hold.span)]
        let service = traced.names.services[Int(span.service)]
        if let slots = service.slots, !service.isShared {
          #expect(hold.slot >= 0 && Int(hold.slot) < slots, "\(name)")
        } else {
          #expect(hold.slot == -1, "\(name)")
        }
        if hold.slot < 0 { continue }
        let key = [Int(span.service), Int(span.replica), Int(hold.slot)]
        taken[key, default: []].append((hold.begin, hold.end ?? .max))
      }
    }
    for holds in taken.values {
      let ordered = holds.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
      for (a, b) in zip(ordered, ordered.dropFirst()) { #expect(a.end <= b.begin, "\(name)") }
    }
  }

  @Test("Random topologies on a coarse clock: each request's parts are its latency and its record")
  func coarse() {
    var met = Met()
    for seed in seeds(0, 240) {
      var random = RandomTopology(seed: seed)
      follow(random.make(), seed: seed, until: 400_000_000, &met)
    }
    #expect(met.requests > 20_000)
    #expect(met.failed > 1_000)
    #expect(met.unfinished > 10)
    #expect(met.kinds == [.request, .call, .visit, .branch, .background])
    #expect(met.attempts == [.first, .retry, .copy])
    let never = Set(TraceCause.allCases).subtracting(met.causes)
    #expect(never.isSubset(of: [.crash]), "\(never)")
    #expect(
      met.endings.isSuperset(of: [
        .open, .answered, .timedOut, .lostRace, .withdrawn, .notNeeded,
      ]))
    #expect(met.events.isSuperset(of: [.hit, .miss, .coalesced, .retryRefused]))
  }

  @Test("Random topologies on a fine clock")
  func fine() {
    var met = Met()
    for seed in seeds(100_000, 80) {
      var random = RandomTopology(seed: seed, tick: 1_234_567)
      follow(random.make(), seed: seed, until: 1_000_000_000, &met)
    }
    #expect(met.requests > 5_000)
  }

  @Test("Random topologies with faults: what a crash interrupts is part of the path")
  func faults() {
    var met = Met()
    for seed in seeds(200_000, 120) {
      var random = RandomTopology(seed: seed)
      var topology = random.makeFaulty()
      if seed % 2 == 0 { random.varyMishaps(of: &topology) }
      follow(topology, seed: seed, until: 200_000_000, &met)
    }
    #expect(met.causes.contains(.crash))
    #expect(met.endings.contains(.lost))
    #expect(met.events.isSuperset(of: [.crashed]))
  }

  @Test("Random topologies with writes and keys that nobody declares")
  func words() {
    var met = Met()
    for seed in seeds(50_000, 80) {
      var random = RandomTopology(seed: seed, tick: 1_234_567)
      var topology = random.make()
      random.varyWords(of: &topology)
      follow(topology, seed: seed, until: 300_000_000, &met)
    }
    #expect(met.requests > 3_000)
  }

  @Test("The slowest are those at the top of all requests, ties by workload and number")
  func slowest() {
    for seed in seeds(300, 40) {
      var random = RandomTopology(seed: seed)
      let topology = random.make()
      var settings = Replication.Settings(seed: seed, number: 0, window: 0..<200_000_000)
      settings.latenciesMax = 1_000_000
      settings.slowestMax = 7
      let run = Replication.run(topology, settings)
      var all: [SlowRequest] = []
      for (w, workload) in run.workloads.enumerated() {
        all += (workload.requests?.entries ?? []).map {
          SlowRequest(
            name: RequestName(workload: w, number: $0.number), latency: $0.latency)
        }
      }
      // Written out once more: later in this order is slower.
      let expected = all.sorted {
        ($1.latency, $0.name.workload, $0.name.number)
          < ($0.latency, $1.name.workload, $1.name.number)
      }
      #expect(run.slowest == Array(expected.prefix(7)), "seed \(seed)")
      let ties = zip(expected, expected.dropFirst()).contains { $0.latency == $1.latency }
      if seed == 300 { #expect(ties, "a coarse clock makes ties") }
    }
  }

  @Test("More spans than there is room for end the replay")
  func full() {
    var random = RandomTopology(seed: 3)
    let topology = random.make()
    let settings = Replication.Settings(seed: 3, number: 0, window: 0..<400_000_000)
    let names = (0..<200).map { RequestName(workload: 0, number: UInt64($0)) }
    let traced = Replication.trace(topology, settings, names, spansMax: 100)
    #expect(traced.isFull)
    #expect(traced.traces.isEmpty)
    #expect(traced.begunChosen > 0 && traced.begunChosen < 200)
  }
}
