import TailraceCatalog
import TailraceExperiment

/// The points of a sweep: variants times values of the parameters, the last one innermost.
public struct SweepPlan: Sendable {
  public let source: SourceText
  public let variants: [String]
  public let parameters: [SweepParameter]
  /// `path=value` texts of `--set`, which hold at every point.
  public let settings: [String]
  public let thresholds: [String]

  /// A plan of points that are not looked at yet.
  public init(
    _ source: SourceText, variants: [String], parameters: [SweepParameter], settings: [String],
    thresholds: [String]
  ) {
    self.source = source
    self.variants = variants
    self.parameters = parameters
    self.settings = settings
    self.thresholds = thresholds
  }

  /// How many points there are, and how that comes about; nil where they are too many to count.
  public var count: Int? {
    var count = variants.count
    for parameter in parameters {
      let (product, overflow) = count.multipliedReportingOverflow(by: parameter.values.count)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// The counts that multiply, in words: `2 variants × 5 × 4`.
  public var arithmetic: String {
    let parts = parameters.map { String($0.values.count) }
    return ((variants.count > 1 ? ["\(variants.count) variants"] : []) + parts)
      .joined(separator: " × ")
  }

  /// The number of points with what it comes from: `2 variants × 5 × 4 = 40 points`, `7 points`.
  public var points: String {
    let count = count.map(String.init) ?? "too many"
    let noun = count == "1" ? "point" : "points"
    return arithmetic == count ? "\(count) \(noun)" : "\(arithmetic) = \(count) \(noun)"
  }

  /// Variant and values of a point.
  public func point(_ index: Int) -> (variant: String, values: [SweepParameter.Value]) {
    var rest = index
    var values: [SweepParameter.Value] = []
    for parameter in parameters.reversed() {
      values.append(parameter.values[rest % parameter.values.count])
      rest /= parameter.values.count
    }
    return (variants[rest], values.reversed())
  }

  /// The scenario of a point, of its variant alone.
  public func scenario(of index: Int) throws(Scenario.Invalid) -> Scenario {
    let (variant, values) = point(index)
    return try scenario(variant, values)
  }

  private func scenario(
    _ variant: String, _ values: [SweepParameter.Value]
  ) throws(Scenario.Invalid) -> Scenario {
    let own = settings.map { SourceText(name: "--set", text: $0, order: 1) }
    return try Scenario.load(
      source, changes: own + zip(parameters, values).map { $0.change(to: $1.setting) },
      thresholds: thresholds, only: variant)
  }

  /// Looks at each value of each parameter once, the others at their first, in the first variant.
  ///
  /// - Throws: every mistake that is found so.
  public func check() throws(Scenario.Invalid) {
    let first = parameters.map { $0.values[0] }
    var found: [Diagnostic] = []
    var seen = Set<String>()
    func look(_ variant: String, _ values: [SweepParameter.Value]) {
      do throws(Scenario.Invalid) {
        _ = try scenario(variant, values)
      } catch {
        for diagnostic in error.diagnostics where seen.insert(key(of: diagnostic)).inserted {
          found.append(repaired(diagnostic))
        }
      }
    }
    for variant in variants { look(variant, first) }
    for (place, parameter) in parameters.enumerated() {
      for value in parameter.values.dropFirst().prefix(Self.checkedMax) {
        if found.count >= 100 { break }
        var values = first
        values[place] = value
        look(variants[0], values)
      }
    }
    if !found.isEmpty { throw Scenario.Invalid(name: source.name, diagnostics: found) }
  }

  /// What makes two mistakes one: a kind of mistake of a parameter is told once, not of each value.
  private func key(of diagnostic: Diagnostic) -> String {
    let source = diagnostic.source
    if let parameter = parameter(of: source) { return "\(parameter.path) \(diagnostic.code)" }
    return "\(source.name) \(source.bytes.count) \(diagnostic.range?.lower ?? -1) "
      + diagnostic.message
  }

  /// The parameter whose value a text is; nil for the file and for other options.
  private func parameter(of source: SourceText) -> SweepParameter? {
    let text = source.text(in: source.wholeRange)
    return parameters.first { $0.origin == source.name && text.hasPrefix($0.path + "=") }
  }

  /// A missing unit with the whole range as it should be written.
  private func repaired(_ diagnostic: Diagnostic) -> Diagnostic {
    guard diagnostic.code == .missingUnit, let parameter = parameter(of: diagnostic.source),
      let range = parameter.range,
      let unit = ["/s", "ms", "KiB", "MB/s"].first(where: { isUnit($0, of: parameter) }),
      let text = SweepRange.text(range, unit: unit)
    else { return diagnostic }
    return Diagnostic(
      diagnostic.code, source: diagnostic.source, range: diagnostic.range,
      message: diagnostic.message, solutions: ["write '\(parameter.path)=\(text)'"])
  }

  /// Whether a unit is one that the parameter's values can have.
  private func isUnit(_ unit: String, of parameter: SweepParameter) -> Bool {
    let change = parameter.change(to: parameter.values[0].setting + unit)
    do throws(Scenario.Invalid) {
      _ = try Scenario.load(
        source, changes: settings.map { SourceText(name: "--set", text: $0, order: 1) } + [change],
        only: variants[0])
      return true
    } catch {
      return !error.diagnostics.contains { $0.source === change }
    }
  }

  /// Most values of a parameter that are looked at before anything runs.
  private static let checkedMax = 200
}

extension SweepParameter {
  /// What sets it to a value, under its own name in mistakes.
  fileprivate func change(to setting: String) -> SourceText {
    SourceText(name: origin, text: "\(path)=\(setting)", order: 1)
  }
}
