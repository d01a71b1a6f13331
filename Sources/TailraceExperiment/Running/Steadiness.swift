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
  /// mean. Growing is what is a fifth above the mean, and clear over the replications (99 %) with
  /// one part in 200 of all requests, or with one part in 20 in every replication: a queue's
  /// ordinary swings are not taken for it.
  func steadiness(_ result: RunResult) -> Steadiness {
    if replications.contains(where: \.isOvercrowded) { return .overcrowded }
    if let growth = growth(), !replications.contains(where: \.wasCutShort) { return growth }
    let unfinished = result.workloads.reduce(UInt64(0)) { $0 + $1.count(of: .unfinished) }
    if unfinished > 0, !replications.contains(where: \.wasCutShort) {
      return .unfinished(unfinished)
    }
    return .steady
  }

  private func growth() -> Steadiness? {
    let own = replications.indices.compactMap {
      number -> (mean: Double, end: Double, all: Double)? in
      let length = windowLength(number)
      guard length > 0 else { return nil }
      let workloads = replications[number].workloads
      return (
        workloads.reduce(0.0) { $0 + Double($1.presentArea) } / length,
        Double(replications[number].inFlightAtEnd),
        workloads.reduce(0.0) { $0 + Double($1.outcomes.reduce(0, +)) }
      )
    }
    guard own.count == replications.count, !own.isEmpty else { return nil }
    let mean = own.reduce(0) { $0 + $1.mean } / Double(own.count)
    let end = own.reduce(0) { $0 + $1.end } / Double(own.count)
    guard end > 1.2 * mean else { return nil }
    let isObvious = own.allSatisfy { $0.end > 1.2 * $0.mean && $0.end * 20 > $0.all }
    let difference = PairedDifference(own.map(\.mean), own.map(\.end), level: 0.99)
    let isClear = difference.map { $0.mean - $0.halfWidth > 0 } ?? false
    let isLarge = own.reduce(0) { $0 + $1.end } * 200 > own.reduce(0) { $0 + $1.all }
    return isObvious || (isClear && isLarge) ? .growing(mean: mean, end: end) : nil
  }
}
