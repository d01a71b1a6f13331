import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

/// Digests of whole results, to see that a faster path left every number as it was.
@Suite("Golden results") struct GoldenTests {
  /// FNV-1a over words.
  private struct Digest {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ word: UInt64) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        state = (state ^ (word >> shift & 0xff)) &* 0x100_0000_01b3
      }
    }
  }

  /// The phases that there were when the digests were recorded; others have been taken out of them.
  private func coarse(_ blame: [UInt64]) -> [UInt64] {
    let count = Phase.allCases.count
    return stride(from: 0, to: blame.count, by: count).flatMap { first in
      func sum(_ phases: Phase...) -> UInt64 {
        phases.reduce(0) { $0 + blame[first + $1.rawValue] }
      }
      return [
        sum(.queue), sum(.work), sum(.network), sum(.wait, .coalesced, .backOff, .deadline),
        sum(.lost, .hedgeDelay),
      ]
    }
  }

  /// One word for outcomes, latencies, blame, accounts, waits and the record of every request.
  private func digest(_ topology: Topology, seconds: UInt64 = 20) -> UInt64 {
    var settings = Replication.Settings(
      seed: 7, number: 1, window: (seconds * 100_000_000)..<(seconds * 1_000_000_000))
    settings.keepsRequests = true
    settings.forcesEvents = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    var digest = Digest()
    for workload in run.workloads {
      for word in workload.outcomes + coarse(workload.blame) { digest.add(word) }
      var next = workload.latencies.bucket(from: 0)
      while let bucket = next {
        digest.add(UInt64(bucket.index))
        digest.add(bucket.count)
        next = workload.latencies.bucket(from: bucket.index + 1)
      }
      digest.add(UInt64(truncatingIfNeeded: workload.latencies.sum))
      digest.add(workload.presentArea)
    }
    for service in run.services {
      for row in service.rows {
        for word in [
          row.requests, row.refused, row.aborted, row.starts, row.queueArea, row.busyArea,
        ] {
          digest.add(word)
        }
      }
      for waits in service.waits {
        for count in waits { digest.add(count) }
        for _ in waits.count..<ServiceOutcome.waitBuckets { digest.add(0) }
      }
    }
    for request in run.requests {
      for word in [request.number, request.began, request.ended] { digest.add(word) }
      digest.add(UInt64(request.outcome.rawValue))
    }
    return digest.state
  }

  private func service(_ name: String, _ law: LawSpec, replicas: Int = 1) -> ServiceSpec {
    var service = ServiceSpec(name: name, handler: [.work(law)])
    service.replicas = replicas
    return service
  }

  private func poisson(_ rate: Double, _ steps: [StepSpec], name: String = "w") -> WorkloadSpec {
    WorkloadSpec(name: name, arrivals: .poisson(ratePerSecond: rate), steps: steps)
  }

  private let millisecond = LawSpec.exponential(mean: 1e6)

  @Test("One server")
  func oneServer() {
    let topology = Topology(
      workloads: [poisson(800, [.call("s")])], services: [service("s", millisecond)])
    #expect(digest(topology) == 15_304_718_308_787_260_792)
  }

  @Test("Two choices of ten, bounded, with a timeout that cancels")
  func twoChoices() {
    for cancel in CancelMode.allCases {
      var s = service("s", millisecond, replicas: 10)
      s.balancing = LeastRequest()
      s.queueLimit = 4
      s.cancel = cancel
      let topology = Topology(
        workloads: [
          poisson(9_500, [.call("s", timeout: 3)]), poisson(100, [.call("s")], name: "v"),
        ],
        services: [s])
      let expected: [UInt64] = [
        14_947_629_246_918_508_643, 7_026_057_808_744_493_618, 9_345_627_480_659_109_326,
      ]
      #expect(digest(topology, seconds: 4) == expected[Int(cancel.rawValue)])
    }
  }

  @Test("Scatter to shards: all, some, and with a deadline")
  func scatter() {
    let joins = [
      Join(), .need(.responses(17)), .need(.fraction(0.9), deadline: 5),
    ]
    let expected: [UInt64] = [
      9_998_552_209_994_543_120, 497_269_841_225_906_192, 6_084_195_559_662_969_401,
    ]
    for (join, expected) in zip(joins, expected) {
      var leaf = service("leaf", .lognormal(.init(mean: 1e6, variation: 0.6)))
      leaf.shards = 20
      leaf.cancel = .running
      let topology = Topology(
        workloads: [poisson(500, [.scatter("leaf", .shards, join)])], services: [leaf])
      #expect(digest(topology, seconds: 5) == expected)
    }
  }

  /// Three tiers with wires, held and released slots, parallel calls and fallbacks.
  private func tiers(_ law: (UInt64) -> LawSpec) -> Topology {
    var front = ServiceSpec(
      name: "front",
      handler: [
        .work(law(1)),
        .parallel([[.call("left"), .wait(law(1))], [.call("right", timeout: 6)]])
          .onError(.fallback([.call("left")])),
        .work(law(1)),
      ])
    front.slots = 8
    var left = ServiceSpec(name: "left", handler: [.work(law(1)), .call("base"), .work(law(1))])
    left.slots = 4
    left.latency = law(2)
    left.queueLimit = 3
    left.concurrencyModel = .eventLoop
    var right = service("right", law(3), replicas: 3)
    right.balancing = RandomChoice()
    right.cancel = .running
    let base = service("base", law(1), replicas: 2)
    return Topology(
      workloads: [
        poisson(200, [.call("front")]),
        WorkloadSpec(
          name: "v", arrivals: .constant(ratePerSecond: 250),
          steps: [
            StepSpec(
              .split([
                SplitArm(weight: 1, steps: [.call("base")]),
                SplitArm(weight: 2, steps: [.call("right", timeout: 4), .wait(law(1))]),
              ]))
          ]),
        WorkloadSpec(
          name: "u", arrivals: .renewal(interval: law(5)), steps: [.call("right", timeout: 4)]),
      ],
      services: [front, left, right, base])
  }

  @Test("Tiers on a fine clock")
  func fineTiers() {
    #expect(digest(tiers { .exponential(mean: Double($0) * 1e6) }) == 18_300_214_077_342_075_338)
  }

  @Test("Tiers on a coarse clock, where most events tie")
  func coarseTiers() {
    #expect(digest(tiers { .ticks($0) }) == 11_361_701_962_650_516_075)
  }
}
