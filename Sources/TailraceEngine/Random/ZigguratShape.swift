/// A density to be cut into 256 layers of equal area (Marsaglia and Tsang 2000).
enum ZigguratShape {
  /// e^-x; candidates are 53-bit integers.
  case exponential
  /// e^(-x²/2); candidates are 52-bit integers, the sign comes apart.
  case normal

  /// The start of the tail, which closes the topmost layer at height 1.
  var tailStart: Double {
    switch self {
    case .exponential: ZigguratShape.exponentialTailStart
    case .normal: ZigguratShape.normalTailStart
    }
  }

  static let exponentialTailStart = 7.697117470131049714045
  static let normalTailStart = 3.654152885361008771645

  /// The area of each layer under the density without its constant factor.
  private var area: Double {
    switch self {
    case .exponential: 0.003949659822581557219978
    case .normal: 0.004928673233974655347362
    }
  }

  private var candidates: Double { self == .exponential ? 0x1p53 : 0x1p52 }

  private func density(_ place: Double) -> Double {
    PortableMath.exp(self == .exponential ? -place : -0.5 * place * place)
  }

  private func place(density: Double) -> Double {
    let depth = -PortableMath.log(density)
    return self == .exponential ? depth : (2 * depth).squareRoot()
  }

  /// Writes 256 layers and 257 heights.
  func fill(
    layers: UnsafeMutablePointer<ZigguratLayer>, heights: UnsafeMutablePointer<Double>
  ) {
    var right = area / density(tailStart)
    var left = tailStart
    unsafe heights.initialize(to: density(right))
    for index in 0..<256 {
      let limit = UInt64(left / right * candidates)
      unsafe (layers + index).initialize(
        to: ZigguratLayer(limit: limit, width: right / candidates))
      let height = index == 255 ? 1 : density(left)
      unsafe (heights + index + 1).initialize(to: height)
      right = left
      left = index >= 254 ? 0 : place(density: height + area / left)
    }
  }
}
