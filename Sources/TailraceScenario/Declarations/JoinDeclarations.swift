import TailraceCatalog
import TailraceModel

/// The long form of `wait_for`.
public struct WaitForDeclaration: Declared {
  public static let kind = "wait_for"
  public static let summary = "How many answers a join needs: exactly one of the two."
  public static let keys: [Key<Self>] = [
    Key("responses", \.responses, .integer(1...100_000), "A number of answers."),
    Key(
      "fraction", \.fraction, .real(Double.leastNonzeroMagnitude...1), "A share of the calls sent."),
  ]
  var responses: Int?
  var fraction: Double?
  public init() {}
}

extension ValueForm where Value == Join.Need {
  static var waitFor: ValueForm {
    ValueForm(
      "\"all\", {responses: n} or {fraction: x}",
      schema: .anyOf([.choice(["all"]), .reference(WaitForDeclaration.kind)]),
      write: { need in
        switch need {
        case .all: "\"all\""
        case .responses(let n): "{responses: \(n)}"
        case .fraction(let x): "{fraction: \(QuantityText.real(x))}"
        }
      },
      read: { node, key, reading in
        if node.string == "all" { return .all }
        guard node.object != nil else {
          let found = node.string.map { "\"\($0.clipped)\"" } ?? node.kindName
          reading.report(
            .wrongType, at: node,
            "'\(key)' must be \"all\", {responses: n} or {fraction: x}, not \(found)")
          return nil
        }
        let mistakes = reading.diagnostics.count
        guard let long = reading.object(node, as: WaitForDeclaration.self, named: "'\(key)'")
        else { return nil }
        guard reading.diagnostics.count == mistakes else { return nil }
        switch (long.responses, long.fraction) {
        case (let n?, nil): return .responses(n)
        case (nil, let x?): return .fraction(x)
        default:
          reading.report(
            .missingKey, at: node, "'\(key)' needs exactly one of 'responses' and 'fraction'")
          return nil
        }
      })
  }
}
