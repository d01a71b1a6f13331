import TailraceEngine

/// A distribution of times (in nanoseconds) as a scenario states it.
public indirect enum LawSpec: Sendable {
  case constant(Double)
  case uniform(Double, Double)
  case exponential(mean: Double)
  case erlang(mean: Double, stages: Int)
  case gamma(mean: Double, variation: Double)
  case lognormal(LognormalLaw)
  case normal(mean: Double, variation: Double)
  case weibull(mean: Double, shape: Double)
  case pareto(minimum: Double, shape: Double, maximum: Double?)
  /// The values of given draws in the order of the requests; the last repeats.
  case sequence([UInt64])
  /// One of several laws, each with its weight; of exponentials it is hyperexponential.
  case mixture([WeightedLaw])
  /// One of several values, each with its weight.
  case discrete([WeightedValue])
  /// The law whose inverse is linear between given quantiles; levels from 0 to 1 do not fall.
  case quantiles([Quantile])
  /// Counts below upper bounds, spread evenly within each bucket; the first begins at 0.
  case buckets([CountedBucket])
  /// The number of trials up to the first success: 1, 2, 3, …
  case geometric(mean: Double)
  /// A law for each class of request.
  case byClass([String: LawSpec])
  /// A column of the trace that the request comes from.
  case column(ColumnName)
  /// A base, and so much for each unit of attributes of the request.
  case linear(base: LawSpec, [AttributeTerm])
  /// One of several measured values, each as likely; in order.
  case measured([Double])

  /// Its mean in nanoseconds; nil where none exists.
  public var mean: Double? {
    switch self {
    case .constant(let value): value
    case .uniform(let low, let high): (low + high) / 2
    case .exponential(let mean), .erlang(let mean, _), .gamma(let mean, _), .weibull(let mean, _):
      mean
    case .normal(let mean, let variation):
      NormalLaw(mean: mean, variation: variation).momentsClampedAtZero.mean
    case .lognormal(let law): law.moments.mean
    case .pareto(let minimum, let shape, let maximum):
      if let maximum {
        TruncatedParetoLaw(minimum: minimum, maximum: maximum, shape: shape).moments.mean
      } else if shape > 1 {
        ParetoLaw(minimum: minimum, shape: shape).moments.mean
      } else {
        nil
      }
    case .sequence, .byClass, .column, .linear: nil
    case .geometric(let mean): mean
    case .mixture, .discrete, .quantiles, .buckets, .measured: composedMean
    }
  }
}
