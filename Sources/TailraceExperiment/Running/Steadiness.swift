import TailraceModel
import TailraceStatistics

/// Whether a run had a steady state, or more came than went.
public enum Steadiness: Sendable, Equatable {
  case steady
  /// Requests piled up until the end; on average so many in flight, and so many at the end.
  case growing(mean: Double, end: Double)
  /// Visits piled up in a service's queues, though those who made them had gone; on average so many
  /// waited, and so many at the end.
  case backlog(service: String, mean: Double, end: Double)
  /// Memory is not made for so many in flight.
  case overcrowded
  /// Requests were still unanswered as long after the window as the run had lasted.
  case unfinished(UInt64)
}

extension Merge {
  /// Judges from the requests in flight at the window's end against their mean over the window, and
  /// so from the visits that wait at each service: where callers give up, no more requests are in
  /// flight than a timeout allows, and what piles up is work for nobody.
  ///
  /// In a steady state both are alike; in one that grows from nothing the end has up to twice the
  /// mean. Growing is what is a fifth above the mean, and clear over the replications (99 %) with
  /// one part in 200 of all requests, or with one part in 20 in every replication: a queue's
  /// ordinary swings are not taken for it.
  func steadiness(_ result: RunResult) -> Steadiness {
    if replications.contains(where: \.isOvercrowded) { return .overcrowded }
    let isWhole = !replications.contains(where: \.wasCutShort)
    if isWhole, let (mean, end) = growth(inFlight()) { return .growing(mean: mean, end: end) }
    let unfinished = result.workloads.reduce(UInt64(0)) { $0 + $1.count(of: .unfinished) }
    if isWhole, unfinished > 0 { return .unfinished(unfinished) }
    return isWhole ? backlog() ?? .steady : .steady
  }

  /// A curve of one replication: its mean over the window, its end, and the count of all that it is
  /// about.
  private typealias Level = (mean: Double, end: Double, all: Double)

  private func inFlight() -> [Level] {
    replications.indices.compactMap { number in
      let length = windowLength(number)
      guard length > 0 else { return nil }
      let workloads = replications[number].workloads
      return (
        workloads.reduce(0.0) { $0 + Double($1.presentArea) } / length,
        Double(replications[number].inFlightAtEnd),
        workloads.reduce(0.0) { $0 + Double($1.outcomes.reduce(0, +)) }
      )
    }
  }

  /// The service whose queues grew most, if any did.
  private func backlog() -> Steadiness? {
    let services = replications.first?.services.indices ?? 0..<0
    var largest: (place: Int, mean: Double, end: Double)?
    for place in services {
      let levels = replications.indices.compactMap { number -> Level? in
        let length = windowLength(number)
        guard length > 0 else { return nil }
        let service = replications[number].services[place]
        return (
          service.rows.reduce(0.0) { $0 + Double($1.queueArea) } / length,
          Double(service.waitingAtEnd),
          // Seldom visited services are held to the same count as those that all requests visit.
          max(
            service.rows.reduce(0.0) { $0 + Double($1.requests) },
            replications[number].workloads.reduce(0.0) { $0 + Double($1.outcomes.reduce(0, +)) })
        )
      }
      if let (mean, end) = growth(levels), end > largest?.end ?? 0 {
        largest = (place, mean, end)
      }
    }
    return largest.map {
      .backlog(
        service: replications[0].services[$0.place].name, mean: $0.mean, end: $0.end)
    }
  }

  /// Mean and end of what grows; nil where nothing does, or a replication has no window.
  private func growth(_ own: [Level]) -> (mean: Double, end: Double)? {
    guard !own.isEmpty, own.count == replications.count else { return nil }
    let mean = own.reduce(0) { $0 + $1.mean } / Double(own.count)
    let end = own.reduce(0) { $0 + $1.end } / Double(own.count)
    guard end > 1.2 * mean else { return nil }
    let isObvious = own.allSatisfy { $0.end > 1.2 * $0.mean && $0.end * 20 > $0.all }
    let difference = PairedDifference(own.map(\.mean), own.map(\.end), level: 0.99)
    let isClear = difference.map { $0.mean - $0.halfWidth > 0 } ?? false
    let isLarge = own.reduce(0) { $0 + $1.end } * 200 > own.reduce(0) { $0 + $1.all }
    return isObvious || (isClear && isLarge) ? (mean, end) : nil
  }
}
