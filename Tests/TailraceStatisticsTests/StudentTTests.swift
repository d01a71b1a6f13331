import Testing

@testable import TailraceStatistics

@Suite("Student's t")
struct StudentTTests {
  @Test(
    "The published 97.5 % points",
    arguments: [
      (1, 12.7062047362), (2, 4.3026527297), (9, 2.2621571628), (30, 2.0422724563),
      (199, 1.9719565442),
    ] as [(Double, Double)])
  func published(_ degreesOfFreedom: Double, _ expected: Double) {
    let actual = StudentT.quantile(twoSided: 0.95, degreesOfFreedom: degreesOfFreedom)
    #expect((actual - expected).magnitude <= 1e-9)
  }

  static let levels = [0.5, 0.9, 0.95, 0.99, 0.999, 0.999999]

  @Test(
    "Against 40-digit inversion of the incomplete beta function",
    arguments: [
      (
        1,
        [
          1.0, 6.3137515146750445, 12.706204736174693,
          63.656741162871524, 636.61924876871905, 636619.77234875132,
        ]
      ),
      (
        1.5,
        [
          0.87259466254157064, 3.7051808200967523, 6.0166631044279283,
          17.820310514462797, 82.847446703657563, 8285.3911948662036,
        ]
      ),
      (
        2,
        [
          0.81649658092772603, 2.9199855803537261, 4.3026527297494618,
          9.9248432009182886, 31.599054576443607, 999.99924998546591,
        ]
      ),
      (
        3,
        [
          0.76489232840434528, 2.3533634348018241, 3.1824463052837084,
          5.8409093097333554, 12.923978636687479, 130.15458955711021,
        ]
      ),
      (
        5,
        [
          0.72668684380042265, 2.0150483733330244, 2.5705818356363148,
          4.0321429835552272, 6.8688266258811089, 28.478473462819561,
        ]
      ),
      (
        9,
        [
          0.70272214675132637, 1.8331129326562373, 2.262157162798205,
          3.2498355415921257, 4.7809125859311384, 11.636782027289474,
        ]
      ),
      (
        30,
        [
          0.68275569332129255, 1.697260886593958, 2.0422724563012379,
          2.749995653567225, 3.6459586350420215, 6.1190756203738998,
        ]
      ),
      (
        199,
        [
          0.67572459561064572, 1.6525467461665635, 1.9719565442517534,
          2.6007602160585159, 3.3400865561614307, 5.0490945952261632,
        ]
      ),
      (
        1_000,
        [
          0.67473516460700944, 1.6463788172854648, 1.9623390808264081,
          2.5807546980659508, 3.3002826484239127, 4.9222895234238255,
        ]
      ),
      (
        123_456,
        [
          0.67449173742691718, 1.6448659696537421, 1.9599832002451865,
          2.5758691284189873, 3.2906055445292971, 4.8918854153890677,
        ]
      ),
      (
        999_999,
        [
          0.67448999553133271, 1.6448551507235644, 1.9599663568164789,
          2.5758342201102504, 3.2905364612584207, 4.8916689607352118,
        ]
      ),
      (
        5_000_000,
        [
          0.67448979926307015, 1.6448539317053591, 1.9599644589944128,
          2.5758302868587736, 3.2905286774390725, 4.8916445726688054,
        ]
      ),
    ] as [(Double, [Double])])
  func table(_ degreesOfFreedom: Double, _ expected: [Double]) {
    for (level, expected) in zip(Self.levels, expected) {
      let actual = StudentT.quantile(twoSided: level, degreesOfFreedom: degreesOfFreedom)
      #expect(agree(actual, expected, within: 1e-10), "level \(level)")
    }
  }

  @Test("One and two degrees of freedom have closed forms at every level")
  func closedForms() {
    for seed in 0..<500 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let level = random.unit()
      // df = 2: t = level sqrt(2 / (1 - level^2)); df = 1 by its density 1 / (pi (1 + t^2)).
      let two = StudentT.quantile(twoSided: level, degreesOfFreedom: 2)
      let expected = level * (2 / ((1 - level) * (1 + level))).squareRoot()
      #expect(agree(two, expected, within: 1e-10), "level \(level)")
      let one = StudentT.quantile(twoSided: level, degreesOfFreedom: 1)
      // tan(x + y) from tan x and tan y: doubling the angle maps level to 2 level.
      let half = StudentT.quantile(twoSided: level / 2, degreesOfFreedom: 1)
      #expect(agree(2 * half / ((1 - half) * (1 + half)), one, within: 1e-9), "level \(level)")
    }
  }

  @Test("Quantiles fall with degrees of freedom and rise with the level, to the normal's")
  func monotone() {
    let degrees = [1, 1.5, 2, 3.7, 10, 100, 1e4, 1e6, 1.001e6, 1e8, 1e12]
    for level in Self.levels {
      let quantiles = degrees.map { StudentT.quantile(twoSided: level, degreesOfFreedom: $0) }
      #expect(zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 > $1 }, "level \(level)")
      let normal = Normal.quantile(0.5 + level / 2)
      #expect(agree(quantiles[degrees.count - 1], normal, within: 1e-10), "level \(level)")
    }
    for degreesOfFreedom in degrees {
      let quantiles = Self.levels.map {
        StudentT.quantile(twoSided: $0, degreesOfFreedom: degreesOfFreedom)
      }
      #expect(zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test("The tail beyond a quantile is what the level leaves")
  func roundTrip() {
    for seed in 0..<500 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let level = random.unit()
      let degreesOfFreedom = 1 + 300 * random.unit() * random.unit()
      let quantile = StudentT.quantile(twoSided: level, degreesOfFreedom: degreesOfFreedom)
      let tail = StudentT.twoSidedTail(beyond: quantile, degreesOfFreedom: degreesOfFreedom)
      #expect((tail - (1 - level)).magnitude < 1e-14, "seed \(seed)")
    }
  }
}
