/// Words with numbers among them, which reports write as they write all numbers.
///
/// A number comes into a sentence as evidence only, so none can be told that the finding does not
/// hold.
public struct Sentence: Sendable, ExpressibleByStringInterpolation {
  public enum Part: Sendable {
    case words(String)
    case number(Evidence)
  }

  public private(set) var parts: [Part]

  /// The numbers in their order.
  public var numbers: [Evidence] {
    parts.compactMap { if case .number(let evidence) = $0 { evidence } else { nil } }
  }

  public init(stringLiteral words: String) { parts = words.isEmpty ? [] : [.words(words)] }

  public init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  public struct StringInterpolation: StringInterpolationProtocol {
    var parts: [Part] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ words: String) {
      if !words.isEmpty { parts.append(.words(words)) }
    }

    public mutating func appendInterpolation(_ words: String) { appendLiteral(words) }

    public mutating func appendInterpolation(_ number: Evidence) { parts.append(.number(number)) }

    public mutating func appendInterpolation(_ part: Sentence) { parts += part.parts }
  }

  /// Work over what a service can do: per cent below all of it, above it times as much.
  static func work(_ name: String, _ need: Double) -> Sentence {
    let part = Evidence(name, need, need < 1 ? .share : .factor)
    return need < 1 ? "\(part) of what it can do" : "\(part) what it can do"
  }

  /// One behind the other.
  public static func + (first: Sentence, second: Sentence) -> Sentence {
    var joined = first
    joined += second
    return joined
  }

  public static func += (sentence: inout Sentence, more: Sentence) { sentence.parts += more.parts }
}
