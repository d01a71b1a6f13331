import Testing

@testable import TailraceStatistics

@Suite("Normal quantile")
struct NormalTests {
  @Test(
    "Against 40-digit values",
    arguments: [
      (1e-300, -37.047096299361199237), (1e-20, -9.2623400897984075796),
      (1e-5, -4.2648907939228246102), (0.001, -3.0902323061678135354),
      (0.0013, -3.0114537584997840363), (0.0014, -2.9888822673157904559),
      (0.025, -1.9599639845400542118), (0.3, -0.52440051270804081597),
      (0.5001, 0.00025066283008800749239), (0.6, 0.25334710313579974132),
      (0.9, 1.2815515655446005935), (0.975, 1.9599639845400538556),
      (0.995, 2.5758293035489004539), (0.9999, 3.7190164854557083867),
    ])
  func table(_ probability: Double, _ expected: Double) {
    #expect(agree(Normal.quantile(probability), expected, within: 1e-12))
  }

  @Test("Odd about one half")
  func symmetry() {
    #expect(Normal.quantile(0.5) == 0)
    for eighths in 1...3 {
      let probability = Double(eighths) / 8
      #expect(Normal.quantile(probability) == -Normal.quantile(1 - probability))
    }
  }
}
