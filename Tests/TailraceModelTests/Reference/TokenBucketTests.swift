import Testing

@testable import TailraceModel

/// A rate limit against the reference: a client that asks at twice the rate it may.
@Suite("Token bucket of the reference") struct TokenBucketTests {
  static let name = "token_bucket_o"

  @Test("Of 1,000 requests, one each 10 ms, a bucket of 20 that gains 50/s lets through as many")
  func admitted() throws {
    let number = try #require(
      ReferenceNumber.read("micro.csv").first { $0.name == Self.name && $0.metric == "admitted" })
    var service = ServiceSpec(name: "api", handler: [.limit("quota")])
    service.slots = nil
    var topology = Topology(
      workloads: [
        WorkloadSpec(
          name: "client", arrivals: .instants((0..<1_000).map { $0 * 10_000_000 }),
          steps: [StepSpec(.call(CallSpec("api")))])
      ],
      services: [service])
    topology.rateLimits = [
      RateLimitSpec(
        name: "quota",
        .tokenBucket(most: 20, perFill: 1, interval: 20_000_000, isContinuous: true))
    ]
    let run = Replication.run(
      topology, Replication.Settings(seed: 1, number: 0, window: 0..<20_000_000_000))
    #expect(run.violations.isEmpty)
    #expect(Double(run.workloads[0].outcomes[Int(Outcome.success.rawValue)]) == number.expected)
  }
}
