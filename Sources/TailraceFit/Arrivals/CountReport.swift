/// What counts of requests in intervals tell of arrivals, and how to write them in a scenario.
///
/// What happens inside an interval is not in the file: the simulation places requests at random there.
public struct CountReport: Sendable {
  public let requests: Double
  /// The length of an interval, in nanoseconds.
  public let interval: UInt64
  public let intervals: Int
  /// Requests per second over all intervals.
  public let rate: Double
  /// The most in one interval.
  public let largest: Double
  /// How counts vary in windows of 1, 10, 100 … intervals, as long as there are 20.
  public let dispersions: [Dispersion]
  /// The rate in steps; nil for fewer than four intervals.
  public let steps: [RateStep]?
  /// How counts vary around the steps, in windows that fit into a step ten times.
  public let rest: [Dispersion]
  /// `constant`, `poisson`, `changing`, or `trace`: the counts themselves.
  public let kind: ArrivalReport.Kind
  /// The arrivals in the scenario language, on one line.
  public let text: String
  /// Where `text` needs the file: the rate in steps.
  public let alternative: ArrivalReport.Alternative?

  /// Judges counts; nil where all are 0 or there are fewer than three. Linear time.
  ///
  /// `trace` is the text of arrivals that replay the file.
  public init?(_ measured: IntervalCounts, trace: String) {
    let counts = measured.counts
    let total = counts.reduce(0, +)
    guard counts.count >= 3, total > 0 else { return nil }
    (requests, interval, intervals) = (total, measured.interval, counts.count)
    rate = total / (Double(counts.count) * Double(measured.interval) / 1e9)
    largest = counts.max() ?? 0
    let found = Self.windows(counts.count).map { size in
      Self.dispersion(of: [counts[...]], size, measured.interval)
    }.compactMap { $0 }
    let length = Self.stepLength(counts)
    let steps = length.map { Self.steps(counts, $0, measured.interval) }
    var around: [Dispersion] = []
    if let length {
      // A rest of less than half a step belongs to the last, as in `steps`.
      let whole = max(1, (counts.count + length / 2) / length)
      let parts = (0..<whole).map { i in
        counts[(i * length)..<(i == whole - 1 ? counts.count : (i + 1) * length)]
      }
      around = Self.windows(counts.count).filter { $0 * 10 <= length }.compactMap {
        Self.dispersion(of: parts, $0, measured.interval)
      }
    }
    let kind = Self.kind(found, around)
    (dispersions, self.steps, rest, self.kind) = (found, steps, around, kind)
    let flat = ArrivalReport.perSecond(rate, digits: 5)
    let stepped = steps.map(ArrivalReport.text)
    switch kind {
    case .constant: text = "{\"type\": \"constant\", \"rate\": \(flat)}"
    case .poisson: text = "{\"type\": \"poisson\", \"rate\": \(flat)}"
    case .changing: text = stepped ?? ""
    case .renewal, .trace: text = trace
    }
    alternative =
      kind == .trace
      ? stepped.map { ArrivalReport.Alternative(kind: .changing, text: $0) } : nil
  }

  private static func kind(
    _ whole: [Dispersion], _ rest: [Dispersion]
  ) -> ArrivalReport.Kind {
    if let first = whole.first, first.index < 0.05 { return .constant }
    if !whole.isEmpty, whole.allSatisfy(ArrivalReport.isPoisson) { return .poisson }
    return !rest.isEmpty && rest.allSatisfy(ArrivalReport.isPoisson) ? .changing : .trace
  }

  /// Windows of one length that a dispersion needs.
  private static let windowsMin = 20

  /// 1, 10, 100 … intervals, as long as there are 20.
  private static func windows(_ count: Int) -> [Int] {
    var sizes: [Int] = []
    var size = 1
    while size <= count / windowsMin {
      sizes.append(size)
      size *= 10
    }
    return sizes
  }

