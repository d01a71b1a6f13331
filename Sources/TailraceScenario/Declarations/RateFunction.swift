import TailraceCatalog
import TailraceModel

/// A rate that may change with time, as `arrivals.rate` writes it.
enum RateFunction: Sendable {
  case flat(Double)
  case changing(RateSpec)

  /// The rate times a factor.
  func scaled(by factor: Double) -> RateFunction {
    switch self {
    case .flat(let rate): .flat(rate * factor)
    case .changing(.points(let points)):
      .changing(
        .points(
          points.map { RatePoint(at: $0.at, ratePerSecond: $0.ratePerSecond * factor) }))
    case .changing(.pulses(let base, let peak, let at, let length, let every)):
      .changing(
        .pulses(base: base * factor, peak: peak * factor, at: at, length: length, every: every))
    case .changing(.sine(let mean, let amplitude, let period)):
      .changing(.sine(mean: mean * factor, amplitude: amplitude, period: period))
    }
  }
}

/// Up and down around a mean.
public struct SineDeclaration: Declared {
  public static let kind = "rate sine"
  public static let name = "sine"
  public static let summary = "Up and down around a mean, starting upwards."
  public static let keys: [Key<Self>] = [
    Key("mean", \.mean, .rate, required: true, "Mean rate."),
    Key("amplitude", \.amplitude, .share, required: true, "Share of the mean, up to 100%."),
    Key(
      "period", \.period, .duration(1...QuantityScanner.runMax), required: true,
      "Time of one cycle."),
  ]
  var mean: Double?
  var amplitude: Double?
  var period: UInt64?
  public init() {}
}

/// A base rate with a rectangle on it, once or again and again.
public struct PulseDeclaration: Declared {
  public static let kind = "rate pulse"
  public static let name = "pulse"
  public static let summary =
    "A base rate that jumps to a peak for a time, once or each time that 'every' has passed."
  public static let keys: [Key<Self>] = [
    Key("base", \.base, .rate, required: true, "Rate outside the pulse."),
    Key("peak", \.peak, .rate, required: true, "Rate within the pulse."),
    Key("at", \.at, .duration(0...QuantityScanner.runMax), required: true, "Start of the pulse."),
    Key(
      "for", \.length, .duration(1...QuantityScanner.runMax), required: true, "Length of the pulse."
    ),
    Key(
      "every", \.every, .duration(1...QuantityScanner.runMax),
      "Time from the start of one pulse to the next, at least 'for'; once if not given."),
  ]
  var base: Double?
  var peak: Double?
  var at: UInt64?
  var length: UInt64?
  var every: UInt64?
  public init() {}
}

extension ValueForm where Value == Double {
  /// A share such as `"20%"`, read as a ratio.
  static var share: ValueForm { share(0...1) }

  /// A share within limits.
  static func share(_ range: ClosedRange<Double>) -> ValueForm {
    ValueForm(
      "a share such as \"20%\"", schema: .share,
      write: { "\"\(QuantityText.share($0))\"" },
      read: { node, key, reading in
        do throws(Diagnostic) {
          return try QuantityScanner.share(node, key: key, in: range)
        } catch {
          reading.report(error)
          return nil
        }
      })
  }
}

extension ValueForm where Value == RateFunction {
  /// A rate, points `[[time, rate], ...]`, `{type: "sine", ...}` or `{type: "pulse", ...}`.
  static var rateFunction: ValueForm {
    ValueForm(
      "a rate such as \"200/s\", points [[time, rate], ...], or a sine or a pulse",
      schema: .anyOf([
        ValueForm<Double>.rate.schema,
        .array(.tuple([ValueForm<UInt64>.duration().schema, ValueForm<Double>.rate.schema])),
        .reference(SineDeclaration.kind),
        .reference(PulseDeclaration.kind),
      ]),
      write: { _ in "..." },
      read: { node, key, reading in
        if node.array != nil { return points(node, key, &reading) }
        guard let object = node.object else {
          return ValueForm<Double>.rate.read(node, key, &reading).map { .flat($0) }
        }
        switch object["type"]?.value.string {
        case SineDeclaration.name: return sine(node, &reading)
        case PulseDeclaration.name: return pulse(node, &reading)
        default:
          reading.report(
            .unknownChoice(object["type"]?.value ?? node, key: "type", among: ["sine", "pulse"]))
          return nil
        }
      }
    ).resolving { node in
      switch node["type"]?.string {
      case SineDeclaration.name: SineDeclaration.resolved(node, first: ["type"])
      case PulseDeclaration.name: PulseDeclaration.resolved(node, first: ["type"])
      default: node
      }
    }
  }

  private static func points(_ node: Node, _ key: String, _ reading: inout Reading) -> Value? {
    let form = ValueForm<[Pair<UInt64, Double>]>.list(
      .pair(.duration(0...QuantityScanner.runMax), .rate))
    guard let pairs = form.read(node, key, &reading) else { return nil }
    guard !pairs.isEmpty, zip(pairs, pairs.dropFirst()).allSatisfy({ $0.first <= $1.first }) else {
      reading.report(
        .outOfRange, at: node, "the times of '\(key)' must not fall, and begin somewhere")
      return nil
    }
    return .changing(.points(pairs.map { RatePoint(at: $0.first, ratePerSecond: $0.second) }))
  }

  private static func sine(_ node: Node, _ reading: inout Reading) -> Value? {
    let sine = reading.object(node, as: SineDeclaration.self, named: "a sine", besides: ["type"])
    guard let mean = sine?.mean, let amplitude = sine?.amplitude, let period = sine?.period else {
      return nil
    }
    return .changing(.sine(mean: mean, amplitude: amplitude, period: period))
  }

  private static func pulse(_ node: Node, _ reading: inout Reading) -> Value? {
    let pulse = reading.object(
      node, as: PulseDeclaration.self, named: "a pulse", besides: ["type"])
    guard let base = pulse?.base, let peak = pulse?.peak, let at = pulse?.at,
      let length = pulse?.length
    else { return nil }
    if let every = pulse?.every {
      if every < length {
        reading.report(
          .outOfRange, at: node["every"] ?? node,
          "'every' \(QuantityText.duration(every)) is shorter than 'for' "
            + "\(QuantityText.duration(length)): pulses come one after the other")
        return nil
      }
      return .changing(
        .pulses(base: base, peak: peak, at: at, length: length, every: every))
    }
    return .changing(
      .points([
        RatePoint(at: at, ratePerSecond: base), RatePoint(at: at, ratePerSecond: peak),
        RatePoint(at: at + length, ratePerSecond: peak),
        RatePoint(at: at + length, ratePerSecond: base),
      ]))
  }
}
