import TailraceEngine
import Testing

@testable import TailraceFit

/// Reference numbers: SciPy 1.17.1 (scipy.special, scipy.stats), printed to the last digit.
@Suite("Numerics of fits against SciPy") struct NumericsTests {
  @Test("Digamma and trigamma")
  func polygamma() {
    let expected: [(Double, Double, Double)] = [
      (0.01, -100.56088545786868, 10001.621213528311), (0.5, -1.9635100260214235, 4.93480220054468),
      (1, -0.5772156649015329, 1.6449340668482266), (3.7, 1.1671535393615113, 0.31003785767003833),
      (12, 2.4426616799758123, 0.0869018728717684), (250, 5.519459584531046, 0.004008010666632532),
    ]
    for (x, first, second) in expected {
      #expect(isClose(GammaFunctions.digamma(x), first, within: 1e-13), "\(x)")
      #expect(isClose(GammaFunctions.trigamma(x), second, within: 1e-13), "\(x)")
    }
  }

  @Test("The incomplete gamma function, both of its sides")
  func incompleteGamma() {
    let expected: [(Double, Double, Double, Double)] = [
      (0.01, 1e-3, 0.9385706525261288, 0.06142934747387101),
      (0.5, 0.1, 0.34527915398142317, 0.6547208460185768),
      (1, 5, 0.9932620530009145, 0.006737946999085468),
      (2.5, 20, 0.99999985066321, 1.493367900050393e-07),
      (50, 40, 0.07033506665939494, 0.9296649333406051),
      (50, 90, 0.9999983505014983, 1.6494985017178526e-06),
      (1e4, 1e4, 0.5013298083399552, 0.4986701916600448),
      (1e4, 10_500, 0.9999995724127545, 4.275872455059654e-07),
    ]
    for (shape, x, below, above) in expected {
      let found = GammaFunctions.incomplete(shape, x)
      #expect(isClose(found.below, below, within: 1e-9), "\(shape) \(x)")
      #expect(isClose(found.above, above, within: 1e-9), "\(shape) \(x)")
    }
    #expect(GammaFunctions.incomplete(2, 0) == (0, 1))
    #expect(GammaFunctions.incomplete(2, .infinity) == (1, 0))
  }

  @Test("The incomplete beta function")
  func incompleteBeta() {
    let expected: [(Double, Double, Double, Double)] = [
      (1, 1, 0.3, 0.3), (0.5, 2, 0.1, 0.45853026072441494), (20, 3, 0.9, 0.6200409384119034),
      (990, 11, 0.99, 0.5830408033010972), (5e4, 51, 0.999, 0.5346990595405781),
      (5e6, 5_000_001, 0.5001, 0.7365586567750314),
    ]
    for (a, b, x, value) in expected {
      #expect(isClose(GammaFunctions.incompleteBeta(a, b, at: x), value, within: 1e-7), "\(a) \(b)")
    }
  }

  @Test("The normal tail, as far as there are numbers")
  func normalTail() {
    let expected: [(Double, Double)] = [
      (-3, 0.9986501019683699), (-1, 0.8413447460685429), (0, 0.5), (1, 0.15865525393145707),
      (2.9, 0.0018658133003840375), (3.1, 0.0009676032132183563), (6, 9.865876450376946e-10),
      (12, 1.776482112077653e-33), (37, 5.7255712225239266e-300),
    ]
    for (z, above) in expected {
      #expect(isClose(NormalTail.above(z), above, within: 1e-11), "\(z)")
      #expect(NormalTail.below(-z) == NormalTail.above(z))
    }
  }

  @Test("The ends of a quantile's interval are those of the binomial law")
  func orderStatistics() {
    // SciPy: the last k with binom.sf(k - 1) >= 0.975, the first with <= 0.025.
    for (count, level, lower, upper) in [
      (1_000, 0.99, 983, 997), (10_000, 0.999, 9_983, 9_997), (50, 0.5, 18, 33),
    ] {
      let found = OrderStatistics.interval(of: level, among: count)
      #expect(found.lower == lower && found.upper == upper, "\(count) \(level): \(found)")
    }
  }

  @Test("A minimum in a bent valley is found")
  func rosenbrock() {
    let found = Search.minimum(from: [-1.2, 1], step: 0.3) { place in
      let (a, b) = (1 - place[0], place[1] - place[0] * place[0])
      return a * a + 100 * b * b
    }
    #expect((found.place[0] - 1).magnitude < 1e-4 && (found.place[1] - 1).magnitude < 1e-4)
    // What has no value is avoided, also at the start's neighbours.
    let edge = Search.minimum(from: [1], step: 0.3) { $0[0] < 0.5 ? .infinity : $0[0] }
    #expect(isClose(edge.place[0], 0.5, within: 1e-3))
  }

  @Test("Decimal rounding goes by the digits that are written")
  func rounding() {
    #expect(SignificantDigits.rounded(8.02125, to: 5) == 8.0213)
    #expect(SignificantDigits.rounded(99_999.6, to: 5) == 100_000)
    #expect(SignificantDigits.rounded(-1.25e-9, to: 2) == -1.3e-9)
    #expect(SignificantDigits.rounded(1.5e300, to: 5) == 1.5e300)
    #expect(SignificantDigits.rounded(0, to: 3) == 0)
  }

  @Test("Durations are written in the largest unit that keeps them above 1")
  func durations() {
    for (nanoseconds, text) in [
      (0, "0s"), (999, "999ns"), (1_000, "1us"), (59_207_000, "59.207ms"), (1_050, "1.05us"),
      (90_500_000_000, "90.5s"),
    ] {
      #expect(MeasuredQuantity.duration(UInt64(nanoseconds)) == text)
    }
  }
}
