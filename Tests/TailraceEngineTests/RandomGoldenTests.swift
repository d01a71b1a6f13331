import Testing

@testable import TailraceEngine

/// The bits of draws, so that a machine or a compiler that differs anywhere is found out.
@Suite("The same bits everywhere")
struct RandomGoldenTests {
  static func digest(_ sample: [Double]) -> UInt64 {
    sample.reduce(0) {
      ($0 ^ $1.bitPattern).multipliedReportingOverflow(by: 0x9e37_79b9_7f4a_7c15).partialValue
        ^ ($0 >> 29)
    }
  }

  func check(_ law: some Law, _ golden: UInt64, _ name: String) {
    let found = Self.digest(RandomLawTests.sample(law))
    #expect(found == golden, "\(name): 0x\(String(found, radix: 16))")
  }

  @Test("Digests of 100000 keyed draws of each law")
  func laws() {
    check(UniformLaw(minimum: 1, maximum: 2), 0x0628_7a11_078d_f05f, "uniform")
    check(ExponentialLaw(mean: 1), 0x2fcb_e653_e3db_f6f1, "exponential")
    check(NormalLaw(mean: 0, deviation: 1), 0x10c3_35d7_3160_fee3, "normal")
    check(LognormalLaw(median: 1, percentile99: 10), 0x4eb8_ea41_6b90_45cd, "lognormal")
    check(GammaLaw(shape: 0.5, scale: 1), 0x2440_147e_6b82_0d5c, "gamma 0.5")
    check(GammaLaw(shape: 2.5, scale: 1), 0x7dd0_7809_b3db_ad87, "gamma 2.5")
    check(ErlangLaw(mean: 1, stages: 3), 0x286f_25a5_3968_a432, "erlang")
    check(WeibullLaw(mean: 1, shape: 0.7), 0x3ab7_b911_eab5_9289, "weibull")
    check(ParetoLaw(minimum: 1, shape: 1.5), 0x3718_2063_5fbb_ac41, "pareto")
    check(
      TruncatedParetoLaw(minimum: 1, maximum: 99, shape: 1.5), 0xbc62_6cad_2f4c_36f2,
      "truncated pareto")
    check(GeometricLaw(mean: 5), 0x113a_5534_ce84_47f3, "geometric")
    check(ZipfLaw(count: 1_000_000, exponent: 0.99), 0xde41_a935_3ad7_f391, "zipf")
    let quantiles = EmpiricalTable(quantiles: [(0, 1), (0.5, 2), (0.99, 9), (1, 40)])
    check(quantiles.law, 0x2430_7b6f_de06_f2c4, "empirical")
  }

  @Test("Digests of the elementary functions and the generators")
  func functions() {
    var random = SequentialRandom(seed: 1)
    var values: [Double] = []
    for _ in 0..<10_000 {
      let x = random.unit() * 40 - 20
      values += [
        PortableMath.exp(x), PortableMath.log(x + 21), PortableMath.expm1(x),
        PortableMath.log1p(x + 20), PortableMath.pow(x + 21, x), PortableMath.sin(x * 1e6),
        PortableMath.cos(x),
      ]
    }
    let found = Self.digest(values)
    #expect(found == 0x92c1_1bde_1203_b769, "functions: 0x\(String(found, radix: 16))")
    let name = StreamName.hash("checkout", "service time")
    #expect(name == 0xb013_d35c_3c09_e661, "name: 0x\(String(name, radix: 16))")
    let luck = Luck.child(Luck.root(seed: 1, source: name, request: 2), 3)
    #expect(luck == 0x0ef5_55f8_b33a_19ae, "luck: 0x\(String(luck, radix: 16))")
  }
}
