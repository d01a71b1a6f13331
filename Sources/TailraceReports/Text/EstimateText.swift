import TailraceExperiment

/// An estimate as two cells: the value, cut where its interval makes further digits noise.
struct EstimateText {
  var value: String
  var halfWidth: String

  /// A time, given in nanoseconds.
  init(_ estimate: Estimate, unit: TimeUnit, hasInterval: Bool) {
    let width = hasInterval ? estimate.halfWidth.map(unit.value) : nil
    self.init(estimate.value.map(unit.value), width, decimals: unit.power)
  }

  /// A number without unit.
  init(_ estimate: Estimate, decimals: Int, hasInterval: Bool) {
    self.init(estimate.value, hasInterval ? estimate.halfWidth : nil, decimals: decimals)
  }

  private init(_ value: Double?, _ halfWidth: Double?, decimals: Int) {
    self.halfWidth = DecimalText.missing
    guard let value, value.isFinite else {
      self.value = DecimalText.missing
      return
    }
    guard let halfWidth, halfWidth.isFinite else {
      self.value = DecimalText.significant(value, digits: 4, decimals: decimals)
      return
    }
    (self.value, self.halfWidth) = DecimalText.pair(
      value, halfWidth: halfWidth, decimals: decimals)
  }
}
