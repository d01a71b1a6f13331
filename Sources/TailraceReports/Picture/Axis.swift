import TailraceEngine

/// One axis: how values become places, and where its ticks stand.
struct Axis {
  enum Scale {
    case linear, logarithmic
    /// Quantiles by `log10(1 / (1 - q))`: as much room for each nine.
    case nines
  }

  struct Tick {
    var value: Double
    var label: String
  }

  let scale: Scale
  let low: Double
  let high: Double
  let ticks: [Tick]
  let title: String

  /// An axis from `low` to `high`, which must differ.
  init(_ scale: Scale, _ low: Double, _ high: Double, ticks: [Tick], title: String) {
    self.scale = scale
    self.low = low
    self.high = high > low ? high : low + 1
    self.ticks = ticks
    self.title = title
  }

  /// Where a value stands, from 0 to 1; values beyond the ends at the ends.
  func place(_ value: Double) -> Double {
    let place: Double
    switch scale {
    case .linear: place = (value - low) / (high - low)
    case .logarithmic:
      guard value > 0 else { return 0 }
      place = (Self.log10(value) - Self.log10(low)) / (Self.log10(high) - Self.log10(low))
    case .nines:
      place = (Self.nines(value) - Self.nines(low)) / (Self.nines(high) - Self.nines(low))
    }
    return place.isFinite ? max(0, min(1, place)) : 0
  }

  /// The logarithm, the same on every machine.
  static func log10(_ value: Double) -> Double { PortableMath.log(value) / 2.302585092994046 }

  private static func nines(_ quantile: Double) -> Double {
    -log10(max(1e-12, 1 - min(1, quantile)))
  }

  // MARK: Kinds

  /// Numbers on equal steps of 1, 2 or 5 times a power of ten, from 0 unless they lie far from it.
  static func linear(
    _ values: [Double], title: String, count: Int = 5, from floor: Double? = 0,
    label: ((Double, Int) -> String)? = nil
  ) -> Axis {
    let finite = values.filter(\.isFinite)
    var low = min(floor ?? .infinity, finite.min() ?? 0)
    var high = max(floor ?? -.infinity, finite.max() ?? 1)
    if !low.isFinite { low = 0 }
    if high <= low { high = low + max(1e-9, abs(low) * 0.1, low == 0 ? 1 : 0) }
    let step = step(high - low, count)
    low = (low / step).rounded(.down) * step
    high = ((high / step) - 1e-9).rounded(.up) * step
    let decimals = max(0, -Int(log10(step * 1.000001).rounded(.down)))
    let format = label ?? { DecimalText.fixed($0, decimals: $1, grouped: true) }
    let steps = Int(((high - low) / step).rounded())
    let ticks = (0...max(1, steps)).map { i in
      let value = low + Double(i) * step
      return Tick(value: value, label: format(value, decimals))
    }
    return Axis(.linear, low, high, ticks: ticks, title: title)
  }

  /// Simulated seconds from 0 to the end of the run.
  static func clock(_ end: Double) -> Axis {
    let nice = linear([end], title: "simulated time (s)", count: 6)
    let ticks = nice.ticks.filter { $0.value <= end * 1.000001 }
    return Axis(.linear, 0, end, ticks: ticks, title: nice.title)
  }

  /// The least of 1, 2, 5 times a power of ten that makes at most `count` steps.
  static func step(_ span: Double, _ count: Int) -> Double {
    let rough = span / Double(max(1, count))
    let power = PortableMath.pow(10, log10(rough).rounded(.down))
    return power * ([1, 2, 5, 10].first { $0 * power >= rough * 0.9999999 } ?? 10)
  }

  /// Times in milliseconds on a logarithmic scale, each tick with its unit.
  static func logTime(_ values: [Double], title: String) -> Axis {
    logarithmic(values.filter { $0 > 0 }, title: title, label: TimeLabel.short)
  }

