import TailraceCatalog
import TailraceModel

/// The most zones of a scenario.
private let zonesMax = 1_000

extension ValueForm where Value == [Located<String>] {
  /// Names of zones, each once.
  static var zoneNames: ValueForm {
    ValueForm(
      "a list of names", schema: .array(.name),
      write: { "[" + $0.map { "\"\($0.value)\"" }.joined(separator: ", ") + "]" },
      read: { node, key, reading in
        let form = ValueForm<[String]>.list(.name)
        guard let names = form.read(node, key, &reading), let items = node.array else { return nil }
        if names.count > zonesMax {
          reading.report(
            .outOfRange, at: node, "\(names.count) zones; at most \(zonesMax)")
          return nil
        }
        var zones: [Located<String>] = []
        for (name, item) in zip(names, items) {
          if zones.contains(where: { $0.value == name }) {
            reading.report(.wrongType, at: item, "zone '\(name)' is there twice; keep one")
          } else {
            zones.append(Located(value: name, node: item))
          }
        }
        return zones
      })
  }
}

extension ValueForm where Value == [Named<Double>] {
  /// Weights by name, one of them above 0.
  static var weights: ValueForm {
    let form = ValueForm.map(.weight)
    return ValueForm(
      "a map from names to weights", schema: form.schema, write: form.write,
      read: { node, key, reading in
        guard let weights = form.read(node, key, &reading) else { return nil }
        if weights.contains(where: { $0.value > 0 }) { return weights }
        reading.report(.outOfRange, at: node, "'\(key)' needs a weight above 0")
        return nil
      })
  }
}
