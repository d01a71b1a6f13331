import TailraceCatalog
import TailraceExperiment
import TailraceModel

/// A checked scenario: every variant is ready to run.
public struct Scenario: Sendable {
  public let name: String
  /// Variants in the order of the file, the base first; `base` where it declares none.
  public let variants: [Variant]
  /// What its `sweep` section varies, in the order of the file.
  public let parameters: [SweepParameter]

  /// One variant, with everything that a run needs.
  public struct Variant: Sendable {
    public let name: String
    /// The document after the variant's changes and `--set`.
    public let document: Node
    public let topology: Topology
    public let seed: UInt64
    public let duration: UInt64
    public let warmUp: UInt64?
    public let replications: Int
    /// Files that it reads, by path.
    public let inputs: [NamedFile]
    /// Length of the intervals of time series, in nanoseconds; nil is a hundredth of the duration.
    public let interval: UInt64?
    /// What its parts cost.
    public let prices: Prices
    /// What a run is held against.
    public let thresholds: [Threshold]
  }

  /// Why a scenario was refused: all mistakes, in source order.
  public struct Invalid: Error, Sendable {
    public let name: String
    public let diagnostics: [Diagnostic]
  }

  /// Reads and checks a scenario.
  ///
  /// - Parameters:
  ///   - source: the file.
  ///   - settings: `path=value` texts of `--set`, in order.
  ///   - thresholds: `metric: condition` texts of `--threshold`, in order.
  ///   - folder: where paths in it start from; nil is the folder of the source's name.
  ///   - only: the one variant to build; nil builds all.
  /// - Returns: the scenario with all its variants, or the one asked for.
  /// - Throws: `Invalid` with every mistake of every variant.
  public static func load(
    _ source: SourceText, settings: [String] = [], thresholds: [String] = [],
    folder: String? = nil, only: String? = nil
  ) throws(Invalid) -> Scenario {
    try load(
      source, changes: settings.map { SourceText(name: "--set", text: $0, order: 1) },
      thresholds: thresholds, folder: folder, only: only)
  }

  /// Reads and checks a scenario with changes whose mistakes go by the names of their texts.
  ///
  /// - Parameters:
  ///   - source: the file.
  ///   - changes: `path=value` texts in order, each named by the option that gave it.
  ///   - thresholds: `metric: condition` texts of `--threshold`, in order.
  ///   - folder: where paths in it start from; nil is the folder of the source's name.
  ///   - only: the one variant to build; nil builds all.
  /// - Returns: the scenario with all its variants, or the one asked for.
  /// - Throws: `Invalid` with every mistake of every variant.
  public static func load(
    _ source: SourceText, changes: [SourceText], thresholds: [String] = [],
    folder: String? = nil, only: String? = nil
  ) throws(Invalid) -> Scenario {
    var loader = Loader(source)
    loader.only = only
    loader.folder = folder ?? Loader.folder(of: source)
    loader.thresholds = thresholds.map { SourceText(name: "--threshold", text: $0, order: 1) }
    let scenario = loader.load(changes)
    guard let scenario, loader.errors.isEmpty else {
      throw Invalid(name: source.name, diagnostics: loader.errors)
    }
    return scenario
  }

  /// The variant of a name; the first one if none is given.
  public func variant(_ name: String?) -> Variant? {
    name.map { name in variants.first { $0.name == name } } ?? variants.first
  }
}

/// Reads a scenario; collects the mistakes of all its variants once each.
struct Loader {
  let source: SourceText
  /// Where paths in the file start from.
  var folder = ""
  /// `metric: condition` texts beside those of the file.
  var thresholds: [SourceText] = []
  /// The one variant to build; nil is all.
  var only: String?
  private var traces = TraceLibrary()
  private var remarks = Remarks()

  /// Most variants, and most values of all their documents together.
  static let variantsMax = 1_000
  static let valuesMax = 5_000_000

  init(_ source: SourceText) { self.source = source }

  /// All mistakes in source order.
  var errors: [Diagnostic] { remarks.all.sorted() }

  private mutating func note(_ diagnostics: [Diagnostic], in variant: String? = nil) {
    for diagnostic in diagnostics { remarks.add(diagnostic, in: variant) }
  }