  /// Positive numbers on a logarithmic scale.
  static func logarithmic(
    _ values: [Double], title: String, label: (Double) -> String
  ) -> Axis {
    let finite = values.filter { $0 > 0 && $0.isFinite }
    let least = finite.min() ?? 1
    let most = max(finite.max() ?? 10, least * 1.0001)
    let decades = log10(most) - log10(least)
    var marks: [Double] = []
    let factors: [Double] = decades > 2.5 ? [1] : (decades > 1.2 ? [1, 3] : [1, 2, 5])
    var power = Int(log10(least).rounded(.down)) - 1
    while power <= Int(log10(most).rounded(.up)) + 1 {
      marks += factors.map { $0 * Self.power(power) }
      power += 1
    }
    let low = marks.last { $0 <= least * 1.0000001 } ?? least
    let high = marks.first { $0 >= most * 0.9999999 && $0 > low } ?? most
    let inside = marks.filter { $0 >= low * 0.9999999 && $0 <= high * 1.0000001 }
    let every = inside.count / 8 + 1
    let ticks = inside.enumerated().filter { $0.offset.isMultiple(of: every) }.map {
      Tick(value: $0.element, label: label($0.element))
    }
    return Axis(.logarithmic, low, high, ticks: ticks, title: title)
  }

  /// A power of ten that reads as such: 0.1 is the nearest to a tenth.
  private static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 1 }

  /// Times in milliseconds on a linear scale from 0, in a unit that suits the largest.
  static func time(_ values: [Double], title: String, count: Int = 5) -> Axis {
    let largest = values.filter(\.isFinite).max() ?? 1
    let unit = TimeLabel.unit(largest)
    let scaled = linear(
      values.map { $0 / unit.inMilliseconds }, title: "\(title) (\(unit.word))", count: count)
    return Axis(
      .linear, 0, scaled.high * unit.inMilliseconds,
      ticks: scaled.ticks.map { Tick(value: $0.value * unit.inMilliseconds, label: $0.label) },
      title: scaled.title)
  }

  /// Quantiles up to the highest known one.
  static func quantiles(to highest: Double) -> Axis {
    let marks: [(Double, String)] = [
      (0, "0"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"),
      (0.9999, "99.99 %"),
      (0.99999, "99.999 %"), (0.999999, "99.9999 %"), (0.9999999, "99.99999 %"),
    ]
    let high = marks.first { $0.0 >= highest - 1e-12 && $0.0 >= 0.9 }?.0 ?? 0.9999999
    let shown = marks.filter { $0.0 <= high && ($0.0 != 0.5 || high <= 0.999) }
    return Axis(
      .nines, 0, high, ticks: shown.map { Tick(value: $0.0, label: $0.1) }, title: "percentile")
  }
}

/// Times on axes and in captions.
enum TimeLabel {
  /// A unit: its word and its length in milliseconds.
  static func unit(_ milliseconds: Double) -> (word: String, inMilliseconds: Double) {
    let units: [(String, Double)] = [("s", 1e3), ("ms", 1), ("us", 1e-3), ("ns", 1e-6)]
    return units.first { milliseconds >= $0.1 } ?? ("ns", 1e-6)
  }

  /// A time with three digits that count: "81.5 ms".
  static func of(_ milliseconds: Double) -> String {
    if milliseconds == 0 { return "0 ms" }
    let unit = unit(milliseconds.magnitude)
    return DecimalText.significant(milliseconds / unit.inMilliseconds, digits: 3, decimals: 6)
      + " " + unit.word
  }

  /// The same without needless zeros, for ticks: "100 ms".
  static func short(_ milliseconds: Double) -> String {
    let unit = unit(milliseconds * 1.0000001)
    let value = milliseconds / unit.inMilliseconds
    let isWhole = (value - value.rounded()).magnitude < 1e-6
    return DecimalText.fixed(value, decimals: isWhole ? 0 : 1, grouped: true) + " " + unit.word
  }
}
