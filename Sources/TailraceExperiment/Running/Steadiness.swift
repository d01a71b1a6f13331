import TailraceModel
import TailraceStatistics

/// Whether a run had a steady state, or more came than went.
public enum Steadiness: Sendable, Equatable {
  case steady
  /// Requests piled up until the end; on average so many in flight, and so many at the end.
  case growing(mean: Double, end: Double)
  /// Memory is not made for so many in flight.
  case overcrowded
  /// Requests were still unanswered as long after the window as the run had lasted.
  case unfinished(UInt64)
}

extension Merge {
  /// Judges from the requests in flight at the window's end against their mean over the window.
  ///
  /// In a steady state both are alike; in one that grows from nothing the end has up to twice the
  /// mean. Growing is what is clear over the replications (99 %), a fifth above the mean, and
  /// one part in 200 of all requests, so that a queue's ordinary swings are not taken for it.
  func steadiness(_ result: RunResult) -> Steadiness {
    if replications.contains(where: \.isOvercrowded) { return .overcrowded }
    let unfinished = result.workloads.reduce(UInt64(0)) { $0 + $1.count(of: .unfinished) }
    if unfinished > 0, !replications.contains(where: \.wasCutShort) {
      return .unfinished(unfinished)
    }
    let length = replications.indices.map(windowLength)
    guard replications.count >= 2, length.allSatisfy({ $0 > 0 }) else { return .steady }
    let ends = replications.map { Double($0.inFlightAtEnd) }
    let means = replications.indices.map { number in
      replications[number].workloads.reduce(0.0) { $0 + Double($1.presentArea) } / length[number]
    }
    let requests = result.workloads.reduce(UInt64(0)) { $0 + $1.requests }
    guard let growth = PairedDifference(means, ends, level: 0.99) else { return .steady }
    let mean = means.reduce(0, +) / Double(means.count)
    let end = mean + growth.mean
    let isClear = growth.mean - growth.halfWidth > 0
    let isLarge = end * Double(replications.count) * 200 > Double(requests)
    return isClear && growth.mean > mean / 5 && isLarge ? .growing(mean: mean, end: end) : .steady
  }
}
