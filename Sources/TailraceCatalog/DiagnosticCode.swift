extension Diagnostic {
  /// A stable word for a kind of mistake; each layer adds its own.
  public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    /// The word, in kebab-case.
    public let rawValue: String

    /// Makes a code of a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Makes a code of a literal.
    public init(stringLiteral value: String) { rawValue = value }

    /// The file is too large.
    public static let tooLarge: Code = "too-large"
    /// The file holds no value.
    public static let empty: Code = "empty"
    /// The file is no UTF-8.
    public static let encoding: Code = "encoding"
    /// The text is no JSON5.
    public static let syntax: Code = "syntax"
    /// Brackets stand in each other too deep.
    public static let tooDeep: Code = "too-deep"
    /// More mistakes than are listed.
    public static let tooMany: Code = "too-many"
    /// A key stands twice in one object.
    public static let repeatedKey: Code = "repeated-key"
    /// A number is infinite or none.
    public static let notFinite: Code = "not-finite"
    /// A value is of the wrong kind.
    public static let wrongType: Code = "wrong-type"
    /// A quantity has no unit.
    public static let missingUnit: Code = "missing-unit"
    /// A quantity has a unit that is none of its kind.
    public static let unknownUnit: Code = "unknown-unit"
    /// A value is too small or too large.
    public static let outOfRange: Code = "out-of-range"
    /// A key is none of those allowed.
    public static let unknownKey: Code = "unknown-key"
    /// A word is none of those allowed.
    public static let unknownChoice: Code = "unknown-choice"
  }
}
