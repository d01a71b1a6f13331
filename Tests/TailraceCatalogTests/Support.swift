import Testing

@testable import TailraceCatalog

/// Reads a text as the file `s.jsonc`.
func read(_ text: String, limits: JSON5Limits = JSON5Limits()) -> (Node?, [Diagnostic]) {
  JSON5Reader.read(SourceText(name: "s.jsonc", text: text), limits: limits)
}

/// The lines `line:column: message` of all diagnostics of a text.
func complaints(_ text: String) -> [String] {
  read(text).1.map { diagnostic in
    (diagnostic.position.map { "\($0): " } ?? "") + diagnostic.message
  }
}

/// The message of a scanner, or its value as text.
func outcome<Value>(_ body: () throws(Diagnostic) -> Value) -> String {
  do { return "\(try body())" } catch { return error.message }
}

/// A value of a document, for a scanner.
func value(_ text: String) throws -> Node { try #require(read(text).0) }

/// A small generator with a fixed sequence (SplitMix64).
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
