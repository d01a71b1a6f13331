import TailraceCatalog

/// A path of the scenario and the values that it takes in a sweep.
public struct SweepParameter: Sendable {
  /// A value of the parameter.
  public struct Value: Sendable, Equatable {
    /// As tables show it: without quotes.
    public var text: String
    /// As `--set` takes it behind the equals sign.
    public var setting: String
  }

  /// Names joined by dots, as `--set` takes them.
  public var path: String
  public var values: [Value]
  /// What its mistakes are told about: the option, or the section of the file.
  let origin: String
  /// The values as they were written, where that was a range in words.
  let range: String?

  /// Most values of a parameter, and most points of a sweep.
  public static let valuesMax = 100_000

  /// Reads a parameter of the command line.
  ///
  /// - Parameter text: `PATH=VALUES`, where values are `a,b,c` or a range in words.
  /// - Throws: a mistake with its place in the text.
  public init(argument text: String) throws(Diagnostic) {
    let whole = TextPiece(.string(text, from: "--param"))
    guard let equals = whole.bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
      throw whole.mistake(
        "--param needs PATH=VALUES, such as services.db.replicas=2..8 step 2", .syntax)
    }
    path = whole[whole.bytes.startIndex..<equals].trimmed.string
    let rest = whole[equals + 1..<whole.bytes.endIndex].trimmed
    origin = "--param"
    if let mistake = SweepRange.dashed(rest.string) { throw rest.mistake(mistake, .badSweep) }
    range = SweepRange.isRange(rest.string) ? rest.string : nil
    if rest.bytes.isEmpty { throw rest.mistake("'\(path.clipped)' needs at least one value") }
    if SweepRange.isRange(rest.string) {
      values = try SweepRange.values(of: rest)
    } else {
      values = rest.splitOutsideBrackets(at: UInt8(ascii: ",")).map {
        Value($0.trimmed.string)
      }
    }
    try check(at: rest)
  }

  /// Reads the parameters of the command line.
  ///
  /// - Throws: `Invalid` with every mistake.
  public static func all(arguments: [String]) throws(Scenario.Invalid) -> [SweepParameter] {
    var parameters: [SweepParameter] = []
    var mistakes: [Diagnostic] = []
    for text in arguments {
      do throws(Diagnostic) {
        let parameter = try SweepParameter(argument: text)
        if parameters.contains(where: { $0.path == parameter.path }) {
          throw Diagnostic(
            .badSweep, at: .string(text, from: "--param"),
            message: "'\(parameter.path.clipped)' is varied twice")
        }
        parameters.append(parameter)
      } catch {
        mistakes.append(error)
      }
    }
    if mistakes.isEmpty { return parameters }
    throw Scenario.Invalid(name: "--param", diagnostics: mistakes)
  }

  /// Reads a parameter of the file's `sweep` section.
  init(_ path: String, _ node: Node) throws(Diagnostic) {
    self.path = path
    origin = "'sweep'"
    range = node.string
    if let items = node.array {
      values = items.map { item in Value(item.string ?? item.spelling, setting: item.spelling) }
    } else if node.string != nil {
      let text = TextPiece(node)
      guard SweepRange.isRange(text.string) else {
        throw text.mistake(
          "'\(text.string.clipped)' is no range: write \"6..14 step 2\", \"1..64 factor 2\" or a list"
        )
      }
      values = try SweepRange.values(of: text)
    } else {
      throw Diagnostic(
        .wrongType, at: node,
        message: "'\(path.clipped)' must be a list of values or a range such as \"6..14 step 2\", "
          + "not \(node.kindName)")
    }
    try check(at: TextPiece(node))
  }

  private func check(at text: TextPiece) throws(Diagnostic) {
    if values.isEmpty { throw text.mistake("'\(path.clipped)' needs at least one value") }
    if values.count > Self.valuesMax {
      throw text.mistake("\(values.count) values; at most \(Self.valuesMax)", .outOfRange)
    }
    var seen = Set<String>()
    for value in values {
      if value.text.isEmpty { throw text.mistake("'\(path.clipped)' has an empty value") }
      if !seen.insert(value.text).inserted {
        throw text.mistake("'\(path.clipped)' has the value '\(value.text.clipped)' twice")
      }
    }
  }
}

extension SweepParameter.Value {
  init(_ text: String) { self.init(text, setting: text) }

  fileprivate init(_ text: String, setting: String) {
    self.text = text
    self.setting = setting
  }
}

extension TextPiece {
  /// The parts between separators that stand in no brackets, braces or quotes.
  func splitOutsideBrackets(at separator: UInt8) -> [TextPiece] {
    var parts: [TextPiece] = []
    var depth = 0
    var isQuoted = false
    var start = bytes.startIndex
    for i in bytes.indices {
      switch bytes[i] {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "["), UInt8(ascii: "{"): if !isQuoted { depth += 1 }
      case UInt8(ascii: "]"), UInt8(ascii: "}"): if !isQuoted { depth -= 1 }
      case separator where depth == 0 && !isQuoted:
        parts.append(self[start..<i])
        start = i + 1
      default: break
      }
    }
    return parts + [self[start..<bytes.endIndex]]
  }
}

extension Diagnostic.Code {
  static let badSweep: Diagnostic.Code = "bad-sweep"
}
