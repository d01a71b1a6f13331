import TailraceCatalog
import TailraceModel

/// A class of requests.
public struct ClassDeclaration: Declared {
  public static let kind = "class"
  public static let summary = "A class of requests, declared only for its priority."
  public static let keys: [Key<Self>] = [
    Key("priority", \.priority, .integer(0...1_000), "Urgency; 0 is the most urgent.")
  ]
  var priority = 0
  public init() {}
}

/// How a workload's requests get their classes.
enum ClassChoice: Sendable {
  /// Drawn by weight; empty is one class of the workload's name.
  case weights([ClassWeight])
  /// As a column of its trace says.
  case column(Located<String>)

  var weights: [ClassWeight] {
    if case .weights(let weights) = self { weights } else { [] }
  }
  var column: Located<String>? {
    if case .column(let column) = self { column } else { nil }
  }
}

extension ValueForm where Value == ClassChoice {
  /// A class's name, a map from names to weights, or a column of the trace.
  static var classes: ValueForm {
    ValueForm(
      "a class's name, {name: weight, ...}, or {column: name} of the trace",
      schema: .anyOf([
        .string, .reference(TraceClassDeclaration.kind), .map(ValueForm<Double>.weight.schema),
      ]),
      write: { _ in "the workload's name" },
      read: { node, key, reading in
        if let name = node.string { return .weights([ClassWeight(name)]) }
        if let column = node["column"], let name = column.string, node.object?.members.count == 1 {
          return .column(Located(value: name, node: column))
        }
        let form = ValueForm<[Named<Double>]>.map(.weight)
        guard let weights = form.read(node, key, &reading) else { return nil }
        guard weights.contains(where: { $0.value > 0 }) else {
          reading.report(.outOfRange, at: node, "'\(key)' needs a class with a weight above 0")
          return nil
        }
        return .weights(weights.map { ClassWeight($0.name, weight: $0.value) })
      })
  }
}
