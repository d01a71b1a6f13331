import TailraceExperiment
import TailraceModel

/// The slow requests of a workload, beside all of them.
struct Tail {
  let workload: WorkloadResult
  let band: BreakdownBand

  /// What takes time: a part of the critical path.
  struct Cause: Equatable {
    var entity: String
    var kind: Kind
    /// Its part of the time above p99 and of that of all requests.
    var share: Double
    var shareOfAll: Double
  }

  enum Kind: CaseIterable {
    case queue, work, network, wait, coalesced, attempts, deadline

    init(_ phase: String) {
      switch phase {
      case Phase.queue.word: self = .queue
      case Phase.work.word: self = .work
      case Phase.network.word: self = .network
      case Phase.coalesced.word: self = .coalesced
      case Phase.backOff.word, Phase.hedgeDelay.word, Phase.lost.word: self = .attempts
      case Phase.deadline.word: self = .deadline
      default: self = .wait
      }
    }
  }

  /// Above p99, the largest first.
  let causes: [Cause]

  /// Least requests above p99.
  static let requestsLeast: UInt64 = 100

  /// Nil where the sample is too small, or too many requests have no latency at all.
  init?(_ workload: WorkloadResult) {
    guard let band = workload.bands.first(where: { $0.quantile == 0.99 }),
      band.requests >= Self.requestsLeast, workload.errorsShare ?? 0 < 0.1
    else { return nil }
    (self.workload, self.band) = (workload, band)
    var causes: [Cause] = []
    for row in band.rows {
      let kind = Kind(row.phase)
      let place =
        causes.firstIndex { $0.entity == row.entity && $0.kind == kind } ?? causes.endIndex
      if place == causes.endIndex {
        causes.append(Cause(entity: row.entity, kind: kind, share: 0, shareOfAll: 0))
      }
      causes[place].share += row.share
    }
    for row in workload.breakdown {
      let kind = Kind(row.phase)
      if let place = causes.firstIndex(where: { $0.entity == row.entity && $0.kind == kind }) {
        causes[place].shareOfAll += row.share
      }
    }
    self.causes = causes.sorted { $0.share > $1.share }
  }

  /// The part of the time above p99 that was spent at a service in any way.
  func share(at entity: String) -> Double {
    causes.reduce(0) { $1.entity == entity ? $0 + $1.share : $0 }
  }

  func share(at entity: String, _ kind: Kind) -> Double {
    causes.first { $0.entity == entity && $0.kind == kind }?.share ?? 0
  }

  /// The part that makes the tail: at least 40 % of it, and clearly more than the next.
  var leading: Cause? {
    guard let first = causes.first, first.share >= 0.4 else { return nil }
    return first.share >= (causes.dropFirst().first?.share ?? 0) + 0.1 ? first : nil
  }
}
