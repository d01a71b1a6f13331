import TailraceEngine

/// The standard normal law with a tail that is right in relative terms.
enum NormalTail {
  /// P(Z > z); relative error below 1e-13 up to z = 37, where it underflows.
  static func above(_ z: Double) -> Double {
    if z < 3 { return 1 - PortableMath.normalProbability(below: z) }
    // Laplace's continued fraction (Abramowitz and Stegun 26.2.14).
    var fraction = z
    for numerator in (1...150).reversed() { fraction = z + Double(numerator) / fraction }
    return density(z) / fraction
  }

  /// P(Z < z), right in relative terms on its small side.
  static func below(_ z: Double) -> Double { above(-z) }

  static func density(_ z: Double) -> Double {
    PortableMath.exp(-0.5 * z * z) * 0.3989422804014327
  }

  /// log sqrt(2 pi).
  static let halfLogTwoPi = 0.9189385332046728
}
