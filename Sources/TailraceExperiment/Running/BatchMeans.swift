import TailraceModel
import TailraceStatistics

/// Intervals of one long replication: the spread of the means of its parts.
///
/// The window is cut into parts of equal length, which are nearly independent where they are long
/// (Law and Kelton's batch means). Where a part still remembers the one before, there is no interval.
public struct BatchMeans: Sendable {
  /// Parts of the window.
  public static let count = 20
  /// Least requests: of fewer than ten a part, the parts' means say next to nothing.
  static let requestsMin: UInt64 = 200
  /// Largest correlation of neighbours: of independent parts, one set in twenty has more.
  static let correlationMax = 0.37

  /// Length of a part, in nanoseconds.
  public var length: UInt64
  /// Measures that have no interval since their parts are not independent.
  public var dependent = 0
}

extension Merge {
  /// Gives the headline numbers of one replication intervals, where its time series allow it.
  func addBatchIntervals(to result: inout RunResult) {
    guard replications.count == 1, experiment.usesBatches, let series, result.cutShort == nil,
      result.workloads.reduce(0, { $0 + $1.requests }) >= BatchMeans.requestsMin,
      let batches = Batches(series, from: warmUp)
    else { return }
    var means = BatchMeans(length: batches.length)
    func widen(_ estimate: inout Estimate, _ values: [Double?], plus resolution: Double = 0) {
      let known = values.compactMap { $0 }
      guard let value = estimate.value, value.isFinite, known.count == values.count,
        known.allSatisfy(\.isFinite), let interval = ConfidenceInterval(of: known)
      else { return }
      guard Batches.correlation(known) <= BatchMeans.correlationMax else {
        means.dependent += 1
        return
      }
      estimate.halfWidth = interval.halfWidth + resolution * value
    }
    for w in result.workloads.indices {
      let parts = batches.workloads(w)
      let seconds = Double(batches.length) / 1e9
      widen(&result.workloads[w].latencyMean, parts.map(\.latencies.mean))
      for q in result.workloads[w].quantiles.indices {
        let quantile = result.workloads[w].quantiles[q].quantile
        // Quantiles of parts are known within a bucket of 1.6 %.
        widen(
          &result.workloads[w].quantiles[q].latency,
          parts.map { part in
            part.latencies.quantile(
              quantile, unfinished: part.started - part.answered - part.failed
            ).map { Double($0) }
          }, plus: 0.008)
      }
      widen(&result.workloads[w].offered, parts.map { Double($0.started) / seconds })
      widen(&result.workloads[w].goodput, parts.map { Double($0.answered) / seconds })
      widen(
        &result.workloads[w].inFlight, parts.map { Double($0.presentArea) / Double(batches.length) }
      )
    }
    for s in result.services.indices {
      let parts = batches.services(s)
      let slots = Double(
        (result.services[s].slots ?? 0) * result.services[s].shards * result.services[s].replicas)
      let length = Double(batches.length)
      if slots > 0 {
        widen(&result.services[s].utilization, parts.map { Double($0.busyArea) / length / slots })
      }
      widen(&result.services[s].queueMean, parts.map { Double($0.queueArea) / length })
    }
    result.batches = means
  }
}

/// A run's intervals in groups.
struct Batches {
  private let series: SeriesOutcome
  /// Intervals of each part.
  private let each: Int
  private let first: Int
  /// In nanoseconds.
  let length: UInt64

  /// Nil where the window has fewer intervals than there are to be parts.
  init?(_ series: SeriesOutcome, from start: UInt64) {
    let grid = series.grid
    // The last interval may be shorter than the others.
    let whole = (0..<grid.count).filter {
      grid.start(of: $0) >= start && grid.end(of: $0) - grid.start(of: $0) == grid.length
    }
    guard let last = whole.last, whole.count >= BatchMeans.count else { return nil }
    self.series = series
    each = whole.count / BatchMeans.count
    first = last + 1 - each * BatchMeans.count
    length = UInt64(each) * grid.length
  }

  private func groups<Part>(_ intervals: [Part], _ sum: (ArraySlice<Part>) -> Part) -> [Part] {
    (0..<BatchMeans.count).map { sum(intervals[(first + $0 * each)..<(first + ($0 + 1) * each)]) }
  }

  func workloads(_ w: Int) -> [WorkloadInterval] {
    groups(series.workloads[w]) { $0.dropFirst().reduce($0[$0.startIndex]) { $0.adding($1) } }
  }

  func services(_ s: Int) -> [ServiceInterval] {
    groups(series.services[s]) { $0.dropFirst().reduce($0[$0.startIndex]) { $0.adding($1) } }
  }

  /// Of each value with the next; 0 where all are equal.
  static func correlation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let deviations = values.map { $0 - mean }
    let variance = deviations.reduce(0) { $0 + $1 * $1 }
    guard variance > 0 else { return 0 }
    let product = zip(deviations, deviations.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    return product / variance
  }
}