  mutating func load(_ settings: [SourceText]) -> Scenario? {
    let (root, mistakes) = JSON5Reader.read(source)
    note(mistakes)
    note(thresholdMistakes)
    guard let root else { return nil }
    var writers: [PathWriter] = []
    for setting in settings { if let writer = writer(setting) { writers.append(writer) } }
    var variants: [Scenario.Variant] = []
    var name = Self.name(of: source)
    let all = variantChanges(root)
    remarks.variants = root["variants"]?.object == nil || only != nil ? [] : all.map(\.0)
    guard isBounded(root, variants: all.count) else { return nil }
    for (variant, changes) in all where only == nil || variant == only {
      var document = root
      for writer in changes + writers {
        do throws(PathWriter.Mistake) {
          document = try writer.applied(to: document)
        } catch {
          note([error.diagnostic], in: variant)
        }
      }
      guard let built = build(variant, document, &name) else { continue }
      variants.append(built)
    }
    let parameters = sweepParameters(root, all)
    return variants.isEmpty
      ? nil : Scenario(name: name, variants: variants, parameters: parameters)
  }

  /// What the `sweep` section varies: readable, and each path meets something in every variant.
  private mutating func sweepParameters(
    _ root: Node, _ variants: [(String, [PathWriter])]
  ) -> [SweepParameter] {
    guard let node = root["sweep"], !node.isNull else { return [] }
    guard let object = node.object else {
      note([
        Diagnostic(
          .wrongType, at: node,
          message: "'sweep' must be a map from paths to values, not \(node.kindName)")
      ])
      return []
    }
    var parameters: [SweepParameter] = []
    for member in object.members where !member.value.isNull {
      do throws(Diagnostic) {
        parameters.append(try SweepParameter(member.name, member.value))
      } catch {
        note([error])
        continue
      }
      let writer = PathWriter(
        path: member.name, source: source, range: member.nameRange,
        value: member.value.array?.first ?? member.value)
      for (variant, changes) in variants where only == nil || variant == only {
        do throws(PathWriter.Mistake) {
          var document = root
          for change in changes { document = try change.applied(to: document) }
          _ = try writer.applied(to: document)
        } catch {
          note([error.diagnostic], in: variant)
        }
      }
    }
    return parameters
  }

  private mutating func build(
    _ variant: String, _ document: Node, _ name: inout String
  ) -> Scenario.Variant? {
    guard let document = Filling.filled(withThresholds(document, in: variant)) else {
      note(
        [
          Diagnostic(
            .outOfRange, at: document["defaults"] ?? document,
            message: "'defaults' would be written more than \(Self.valuesMax) times")
        ], in: variant)
      return nil
    }
    var reading = Reading()
    reading.folder = folder
    let declared = reading.object(document, as: ScenarioDeclaration.self, named: "the scenario")
    guard let declared else {
      note(withoutEchoes(reading.diagnostics, of: document["defaults"]), in: variant)
      return nil
    }
    if let given = declared.name { name = given }
    var builder = TopologyBuilder(declared, of: document, reading)
    builder.traces = traces
    let topology = builder.build()
    builder.checkThresholds()
    let prices = builder.prices(topology)
    builder.checkCost(prices)
    traces = builder.traces
    var mistakes = builder.reading
    if let warmUp = declared.run.warmUp, let duration = declared.run.duration, warmUp >= duration {
      let node = document["run"]?["warm_up"] ?? document
      mistakes.report(
        .outOfRange, at: node,
        "'warm_up' must be shorter than 'duration', otherwise nothing is counted")
    }
    if let interval = declared.run.interval, let duration = declared.run.duration,
      let mistake = TimeSeries.refusal(
        interval: interval, duration: duration,
        entities: declared.workloads.count + declared.services.count)
    {
      mistakes.report(.outOfRange, at: document["run"]?["interval"] ?? document, mistake)
    }
    if document["workloads"]?.object != nil, !declared.workloads.contains(where: \.value.enabled),
      mistakes.diagnostics.isEmpty
    {
      mistakes.report(
        .missingKey, at: document["workloads"] ?? document,
        "no workload is enabled, so nothing would be simulated")
    }
    note(withoutEchoes(mistakes.diagnostics, of: document["defaults"]), in: variant)
    return Scenario.Variant(
      name: variant, document: document, topology: topology, seed: declared.seed,
      duration: declared.run.duration ?? 1, warmUp: declared.run.warmUp,
      replications: declared.run.replications,
      inputs: mistakes.files.sorted { ($0.path, $0.byteCount) < ($1.path, $1.byteCount) },
      interval: declared.run.interval, prices: prices,
      thresholds: declared.thresholds.map(\.threshold))
  }

