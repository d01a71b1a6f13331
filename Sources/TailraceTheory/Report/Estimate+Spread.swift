import TailraceExperiment
import TailraceStatistics

extension Estimate {
  /// A value with the Student t interval of the replications' own values.
  init(_ value: Double?, _ own: [Double?]) {
    let known = own.compactMap { $0 }
    let interval = known.count == own.count ? ConfidenceInterval(of: known) : nil
    self.init(
      value: value, halfWidth: value == nil ? nil : interval?.halfWidth, perReplication: own)
  }
}
