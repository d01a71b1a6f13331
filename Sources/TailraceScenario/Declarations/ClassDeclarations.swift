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

extension ValueForm where Value == [ClassWeight] {
  /// A class's name, or a map from names to weights.
  static var classes: ValueForm {
    ValueForm(
      "a class's name, or {name: weight, ...}",
      schema: .anyOf([.string, .map(ValueForm<Double>.weight.schema)]),
      write: { _ in "the workload's name" },
      read: { node, key, reading in
        if let name = node.string { return [ClassWeight(name)] }
        let form = ValueForm<[Named<Double>]>.map(.weight)
        guard let weights = form.read(node, key, &reading) else { return nil }
        guard weights.contains(where: { $0.value > 0 }) else {
          reading.report(.outOfRange, at: node, "'\(key)' needs a class with a weight above 0")
          return nil
        }
        return weights.map { ClassWeight($0.name, weight: $0.value) }
      })
  }
}
