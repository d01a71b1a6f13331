import TailraceEngine

/// How the counts of requests in windows of one length vary.
public struct Dispersion: Sendable {
  /// Nanoseconds.
  public let window: UInt64
  public let windows: Int
  /// Variance over mean of the counts; 1 for a Poisson process, 0 for equal gaps.
  public let index: Double
  /// What 95 of 100 Poisson processes of this length would show.
  public let poisson: ClosedRange<Double>
  /// What the same gaps in other orders show: the range of 39 shuffles, which holds a renewal
  /// process's in 95 of 100 cases. Nil where there are too many gaps to shuffle.
  public let shuffled: ClosedRange<Double>?
}

/// What times of requests tell of their arrivals.
struct ArrivalFacts {
  /// From the first request, ascending, in nanoseconds.
  let times: [UInt64]
  /// Between requests.
  let gaps: [UInt64]
  let span: UInt64
  let meanGap: Double
  /// Standard deviation of the gaps over their mean.
  let variation: Double
  /// Correlation of neighbouring gaps.
  let correlation: Double

  /// Facts about at least two ascending instants, not all the same.
  init(_ instants: [Int64]) {
    let first = instants[0]
    times = instants.map { UInt64(bitPattern: $0 &- first) }
    let times = times
    gaps = (1..<times.count).map { times[$0] - times[$0 - 1] }
    span = times[times.count - 1]
    let count = Double(gaps.count)
    let mean = Double(span) / count
    var (squares, products) = (0.0, 0.0)
    for i in gaps.indices {
      let off = Double(gaps[i]) - mean
      squares += off * off
      if i > 0 { products += off * (Double(gaps[i - 1]) - mean) }
    }
    meanGap = mean
    variation = (squares / count).squareRoot() / mean
    correlation = squares > 0 ? products / squares : 0
  }

  /// Most gaps that are shuffled.
  static let shuffledMax = 1_000_000
  private static let shuffles = 39
  /// Windows of one length that a dispersion needs.
  private static let windowsMin = 20

  /// For windows of 1, 10, 100 … of a unit, from the mean gap on, as long as there are 20.
  func dispersions() -> [Dispersion] {
    let lengths = windows(within: span)
    var ranges: [ClosedRange<Double>?] = lengths.map { _ in nil }
    if gaps.count <= Self.shuffledMax {
      var random = SequentialRandom(seed: 0x6669_7420_6761_7073)
      var order = gaps
      for _ in 0..<Self.shuffles {
        random.shuffle(&order)
        var instant: UInt64 = 0
        let moved =
          [UInt64(0)]
          + order.map { gap in
            instant += gap
            return instant
          }
        for (i, window) in lengths.enumerated() {
          let index = Self.index(of: moved, window, span).index
          ranges[i] =
            ranges[i].map { min($0.lowerBound, index)...max($0.upperBound, index) }
            ?? index...index
        }
      }
    }
    return lengths.enumerated().map { i, window in
      let found = Self.index(of: times, window, span)
      return Dispersion(
        window: window, windows: found.windows, index: found.index,
        poisson: Self.poissonRange(freedom: Double(found.windows - 1)), shuffled: ranges[i])
    }
  }

  private func windows(within span: UInt64) -> [UInt64] {
    var lengths: [UInt64] = []
    var window: UInt64 = 1
    while window <= span / UInt64(Self.windowsMin) {
      if Double(window) >= meanGap { lengths.append(window) }
      window *= 10
    }
    return lengths
  }

  /// Variance over mean of the counts in whole windows.
  private static func index(
    of times: [UInt64], _ window: UInt64, _ span: UInt64
  ) -> (index: Double, windows: Int) {
    let windows = span / window
    var (sum, squares) = (0.0, 0.0)
    eachCount(of: times, window) { index, count in
      if index < windows {
        sum += count
        squares += count * count
      }
    }
    let number = Double(windows)
    let mean = sum / number
    let variance = (squares - sum * mean) / (number - 1)
    return (mean > 0 ? variance / mean : 0, Int(windows))
  }

  /// Counts in the windows that have any, in order.
  private static func eachCount(
    of times: [UInt64], _ window: UInt64, _ body: (UInt64, Double) -> Void
  ) {
    var (present, count): (UInt64, Double) = (0, 0)
    for time in times {
      let index = time / window
      if index != present {
        if count > 0 { body(present, count) }
        (present, count) = (index, 0)
      }
      count += 1
    }
    if count > 0 { body(present, count) }
  }

