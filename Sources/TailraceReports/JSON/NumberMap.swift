import TailraceExperiment

/// Numbers by name, where a missing one is an explicit null.
struct NumberMap: Encodable {
  var members: [(name: String, value: Double?)] = []

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (name, value) in members { try container.encode(Finite(value), forKey: Key(name)) }
  }

  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }
}

/// A number, or an explicit null where it is missing or not finite.
struct Finite: Encodable {
  var value: Double?

  init(_ value: Double?) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value, value.isFinite {
      try container.encode(value == 0 ? 0 : value)
    } else {
      try container.encodeNil()
    }
  }
}

extension Estimate {
  /// The value times a factor's inverse, for JSON.
  func finite(per unit: Double = 1) -> Finite { Finite(value.map { $0 / unit }) }

  /// The half-width in the same unit, for JSON.
  func finiteHalfWidth(per unit: Double = 1) -> Finite { Finite(halfWidth.map { $0 / unit }) }
}