  /// Variance over mean of the counts in windows, each part around a mean of its own; nil for fewer
  /// than 20 degrees of freedom, one part with less than 19.
  private static func dispersion(
    of parts: [ArraySlice<Double>], _ size: Int, _ interval: UInt64
  ) -> Dispersion? {
    var (sum, freedom, used) = (0.0, 0.0, 0)
    for part in parts {
      let whole = part.count / size
      guard whole >= 2 else { continue }
      let sums = (0..<whole).map { i in
        part[(part.startIndex + i * size)..<(part.startIndex + (i + 1) * size)].reduce(0, +)
      }
      let mean = sums.reduce(0, +) / Double(whole)
      guard mean > 0 else { continue }
      sum += sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / mean
      freedom += Double(whole) - 1
      used += whole
    }
    guard freedom >= Double(windowsMin - 1) else { return nil }
    return Dispersion(
      window: UInt64(size) * interval, windows: used, index: sum / freedom,
      poisson: ArrivalFacts.poissonRange(freedom: freedom), shuffled: nil)
  }

  /// Intervals in a step: the length with the least (2 mean - variance) / length² of the counts, among
  /// those that make 2 to 60 steps (Shimazaki and Shinomoto, 2007).
  private static func stepLength(_ counts: [Double]) -> Int? {
    var best: (length: Int, cost: Double)?
    for length in lengths where counts.count / length >= 2 && counts.count / length <= 60 {
      let whole = counts.count / length
      let sums = (0..<whole).map { i in counts[(i * length)..<((i + 1) * length)].reduce(0, +) }
      let mean = sums.reduce(0, +) / Double(whole)
      let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(whole)
      let cost = (2 * mean - variance) / (Double(length) * Double(length))
      if cost < (best?.cost ?? .infinity) { best = (length, cost) }
    }
    return best?.length
  }

  /// 1, 2, 5, 10 … up to half of the most intervals, and those of minutes, hours and days.
  private static let lengths: [Int] = {
    var lengths = [12, 15, 24, 30, 60, 120, 144, 240, 288, 360, 720, 1_440, 10_080]
    var ten = 1
    while ten <= CountReader.intervalsMax {
      lengths += [ten, 2 * ten, 5 * ten]
      ten *= 10
    }
    return lengths.sorted()
  }()

  private static func steps(
    _ counts: [Double], _ length: Int, _ interval: UInt64
  ) -> [RateStep] {
    let whole = max(1, (counts.count + length / 2) / length)
    return (0..<whole).map { i in
      let end = i == whole - 1 ? counts.count : (i + 1) * length
      return RateStep(
        start: UInt64(i * length) * interval, end: UInt64(end) * interval,
        count: counts[(i * length)..<end].reduce(0, +))
    }
  }

  /// The sentences of the verdict, without a period at their ends.
  public var sentences: [String] {
    let most = dispersions.max { $0.index < $1.index }
    let index = most.map { ArrivalVerdict.short($0.index) } ?? "?"
    switch kind {
    case .constant:
      let share = dispersionShare
      return [
        "the same number in each interval"
          + (share > 0 ? ", within \(Verdict.percent(share))" : "")
      ]
    case .poisson: return ["Poisson at one rate: counts vary as independent arrivals' do"]
    case .changing:
      return [
        "Poisson at a rate that changes: counts vary up to \(index) times as much as one rate's, and "
          + "within the steps as independent arrivals' do"
      ]
    case .renewal, .trace:
      let why =
        rest.isEmpty
        ? "the rate changes too fast for steps of ten intervals"
        : "within steps they vary up to "
          + "\(ArrivalVerdict.short(rest.map(\.index).max() ?? 0)) times as much"
      return [
        "counts vary up to \(index) times as much as independent arrivals' would, and \(why): replay "
          + "the counts"
      ]
    }
  }

  /// The standard deviation of a count over its mean, where counts vary little.
  private var dispersionShare: Double {
    let mean = requests / Double(intervals)
    return ((dispersions.first?.index ?? 0) / mean).squareRoot()
  }
}
