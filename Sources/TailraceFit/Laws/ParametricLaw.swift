import TailraceEngine

/// A law of the scenario language that can be fitted: its shares, its density, its parameters.
///
/// Values are in nanoseconds, bytes or plain numbers, as the sample is. A new law is a file and a
/// line in `LawFamilies`.
protocol ParametricLaw: Sendable {
  /// What it is called; for most laws its `type`.
  static var name: String { get }
  /// The most likely laws of this kind for a sample; none where it cannot give such values.
  static func mostLikely(for sample: WeightedSample) -> [Self]

  /// What reports call this one; its `name` unless there are several of a kind.
  var title: String { get }
  /// How many parameters were chosen after the data.
  var parameterCount: Int { get }
  /// The share of values at or below x.
  func share(below x: Double) -> Double
  /// The share of values above x, right in relative terms where it is small.
  func share(above x: Double) -> Double
  /// The logarithm of the density; minus infinity where there can be no value.
  func logDensity(at x: Double) -> Double
  /// The value with a share of `level` below it, for levels above 0 and below 1.
  func quantile(_ level: Double) -> Double
  /// The mean; infinite where there is none.
  var mean: Double { get }

  /// The continuous parameters, each free to be any number.
  var coordinates: [Double] { get }
  /// The law with other coordinates; nil where the language has no such law.
  func moved(to coordinates: [Double]) -> Self?
  /// The law with its parameters as a scenario would write them; nil where it cannot.
  func written(in quantity: MeasuredQuantity) -> WrittenLaw?
}

/// A law as text of the scenario language, and what that text means to the last digit.
struct WrittenLaw {
  /// An object such as `{"type": "exponential", "mean": "8ms"}`, on one line.
  var text: String
  /// The law that the text stands for: what is judged is what is pasted.
  var law: any ParametricLaw
}

extension ParametricLaw {
  var title: String { Self.name }

  /// By bisection between bounds that are doubled until they hold the value.
  func quantile(_ level: Double) -> Double {
    func excess(_ x: Double) -> Double {
      level > 0.5 ? (1 - level) - share(above: x) : share(below: x) - level
    }
    let start = mean.isFinite && mean > 0 ? mean : 1
    var high = start
    while excess(high) < 0, high < 1e300 { high *= 2 }
    var low = start
    while excess(low) > 0, low > 1e-300 { low /= 2 }
    return Search.root(between: low, and: high, of: excess)
  }

  /// The logarithm of the likelihood of a sample.
  func logLikelihood(of sample: WeightedSample) -> Double {
    sample.total * sample.average { logDensity(at: $0) }
  }

  /// The share between two values, without loss in either tail.
  func share(from low: Double, to high: Double) -> Double {
    let above = share(above: low)
    return above < 0.5 ? above - share(above: high) : share(below: high) - share(below: low)
  }
}

/// The laws that are tried, the simplest first.
enum LawFamilies {
  static let all: [any ParametricLaw.Type] = [
    UniformFit.self, ExponentialFit.self, ErlangFit.self, GammaFit.self, LognormalFit.self,
    NormalFit.self, WeibullFit.self, ParetoFit.self, BoundedParetoFit.self,
    HyperexponentialFit.self, LognormalMixtureFit.self,
  ]
}
