/// The facts of a mistake in the form of a document; here alone they become sentences.
enum SyntaxMistake {
  case noValue
  case textAfterEnd
  case missingBrace
  case expected(String, found: String)
  case missingComma(closer: String, found: String, behind: SourcePosition)
  case expectedColon(key: String, found: String)
  case wrongCloser(String, SourcePosition, found: String)
  case unclosed(String)
  case unclosedString(String)
  case unclosedComment
  case hashComment
  case badEscape(String)
  case shortEscape(Int)
  case loneSurrogate(String)
  case badNameEscape
  case numberAsKey(String)
  case bareWord(String)
  case badNumber(String)
  case leadingZero(String)
  case longNumber(length: Int, limit: Int)
  case notFinite(String)
  case tooDeep(Int)
  case repeatedKey(String, first: SourcePosition)

  /// Whether the tree stays what the writer meant.
  var keepsShape: Bool { if case .repeatedKey = self { true } else { false } }

  var code: Diagnostic.Code {
    switch self {
    case .noValue: .empty
    case .tooDeep: .tooDeep
    case .notFinite: .notFinite
    case .repeatedKey: .repeatedKey
    default: .syntax
    }
  }

  var message: String {
    switch self {
    case .noValue: "the file holds no value, only space and comments"
    case .textAfterEnd: "text after the end of the document"
    case .missingBrace: "a document begins with '{', not with a key"
    case .expected(let wanted, let found): "expected \(wanted), not \(found)"
    case .missingComma(let closer, let found, let place):
      "expected ',' or '\(closer)', not \(found): a comma is missing at \(place)"
    case .expectedColon(let key, let found):
      "expected ':' after key '\(key.clipped)', not \(found)"
    case .wrongCloser(let opener, let place, let found):
      "expected '\(Self.closer(of: opener))' to close the '\(opener)' at \(place), not \(found)"
    case .unclosed(let opener): "this '\(opener)' is never closed"
    case .unclosedString: "this text has no closing quote on its line"
    case .unclosedComment: "this comment is never closed"
    case .hashComment: "'#' begins no comment"
    case .badEscape(let digit): "'\\\(digit)' is no escape"
    case .shortEscape(let digits):
      "'\\\(digits == 2 ? "x" : "u")' needs \(digits) hexadecimal digits"
    case .loneSurrogate(let text): "'\(text)' is half of a surrogate pair"
    case .badNameEscape: "this escape cannot stand in a bare key"
    case .numberAsKey(let text): "key \(text.clipped) needs quotes"
    case .bareWord(let word): "'\(word.clipped)' is no value"
    case .badNumber(let text): "'\(text.clipped)' is not a number"
    case .leadingZero(let text): "'\(text.clipped)' begins with a zero, which JSON5 forbids"
    case .longNumber(let length, let limit):
      "a number of \(length) characters; the limit is \(limit)"
    case .notFinite(let text): "'\(text.clipped)' is not a finite number"
    case .tooDeep(let limit):
      "nested deeper than \(limit) levels, the limit; reading stops here"
    case .repeatedKey(let key, let first):
      "key '\(key.clipped)' is given twice; first at \(first)"
    }
  }

  var solutions: [String] {
    switch self {
    case .unclosedString(let quote): ["end it with \(quote), or write \\n for a line break"]
    case .missingBrace: ["put { before it, and } at the end"]
    case .unclosedComment: ["end it with */"]
    case .hashComment: ["write // before a comment"]
    case .badEscape(let digit): ["write \\x0\(digit) for the character of that number"]
    case .shortEscape(4): ["write \\u00e9, and two of them for a character above \\uffff"]
    case .numberAsKey(let text): ["write \"\(text.clipped)\""]
    case .bareWord(let word): [Self.help(word)]
    case .badNumber(let text) where text.contains("_"): ["write it without '_'"]
    case .badNumber(let text) where text.lowercased().hasPrefix("0x"): []
    case .badNumber(let text) where QuantityKind.endsInUnit(text):
      ["a quantity with a unit is text: write \"\(text.clipped)\""]
    default: []
    }
  }

  private static func help(_ word: String) -> String {
    switch word.lowercased() {
    case "true", "yes", "on": "write true"
    case "false", "no", "off": "write false"
    case "null", "none", "nil", "undefined": "write null"
    default: "text needs quotes: write \"\(word.clipped)\""
    }
  }

  private static func closer(of opener: String) -> String { opener == "[" ? "]" : "}" }
}
