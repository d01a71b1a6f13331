import Foundation
import Testing

@testable import TailraceEngine

/// Goodness of fit at fixed seeds. All bounds stand for a chance of about 1e-4 per test.
enum RandomFit {
  /// Whether a chi-square statistic is plausible (two-sided, Wilson and Hilferty 1931).
  static func isPlausible(_ statistic: Double, freedom: Int) -> Bool {
    let freedom = Double(freedom)
    let spread = 2 / (9 * freedom)
    let deviate = (cbrt(statistic / freedom) - (1 - spread)) / spread.squareRoot()
    return abs(deviate) < 3.89
  }

  /// Chi-square of counts against a flat law.
  static func isFlat(_ counts: [Int]) -> Bool {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    let statistic = counts.reduce(0.0) { $0 + pow(Double($1) - expected, 2) / expected }
    return isPlausible(statistic, freedom: counts.count - 1)
  }

  /// Chi-square of counts against probabilities; thin cells are merged from the end.
  static func matches(_ counts: [Int], _ probabilities: [Double]) -> Bool {
    let total = Double(counts.reduce(0, +))
    var statistic = 0.0
    var cells = 0
    var (seen, expected) = (0.0, 0.0)
    for (count, probability) in zip(counts, probabilities) {
      seen += Double(count)
      expected += probability * total
      if expected < 10 { continue }
      statistic += (seen - expected) * (seen - expected) / expected
      cells += 1
      (seen, expected) = (0, 0)
    }
    if expected > 0 { statistic += (seen - expected) * (seen - expected) / max(expected, 1) }
    return isPlausible(statistic, freedom: cells - 1)
  }

  /// Kolmogorov and Smirnov's distance times the root of the sample size.
  ///
  /// Looks at every 50th order statistic only, which can but lower the value.
  static func distance(_ sample: [Double], _ distribution: (Double) -> Double) -> Double {
    let sorted = sample.sorted()
    let size = Double(sorted.count)
    var largest = 0.0
    for index in stride(from: 0, to: sorted.count, by: 50) {
      let level = distribution(sorted[index])
      largest = max(largest, level - Double(index) / size, Double(index + 1) / size - level)
    }
    return largest * size.squareRoot()
  }

  /// Correlation at a lag, in standard deviations of chance.
  static func correlation(_ values: [Double], lag: Int) -> Double {
    var sum = 0.0
    for index in lag..<values.count { sum += (values[index] - 0.5) * (values[index - lag] - 0.5) }
    return sum * 12 / Double(values.count - lag).squareRoot()
  }

  /// The lower regularised incomplete gamma function by its series.
  static func gammaProbability(_ shape: Double, below place: Double) -> Double {
    var term = 1 / shape
    var sum = term
    var next = shape
    while term > sum * 1e-14 {
      next += 1
      term *= place / next
      sum += term
    }
    return sum * exp(shape * log(place) - place - lgamma(shape))
  }
}
