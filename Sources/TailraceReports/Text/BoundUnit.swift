import TailraceExperiment

extension Threshold {
  /// The unit in which a measured time stands beside its bound: that of the bound, unless the time is
  /// less than a tenth of it.
  func unit(for nanoseconds: Double) -> TimeUnit {
    let letters = condition.reversed().prefix { $0.isLetter }
    guard metric.unit == .time, let unit = TimeUnit(rawValue: String(letters.reversed())),
      unit.value(of: nanoseconds) >= 0.1
    else { return .fitting([nanoseconds]) }
    return unit
  }
}
