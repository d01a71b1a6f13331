import TailraceModel

/// How the rate of a workload's requests goes over time.
enum LoadShape: Equatable {
  /// One rate throughout.
  case steady
  /// Clients that wait for their answers.
  case closed
  /// A rate that changes, with its highest value per second; nil where that is not stated.
  case changing(peak: Double?)

  init(_ arrivals: ArrivalSpec) {
    switch arrivals {
    case .poisson, .constant, .renewal: self = .steady
    case .closed: self = .closed
    case .instants, .trace: self = .changing(peak: nil)
    case .rate(.points(let points)):
      self = .changing(peak: points.map(\.ratePerSecond).max())
    case .rate(.pulses(let base, let peak, _, _, _)): self = .changing(peak: max(base, peak))
    case .rate(.sine(let mean, let amplitude, _)):
      self = .changing(peak: mean * (1 + amplitude))
    case .modulated(let states): self = .changing(peak: states.map(\.ratePerSecond).max())
    case .batches: self = .changing(peak: nil)
    }
  }
}
