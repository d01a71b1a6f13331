/// A rate that changes with time, in requests per second.
public enum RateSpec: Sendable {
  /// Linear between points, held before the first and after the last; two at one time are a step.
  case points([RatePoint])
  /// `base`, but `peak` for `length` nanoseconds from `at` on, and again each `every` nanoseconds.
  case pulses(base: Double, peak: Double, at: UInt64, length: UInt64, every: UInt64)
  /// `mean * (1 + amplitude * sin(2 pi t / period))`; the amplitude is a share from 0 to 1.
  case sine(mean: Double, amplitude: Double, period: UInt64)
}

/// A rate at an instant.
public struct RatePoint: Sendable {
  /// Nanoseconds from the start of the run.
  public var at: UInt64
  public var ratePerSecond: Double

  public init(at: UInt64, ratePerSecond: Double) {
    self.at = at
    self.ratePerSecond = ratePerSecond
  }
}

/// A state of a Markov-modulated stream: how fast it is and how long it lasts on average.
public struct ModulatedState: Sendable {
  public var ratePerSecond: Double
  /// Nanoseconds.
  public var mean: Double

  public init(ratePerSecond: Double, mean: Double) {
    self.ratePerSecond = ratePerSecond
    self.mean = mean
  }
}

/// Clients that wait for an answer and think before the next request.
public struct ClosedLoop: Sendable {
  public var clients: Int
  public var thinkTime: LawSpec
  /// Nanoseconds over which the clients' first requests are spread evenly.
  public var rampUp: UInt64 = 0

  public init(clients: Int, thinkTime: LawSpec) {
    self.clients = clients
    self.thinkTime = thinkTime
  }
}