  /// A mistake in defaults once, not again for each thing that they were filled into.
  private func withoutEchoes(_ diagnostics: [Diagnostic], of defaults: Node?) -> [Diagnostic] {
    guard let defaults else { return diagnostics }
    var seen = Set<SourceRange>()
    return diagnostics.filter { diagnostic in
      guard diagnostic.source === defaults.source, let range = diagnostic.range,
        defaults.range.lower <= range.lower, range.upper <= defaults.range.upper
      else { return true }
      return seen.insert(range).inserted
    }
  }

  /// Refuses a document that its variants would multiply beyond measure.
  private mutating func isBounded(_ root: Node, variants: Int) -> Bool {
    guard variants > 1 else { return true }
    let values = root.countValues(to: Self.valuesMax)
    guard values * variants > Self.valuesMax else { return true }
    note([
      Diagnostic(
        .outOfRange, at: root["variants"] ?? root,
        message: "\(variants) variants x \(values) values = \(values * variants); at most "
          + "\(Self.valuesMax)")
    ])
    return false
  }

  /// Each variant's changes; one variant without changes where the file declares none.
  private mutating func variantChanges(_ root: Node) -> [(String, [PathWriter])] {
    guard let node = root["variants"], !node.isNull else { return [("base", [])] }
    guard let object = node.object, !object.members.isEmpty else {
      let found = node.object == nil ? node.kindName : "an empty one; leave it out"
      note([
        Diagnostic(
          .wrongType, at: node,
          message: "'variants' must be a map from names to {path: value}, not \(found)")
      ])
      return [("base", [])]
    }
    guard object.members.count <= Self.variantsMax else {
      note([
        Diagnostic(
          .outOfRange, at: node,
          message: "\(object.members.count) variants; at most \(Self.variantsMax)")
      ])
      return [("base", [])]
    }
    var variants: [(String, [PathWriter])] = []
    for member in object.members {
      guard member.name.isVariantName else {
        note([
          Diagnostic(
            .badName, source: source, range: member.nameRange,
            message:
              "'\(member.name.clipped)' is no variant name: a letter or digit, then letters, digits, '_' or '-'"
          )
        ])
        continue
      }
      if member.value.isNull { continue }
      guard let changes = member.value.object else {
        note([
          Diagnostic(
            .wrongType, at: member.value,
            message: "variant '\(member.name)' must be a map {path: value}, not "
              + member.value.kindName)
        ])
        continue
      }
      variants.append(
        (
          member.name,
          changes.members.map {
            PathWriter(path: $0.name, source: source, range: $0.nameRange, value: $0.value)
          }
        ))
    }
    return variants.isEmpty ? [("base", [])] : variants
  }

  private mutating func writer(_ text: SourceText) -> PathWriter? {
    guard let equals = text.bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
      note([
        Diagnostic(
          .syntax, source: text, range: text.wholeRange,
          message: "\(text.name) needs PATH=VALUE, such as services.db.replicas=8")
      ])
      return nil
    }
    let (value, mistakes) = JSON5Reader.readArgument(text, from: equals + 1)
    note(mistakes)
    guard let value else { return nil }
    let range = SourceRange(lower: 0, upper: equals)
    return PathWriter(path: text.text(in: range), source: text, range: range, value: value)
  }

  /// The folder of a file, without the last slash; empty is the working folder.
  static func folder(of source: SourceText) -> String {
    guard let slash = source.name.lastIndex(of: "/") else { return "" }
    return slash == source.name.startIndex ? "/." : String(source.name[..<slash])
  }

  /// The file's name without folder and extension.
  static func name(of source: SourceText) -> String {
    let file = source.name.split(separator: "/").last.map(String.init) ?? source.name
    return file.split(separator: ".").first.map(String.init) ?? file
  }
}
