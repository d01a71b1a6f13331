import TailraceEngine
import TailraceStatistics

/// What becomes of the visits of services of which more is kept than totals: those whose shards are
/// chosen by a key, and those of which a latency is asked for.
///
/// A shard takes 240 B and 256 B for each octave that its latencies fall into, a visit in progress
/// 16 B. Other services pay nothing.
struct VisitTable: ~Copyable {
  /// By station, the histogram of its shard; -1 where its service keeps none. Empty if none does.
  private let histogramOf: Table<Int32>
  /// Latencies of visits that were answered in the window.
  private var latencies: HistogramPile
  /// By frame, the key that a visit was called for.
  private var keys = Table<VisitKey>(repeating: VisitKey(), count: 0)
  /// The key of the call that found its shard last.
  var latest = VisitKey()

  init(_ plan: Plan) {
    histogramOf = Table(plan.visitHistograms)
    latencies = HistogramPile(count: Int(plan.visitHistograms.max() ?? -1) + 1)
  }

  /// The histogram of a station's shard; -1 if there is none.
  func histogram(of station: Int32) -> Int32 { histogramOf[station] }

  mutating func record(_ latency: UInt64, in histogram: Int32) {
    latencies.record(latency, in: Int(histogram))
  }

  mutating func latencies(in histogram: Int32) -> HistogramSnapshot {
    latencies.snapshot(Int(histogram))
  }

  /// A new visit was called for the key that was looked for last, or for none; there are so many
  /// frames.
  mutating func begin(_ f: Int32, isKeyed: Bool, of frames: Int) {
    if keys.count < frames { keys.grow(to: max(frames, keys.count * 2), with: VisitKey()) }
    keys[f] = isKeyed ? latest : VisitKey()
  }

  /// The key that a visit was called for; not known if for none.
  func key(of f: Int32) -> VisitKey { keys[f] }
}

/// The key that a visit was called for.
struct VisitKey: BitwiseCopyable {
  var key: UInt64 = 0
  /// How often counts had been cut by then.
  var epoch: UInt32 = 0
  var isKnown = false
}

extension Plan {
  /// Gives each shard a histogram of latencies where a key chooses among several, and in the
  /// services that are named.
  mutating func layOutVisits(of names: [String]) {
    var count: Int32 = 0
    var histograms = Array(repeating: Int32(-1), count: stations.count)
    for (i, service) in services.enumerated() {
      let isKeyed = edges.contains { $0.service == Int32(i) && $0.route >= 0 }
      guard isKeyed && service.shards > 1 || names.contains(serviceNames[i]) else { continue }
      for k in 0..<(service.shards * service.replicas) {
        histograms[Int(service.firstStation + k)] = count + k / service.replicas
      }
      count += service.shards
    }
    if count > 0 { visitHistograms = histograms }
  }
}

// Latencies of visits by shard, and what work their keys cost.
extension Machine {
  /// A visit has its answer, which its caller has at `end`: at once, or ahead of the clock.
  @inline(never) mutating func noteVisit(_ f: Int32, at end: UInt64) {
    let visit = frames.row(f)
    let histogram = visits.histogram(of: visit.station)
    guard histogram >= 0, window.contains(end) else { return }
    if visit.outcome.isAnswered { visits.record(end &- visit.born, in: histogram) }
    let route = edges[visit.edge].route
    if route < 0 || visit.born < window.lowerBound { return }
    let key = visits.key(of: f)
    if key.isKnown { keyCounts.noteWork(visit.worked, on: key, of: routes[route].map) }
  }

  /// The same of a visit without a frame, which began at the present instant; what becomes of it
  /// has been computed, and its call was the last to look for its shard.
  @inline(never) mutating func noteVisit(_ e: Int32, at station: Int32, _ fate: Fate) {
    let histogram = visits.histogram(of: station)
    guard histogram >= 0, window.contains(fate.due), fate.outcome == .success else { return }
    visits.record(fate.due &- time, in: histogram)
    let edge = edges.row(e)
    if edge.route >= 0 && inWindow == 1 && services[edge.service].shards > 1 {
      keyCounts.noteWork(fate.due &- fate.begin, on: visits.latest, of: routes[edge.route].map)
    }
  }

  /// The same of a visit that its caller will have given up, so that nothing more happens to it.
  @inline(never) mutating func noteLate(_ f: Int32, _ fate: Fate) {
    guard fate.outcome == .success else { return }
    frames[f].worked = fate.due &- fate.begin
    noteVisit(f, at: fate.due)
  }

  /// The same of a visit without a frame that worked for no key.
  @inline(never)
  mutating func noteUnseen(at station: Int32, from born: UInt64, until end: UInt64) {
    let histogram = visits.histogram(of: station)
    if histogram >= 0 && window.contains(end) { visits.record(end &- born, in: histogram) }
  }

  /// Latencies by shard of a service; empty where they are not kept.
  mutating func visitLatencies(_ service: ServiceRow) -> [HistogramSnapshot] {
    guard notesVisits, visits.histogram(of: service.firstStation) >= 0 else { return [] }
    let first = visits.histogram(of: service.firstStation)
    return (0..<service.shards).map { visits.latencies(in: first + $0) }
  }
}
