import TailraceCatalog

/// The mistakes of a scenario, each once, though several variants have it.
///
/// A mistake that only some of the variants have names them.
struct Remarks {
  /// Most mistakes that are listed.
  static let most = 1_000

  /// The variants that the file declares; empty where it declares none.
  var variants: [String] = []
  private var found: [(diagnostic: Diagnostic, variants: [String])] = []
  private var places: [Key: Int] = [:]

  /// What makes two mistakes one.
  private struct Key: Hashable {
    let source: ObjectIdentifier
    let lower: Int?
    let upper: Int?
    let message: String
  }

  /// Notes a mistake of one variant, or of the file as a whole.
  mutating func add(_ diagnostic: Diagnostic, in variant: String?) {
    let key = Key(
      source: ObjectIdentifier(diagnostic.source), lower: diagnostic.range?.lower,
      upper: diagnostic.range?.upper, message: diagnostic.message)
    if let place = places[key] {
      if let variant, found[place].variants.last != variant {
        found[place].variants.append(variant)
      }
    } else if found.count < Self.most {
      places[key] = found.count
      found.append((diagnostic, variant.map { [$0] } ?? []))
    }
  }

  /// The mistakes in the order of finding them.
  var all: [Diagnostic] {
    found.map { diagnostic, owners in
      // What all variants have is the file's mistake.
      guard !owners.isEmpty, owners.count < variants.count else { return diagnostic }
      let names = owners.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
      let rest = owners.count > 3 ? " and \(owners.count - 3) more" : ""
      let word = owners.count == 1 ? "variant" : "variants"
      return Diagnostic(
        diagnostic.code, severity: diagnostic.severity, source: diagnostic.source,
        range: diagnostic.range, message: "\(diagnostic.message) (\(word) \(names)\(rest))",
        solutions: diagnostic.solutions)
    }
  }
}

extension Node {
  /// The values in this one, itself included, counted at most to a bound.
  func countValues(to bound: Int) -> Int {
    var count = 1
    var rest = [self]
    while let node = rest.popLast(), count < bound {
      let inner = node.array ?? node.object?.members.map(\.value) ?? []
      count += inner.count
      rest += inner
    }
    return count
  }
}
