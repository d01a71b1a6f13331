import Testing

@testable import TailraceStatistics

/// Whether two numbers agree within a relative tolerance.
func agree(_ actual: Double, _ expected: Double, within tolerance: Double) -> Bool {
  (actual - expected).magnitude <= tolerance * expected.magnitude
}

@Suite("Elementary functions, against 40-digit values")
struct ElementaryFunctionsTests {
  @Test(
    "ln(1 + y)",
    arguments: [
      (1e-300, 1e-300), (1e-9, 9.9999999950000006261e-10), (0.1, 0.09531017980432486509),
      (0.4999, 0.40539843921917673006), (0.5, 0.40546510810816438198),
      (1, 0.69314718055994530942), (3, 1.3862943611198906188), (1e5, 11.512935464920228753),
      (1e300, 690.77552789821370526),
    ] as [(Double, Double)])
  func logOnePlus(_ y: Double, _ expected: Double) {
    #expect(agree(ElementaryFunctions.logOnePlus(y), expected, within: 5e-16))
  }

  @Test(
    "e^x",
    arguments: [
      (-1e-12, 0.999999999999), (-0.3, 0.74081822068171787429), (-0.35, 0.70468808971871345),
      (-1, 0.3678794411714423216), (-10.5, 0.000027536449349747157857),
      (-100.25, 2.8971980832101478072e-44), (-700, 9.8596765437597708567e-305),
    ] as [(Double, Double)])
  func exp(_ x: Double, _ expected: Double) {
    #expect(agree(ElementaryFunctions.exp(x), expected, within: 5e-16))
  }

  @Test("Square roots are those of the processor to two units in the last place")
  func squareRoot() {
    #expect(ElementaryFunctions.squareRoot(0) == 0)
    #expect(ElementaryFunctions.squareRoot(.leastNonzeroMagnitude) == 0x1p-537)
    var random = SplitMix(seed: 1)
    for _ in 0..<2_000 {
      let exponent = Int(random.below(2_040)) - 1_020
      let x = Double(sign: .plus, exponent: exponent, significand: 1 + random.unit())
      #expect(agree(ElementaryFunctions.squareRoot(x), x.squareRoot(), within: 5e-16))
    }
  }

  @Test("e^x ends in subnormal numbers, then in 0")
  func underflow() {
    #expect(ElementaryFunctions.exp(0) == 1)
    #expect(ElementaryFunctions.exp(-744) == 2 * Double.leastNonzeroMagnitude)
    #expect(ElementaryFunctions.exp(-746) == 0)
    #expect(ElementaryFunctions.exp(-.infinity) == 0)
  }

  @Test(
    "gamma(x + 1/2) / gamma(x)",
    arguments: [
      (0.5, 0.56418958354775628695), (0.75, 0.73966877979715972308), (1, 0.88622692545275801365),
      (15, 3.8408485101570384643), (29.5, 5.4084256674722873546), (30, 5.454452333036738977),
      (500, 22.355090304698624139), (500_000, 707.10660440987432488),
    ] as [(Double, Double)])
  func gammaRatios(_ x: Double, _ expected: Double) {
    #expect(agree(gammaRatio(x), expected, within: 4e-15))
  }
}