  /// Where chi squared over its degrees of freedom lies in 95 of 100 cases.
  static func poissonRange(freedom: Double) -> ClosedRange<Double> {
    let law = GammaFit(shape: freedom / 2, scale: 2 / freedom)
    return law.quantile(0.025)...law.quantile(0.975)
  }

  // MARK: A rate that changes

  /// The rate in steps whose length suits the times best.
  ///
  /// Shimazaki and Shinomoto, "A Method for Selecting the Bin Size of a Time Histogram", 2007: the
  /// length with the least (2 mean - variance) / length² of the counts, among lengths that people
  /// use and that make 2 to 60 steps.
  func steps() -> [RateStep]? {
    var best: (length: UInt64, cost: Double)?
    for length in Self.stepLengths where span / length >= 2 && span / length <= 60 {
      let windows = Double(span / length)
      var (sum, squares) = (0.0, 0.0)
      Self.eachCount(of: times, length) { index, count in
        if index < span / length {
          sum += count
          squares += count * count
        }
      }
      let mean = sum / windows
      let variance = squares / windows - mean * mean
      let cost = (2 * mean - variance) / (Double(length) * Double(length))
      if cost < (best?.cost ?? .infinity) { best = (length, cost) }
    }
    return best.map { steps(of: $0.length) }
  }

  private static let stepLengths: [UInt64] = {
    let second: UInt64 = 1_000_000_000
    var lengths: [UInt64] = []
    for unit in [second / 1_000, second / 100, second / 10] {
      lengths += [unit, 2 * unit, 5 * unit]
    }
    return lengths
      + [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400]
      .map { $0 * second }
  }()

  private func steps(of length: UInt64) -> [RateStep] {
    // A rest of less than half a step belongs to the last.
    let count = max(1, (span + length / 2) / length)
    var counts = [Double](repeating: 0, count: Int(count))
    Self.eachCount(of: times, length) { index, number in
      counts[Int(min(index, count - 1))] += number
    }
    return counts.indices.map { i in
      let start = UInt64(i) * length
      let end = i == counts.count - 1 ? span : start + length
      return RateStep(start: start, end: end, count: counts[i])
    }
  }

  /// How counts vary around a rate in steps, for windows that fit into a step ten times.
  func rest(_ steps: [RateStep]) -> [Dispersion] {
    let step = steps[0].end - steps[0].start
    return windows(within: span).filter { $0 <= step / 10 }.compactMap { window in
      var (sum, cells) = (0.0, 0.0)
      var busy = 0
      for step in steps where step.count > 0 {
        let whole = (step.end - step.start) / window
        guard whole >= 2 else { continue }
        var (inside, squares) = (0.0, 0.0)
        let lower = Self.place(of: step.start, in: times)
        let upper = Self.place(of: step.start + whole * window, in: times)
        var i = lower
        while i < upper {
          let index = (times[i] - step.start) / window
          var count = 0.0
          while i < upper, (times[i] - step.start) / window == index {
            count += 1
            i += 1
          }
          inside += count
          squares += count * count
        }
        guard inside > 0 else { continue }
        let mean = inside / Double(whole)
        sum += (squares - inside * mean) / mean
        cells += Double(whole) - 1
        busy += Int(whole)
      }
      guard cells >= Double(Self.windowsMin) else { return nil }
      return Dispersion(
        window: window, windows: busy, index: sum / cells,
        poisson: Self.poissonRange(freedom: cells), shuffled: nil)
    }
  }

  /// How many times lie before an instant.
  private static func place(of instant: UInt64, in times: [UInt64]) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// A stretch of time with one rate.
public struct RateStep: Sendable {
  /// Nanoseconds from the first request.
  public let start: UInt64
  public let end: UInt64
  /// Requests in it.
  public let count: Double
  /// Requests per second.
  public var rate: Double { count / (Double(end - start) / 1e9) }
}

extension SequentialRandom {
  /// Puts values in a random order (Fisher and Yates; Durstenfeld, 1964).
  fileprivate mutating func shuffle(_ values: inout [UInt64]) {
    var i = values.count - 1
    while i > 0 {
      values.swapAt(i, Int(below(UInt64(i + 1))))
      i -= 1
    }
  }
}
