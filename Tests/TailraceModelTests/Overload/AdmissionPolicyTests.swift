import TailraceEngine
import Testing

@testable import TailraceModel

/// Admission policies by themselves, told of visits that a small formula makes.
@Suite("Admission policies") struct AdmissionPolicyTests {
  private static let ms: UInt64 = 1_000_000

  /// A replica whose visits take 10 ms while no more than `slots` are inside, and in proportion to
  /// their number beyond, always as many as the policy lets in.
  private struct Plant<Policy: AdmissionPolicy> {
    var policy: Policy
    var slots = 10.0
    var now: UInt64 = 1_000_000_000
    var luck = Luck.draw(1, salt: 2)

    /// Time of a visit among so many.
    func time(_ inside: Double) -> UInt64 { UInt64(10e6 * max(1, inside / slots)) }

    /// So many visits end, one each millisecond; `inside` of them are in flight, else the limit.
    mutating func end(_ count: Int, inside: Int32? = nil, _ outcome: Outcome = .success) {
      for _ in 0..<count {
        now += 1_000_000
        let inFlight = inside ?? policy.limit ?? 1
        policy.ended(
          EndedVisit(
            inFlight: inFlight, now: now, time: time(Double(inFlight)), outcome: outcome), &luck)
      }
    }

    /// A visit ends that did nothing but wait.
    mutating func end(afterWaiting wait: UInt64) {
      policy.ended(EndedVisit(inFlight: 1, now: now, time: wait, queued: wait), &luck)
    }

    mutating func admits(_ inFlight: Int32 = 0, level: Int32 = 0) -> Bool {
      policy.admits(AdmissionVisit(inFlight: inFlight, now: now, level: level), &luck)
    }
  }

  @Test("A fixed limit lets in as many as it says, whatever they do")
  func fixed() {
    var plant = Plant(policy: FixedLimit(3))
    plant.end(5, .timeout)
    #expect(plant.policy.limit == 3)
    #expect(plant.admits(2) && !plant.admits(3))
  }

  @Test("AIMD: one more with each answer while half is used, a tenth less with each drop")
  func aimd() {
    var plant = Plant(policy: AIMDLimit())
    #expect(plant.policy.limit == 20)
    plant.end(10, inside: 9)
    #expect(plant.policy.limit == 20, "less than half is used")
    plant.end(10, inside: 15)
    #expect(plant.policy.limit == 30)
    plant.end(1, .timeout)
    #expect(plant.policy.limit == 27)
    // Each further one of a burst multiplies again: 24, 21, then the least.
    plant.end(2, .shed)
    #expect(plant.policy.limit == 21)
    plant.end(9, .connectionFailure)
    #expect(plant.policy.limit == 20)
    plant.end(9, .applicationError)
    #expect(plant.policy.limit == 20)
    plant.end(1_000, inside: 200)
    #expect(plant.policy.limit == 200)
  }

  @Test("AIMD: a saw-tooth below the limit at which visits take too long")
  func sawTooth() {
    var plant = Plant(policy: AIMDLimit())
    plant.policy.target = 50 * Self.ms
    var limits: [Int32] = []
    for _ in 0..<200 {
      plant.end(1)
      limits.append(plant.policy.limit ?? 0)
    }
    // 50 visits take 50 ms, 51 too long: 51 x 0.9 = 45, and up again by ones.
    #expect(limits.max() == 51)
    #expect(Set(limits.suffix(60)) == Set(45...51))
  }

  @Test("Vegas: slots, and a queue of six times the logarithm of the limit")
  func vegas() {
    var plant = Plant(policy: VegasLimit())
    plant.end(1, inside: 1)
    plant.end(100)
    #expect(plant.policy.limit == 16)
    var roomy = Plant(policy: VegasLimit(), slots: 100)
    roomy.end(1, inside: 1)
    roomy.end(400)
    // Of 100 slots and above the logarithm is 2: from 3 x 2 waiting on it stays.
    let limit = roomy.policy.limit ?? 0
    #expect(limit >= 103 && limit <= 112, "\(limit)")
    // Less than half in use says nothing.
    let before = plant.policy.limit
    plant.end(5, inside: 3)
    #expect(plant.policy.limit == before)
    plant.end(3, .timeout)
    #expect(plant.policy.limit == 13)
  }

