import Testing

@testable import TailraceEngine

@Suite("Eight draws at a time") struct DrawLanesTests {
  private func states(_ first: UInt64) -> SIMD8<UInt64> {
    var states = SIMD8<UInt64>()
    for k in states.indices { states[k] = Mixing.scramble(first &* 8 &+ UInt64(k)) }
    return states
  }

  @Test(
    "Eight ranks at a time are those drawn one by one",
    arguments: [0, 1e-12, 0.3, 0.8, 0.99, 1, 1 + 1e-11, 1.2, 2, 7.5, 64], [1, 2, 3, 1_000, 1 << 40]
  )
  func ranks(_ exponent: Double, _ count: UInt64) {
    let law = ZipfLaw(count: count, exponent: exponent)
    for round in 0..<4_000 {
      let states = states(UInt64(round))
      let ranks = law.drawRanks(from: states)
      for k in states.indices {
        var alone = KeyedRandom(state: states[k])
        #expect(ranks[k] == law.drawRank(from: &alone))
      }
    }
  }

  @Test("Eight lognormal times are those drawn one by one", arguments: [0, 0.1, 1, 2.5, 40])
  func lognormals(_ deviation: Double) {
    let law = LognormalLaw(logMean: 14, logDeviation: deviation)
    #expect(law.isOrdinary)
    for round in 0..<20_000 {
      let states = states(UInt64(round))
      let times = law.draw(from: states, using: .shared)
      for k in states.indices {
        var alone = KeyedRandom(state: states[k])
        #expect(times[k].bitPattern == law.draw(from: &alone, using: .shared).bitPattern)
      }
    }
  }

  @Test("A law whose values may leave the range of numbers is not ordinary")
  func extremes() {
    #expect(!LognormalLaw(logMean: 0, logDeviation: 44).isOrdinary)
    #expect(!LognormalLaw(logMean: -690, logDeviation: 1).isOrdinary)
    #expect(!LognormalLaw(logMean: 800, logDeviation: 0).isOrdinary)
  }

  @Test("Eight exponentials and logarithms at a time have the bits of each alone")
  func functions() {
    var random = SequentialRandom(seed: 3)
    for round in 0..<20_000 {
      var powers = PortableMath.Lanes()
      var sums = PortableMath.Lanes()
      // Of any size, and often where one way of the logarithm gives way to the other.
      let size = PortableMath.exp(40 * random.unit() - 35)
      for k in powers.indices {
        powers[k] = (round % 2 == 0 ? 1_400 : 3) * (random.unit() - 0.5)
        sums[k] = round % 3 == 0 ? random.unit() - 0.4 : size * (random.unit() + 1e-9)
      }
      let (exp, log1p) = (PortableMath.exp(powers), PortableMath.log1p(sums))
      for k in powers.indices {
        #expect(exp[k].bitPattern == PortableMath.exp(powers[k]).bitPattern)
        #expect(log1p[k].bitPattern == PortableMath.log1p(sums[k]).bitPattern)
      }
    }
  }
}
