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
    try Scenario.load(
      source,
      settings: settings + zip(parameters, values).map { "\($0.path)=\($1.setting)" },
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
        for diagnostic in error.diagnostics
        where seen.insert(
          "\(diagnostic.source.name) \(diagnostic.source.bytes.count) "
            + "\(diagnostic.range?.lower ?? -1) \(diagnostic.message)"
        ).inserted {
          found.append(diagnostic)
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

  /// Most values of a parameter that are looked at before anything runs.
  private static let checkedMax = 200
}