  @Test("Gradient2: within twice the time of late, until the mean has followed")
  func gradient2() {
    var plant = Plant(policy: Gradient2Limit())
    plant.policy.least = 1
    plant.end(20, inside: 5)
    #expect(plant.policy.limit == 20, "less than half is used")
    plant.end(50)
    let early = plant.policy.limit ?? 0
    #expect(early >= 15 && early <= 21, "\(early)")
    // The norm follows what lasts: 1.5 times it, again and again, up to the largest limit.
    plant.end(4_000)
    #expect(plant.policy.limit == 200)
    // Back to few visits the mean falls fast, and the limit fits it again.
    plant.end(400, inside: 5)
    plant.end(60)
    #expect(plant.policy.limit ?? 200 < 200)
  }

  @Test("Envoy: the median over the shortest time comes to 1.25 / (1 - 1 / root of the limit)")
  func adaptiveConcurrency() {
    var plant = Plant(policy: AdaptiveConcurrency(), slots: 64)
    #expect(plant.policy.limit == 3, "pinned while the shortest time is measured")
    plant.end(50, inside: 3)
    plant.end(6_000)
    let limit = Double(plant.policy.limit ?? 0)
    let ratio = Double(plant.time(limit)) / 10e6
    #expect(abs(ratio - 1.25 / (1 - 1 / limit.squareRoot())) < 0.03, "\(limit): \(ratio)")
    #expect(plant.admits(Int32(limit) - 1) && !plant.admits(Int32(limit)))
    // Within 60 s and 15 % the shortest time is measured again: the limit dips.
    var pinned = 0
    for _ in 0..<70_000 {
      plant.end(1)
      if plant.policy.limit == 3 { pinned += 1 }
    }
    #expect(pinned >= 49 && pinned <= 80, "\(pinned)")
    #expect(abs(Double(plant.policy.limit ?? 0) - limit) < 5)
  }

  @Test("Success rate: half fail, 47 % are refused; all fail, 80 %; after the window none")
  func successRate() {
    var plant = Plant(policy: SuccessRate())
    #expect(plant.policy.rejection(at: 0) == 0)
    for _ in 0..<500 {
      plant.end(1)
      plant.end(1, .applicationError)
    }
    // (1000 - 500 / 0.95) / 1001.
    #expect(abs(plant.policy.rejection(at: plant.now) - 0.4732) < 0.0001)
    plant.policy.aggression = 2
    #expect(abs(plant.policy.rejection(at: plant.now) - 0.6879) < 0.0001)
    plant.policy.aggression = 1
    plant.end(9_000, .timeout)
    #expect(plant.policy.rejection(at: plant.now) == 0.8)
    var refused = 0
    for _ in 0..<1_000 where !plant.admits() { refused += 1 }
    #expect(abs(refused - 800) < 50)
    #expect(plant.policy.rejection(at: plant.now + 31_000 * Self.ms) == 0)
  }

  @Test(
    "DAGOR: 5 % fewer a window while visits wait, from the least urgent levels up; then 1 % more")
  func dagor() {
    var plant = Plant(policy: DAGOR())
    plant.policy.begin(classes: 2)
    #expect(plant.policy.cursor == 255)
    /// A window of 1,000 visits, one of each level in turn; all that come in wait so long.
    func window(_ wait: UInt64) -> Int {
      var admitted = 0
      for i in 0..<1_000 {
        plant.now += Self.ms
        if !plant.admits(level: Int32(i % 256)) { continue }
        admitted += 1
        plant.end(afterWaiting: wait)
      }
      return admitted
    }
    #expect(window(30 * Self.ms) == 1_000)
    var last = 1_000
    for _ in 0..<10 {
      let next = window(30 * Self.ms)
      #expect(next < last && Double(next) > 0.93 * Double(last))
      last = next
    }
    // The first class comes in whole as long as the other is not shut out.
    #expect(plant.policy.cursor > 127)
    // One more window hears of the one before.
    last = window(10 * Self.ms)
    for _ in 0..<3 {
      let next = window(10 * Self.ms)
      #expect(next >= last && next <= last + 25)
      last = next
    }
  }
}
