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
  }

  /// One behind the other.
  public static func + (first: Sentence, second: Sentence) -> Sentence {
    var joined = first
    joined.parts += second.parts
    return joined
  }
}
