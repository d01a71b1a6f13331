import TailraceEngine

/// Compares the median time of each window with that of a few visits alone.
public struct AdaptiveConcurrency: AdmissionPolicy {
  public static let name = "ADAPTIVE_CONCURRENCY"
  public static let summary =
    "Envoy's gradient controller: each 'window' the limit becomes limit x (shortest x (1 + buffer) / "
    + "median time), that ratio kept within 0.5 and 2, plus the root of the limit. The shortest time "
    + "is the median of 50 visits while the limit is pinned to 'min_limit', measured first of all, "
    + "each 'min_rtt_interval' (up to 15 % later, drawn), and after six windows at the least limit."

  /// Envoy `adaptive_concurrency`: 3, 1000, 25 %; its two intervals have no default there, 100 ms
  /// and 60 s are those of its documentation.
  public var least: Int32 = 3
  public var most: Int32 = 1_000
  public var buffer = 0.25
  public var window: UInt64 = 100_000_000
  public var minRTTInterval: UInt64 = 60_000_000_000
  private static let minRTTVisits = 50
  private static let jitter = 0.15
  private static let pinnedWindows = 5

  private var current = 0.0
  /// The limit before it was pinned, while the shortest time is measured.
  private var pinnedFrom: Double? = 0
  /// When that began: who came before is no sample.
  private var pinnedSince: UInt64 = 0
  private var nextMeasure: UInt64 = 0
  private var shortest: UInt64 = 0
  private var windowEnd: UInt64 = 0
  private var windowsAtLeast = 0
  private var samples: [UInt64] = []

  public init() {}

  public var limit: Int32? {
    pinnedFrom != nil ? least : Int32(max(Double(least), current))
  }

  public mutating func admits(_ visit: AdmissionVisit, _ luck: inout KeyedRandom) -> Bool {
    turn(at: visit.now)
    return visit.inFlight < limit ?? least
  }

  public mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom) {
    turn(at: visit.now)
    if pinnedFrom != nil && visit.now - visit.time < pinnedSince { return }
    samples.append(max(1, visit.time))
    guard let before = pinnedFrom, samples.count >= Self.minRTTVisits else { return }
    shortest = median()
    pinnedFrom = nil
    current = max(Double(least), before)
    windowsAtLeast = 0
    windowEnd = visit.now + window
    nextMeasure =
      visit.now + minRTTInterval
      + UInt64(Double(minRTTInterval) * Self.jitter * luck.unit())
  }

  /// Does what is due, with the first visit that comes or ends after it was.
  private mutating func turn(at now: UInt64) {
    if pinnedFrom != nil { return }
    if now >= windowEnd {
      if !samples.isEmpty { follow(median()) }
      windowEnd += ((now - windowEnd) / window + 1) * window
    }
    if now >= nextMeasure || windowsAtLeast > Self.pinnedWindows {
      pinnedFrom = current
      pinnedSince = now
      samples.removeAll(keepingCapacity: true)
    }
  }

  private mutating func follow(_ time: UInt64) {
    let gradient = Double(shortest) * (1 + buffer) / Double(time)
    let next = current * max(0.5, min(2, gradient)) + current.squareRoot()
    current = max(Double(least), min(Double(most), next))
    windowsAtLeast = current <= Double(least) ? windowsAtLeast + 1 : 0
  }

  /// The median of the samples, which are then forgotten.
  private mutating func median() -> UInt64 {
    samples.sort()
    defer { samples.removeAll(keepingCapacity: true) }
    return samples[(samples.count - 1) / 2]
  }
}
