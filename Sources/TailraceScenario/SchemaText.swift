import TailraceCatalog

/// The JSON Schema of scenario files (draft 2020-12), made from the declarations.
public enum SchemaText {
  /// The schema as text; the same bytes for the same program.
  public static func make() -> String {
    var definitions: [(String, String)] = []
    for shelf in Catalogue.shelves {
      for component in shelf.components where !component.keys.isEmpty {
        definitions.append((component.kind, definition(component, in: shelf.name)))
        guard [Catalogue.distributions, Catalogue.popularities].contains(shelf.name) else {
          continue
        }
        // The same as a member of a mixture.
        definitions.append(
          (
            "weighted \(component.kind)",
            definition(component, in: shelf.name, besides: Component(WeightOnly.self))
          ))
      }
    }
    let steps = Verbs.all.map { reference("step \($0.name)") }.joined(separator: ", ")
    definitions.append(("step", "{ \"anyOf\": [\(steps)] }"))
    definitions.sort { $0.0 < $1.0 }
    let body = definitions.map { "    \(JSONWriter.quoted($0.0)): \($0.1)" }
    return """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tailrace scenario",
        "$ref": "#/$defs/scenario",
        "$defs": {
      \(body.joined(separator: ",\n"))
        }
      }

      """
  }

  /// What a member of a mixture has beside its distribution.
  private struct WeightOnly: Declared {
    static let kind = "weight"
    static let summary = "A weight."
    static let keys: [Key<Self>] = [
      Key("weight", \.weight, .weight, required: true, "Weight against the other members.")
    ]
    var weight: Double?
  }

  private static func definition(
    _ component: Component, in shelf: String, besides other: Component? = nil
  ) -> String {
    var keys = component.keys + (other?.keys ?? [])
    if shelf == Catalogue.steps { keys += Component(StepCommon.self).keys }
    if shelf == Catalogue.arrivals { keys += Component(ArrivalCommon.self).keys }
    var properties: [String] = []
    // What defaults and presets may add is not required of the thing itself.
    let mayLack = Catalogue.filledKinds.contains(component.kind)
    var required = mayLack ? [] : keys.filter(\.isRequired).map { JSONWriter.quoted($0.name) }
    if Catalogue.typed.contains(shelf) {
      properties.append("\"type\": { \"const\": \(JSONWriter.quoted(component.name)) }")
      required.insert("\"type\"", at: 0)
    }
    properties += keys.map { key in
      let description = key.summary + (key.limits.map { " (\($0))" } ?? "")
      // `null` means: as if it were not there.
      let shape =
        key.isRequired
        ? text(key.schema) : "{ \"anyOf\": [\(text(key.schema)), { \"type\": \"null\" }] }"
      return "\(JSONWriter.quoted(key.name)): { \"description\": "
        + "\(JSONWriter.quoted(description)), \"allOf\": [\(shape)] }"
    }
    return "{ \"type\": \"object\", \"description\": \(JSONWriter.quoted(component.summary)), "
      + "\"properties\": { \(properties.joined(separator: ", ")) }, "
      + "\"required\": [\(required.joined(separator: ", "))], \"additionalProperties\": false }"
  }

  /// See `isComponentName` and `isVariantName`.
  private static let namePattern = "\"^[A-Za-z][A-Za-z0-9_-]{0,63}$\""
  private static let variantPattern = "\"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$\""

  private static func reference(_ kind: String) -> String {
    let escaped = kind.split(separator: " ", omittingEmptySubsequences: false)
      .joined(separator: "%20")
    return "{ \"$ref\": \"#/$defs/\(escaped)\" }"
  }

  private static func text(_ schema: Schema) -> String {
    switch schema {
    case .any: return "true"
    case .boolean: return "{ \"type\": \"boolean\" }"
    case .string: return "{ \"type\": \"string\" }"
    case .name: return "{ \"type\": \"string\", \"pattern\": \(namePattern) }"
    case .changes:
      return "{ \"type\": \"object\", \"minProperties\": 1, \"propertyNames\": "
        + "{ \"pattern\": \(variantPattern) }, "
        + "\"additionalProperties\": { \"type\": [\"object\", \"null\"] } }"
    case .integer(let range):
      return "{ \"type\": \"integer\", \"minimum\": \(range.lowerBound), "
        + "\"maximum\": \(range.upperBound) }"
    case .number: return "{ \"type\": \"number\" }"
    case .real(let range):
      let isOpen = range.lowerBound == Double.leastNonzeroMagnitude
      let minimum =
        isOpen
        ? "\"exclusiveMinimum\": 0" : "\"minimum\": \(QuantityText.real(range.lowerBound))"
      return "{ \"type\": \"number\", \(minimum), "
        + "\"maximum\": \(QuantityText.real(range.upperBound)) }"
    case .quantity(let example, let pattern, _):
      let form = pattern.map { ", \"pattern\": \(JSONWriter.quoted($0))" } ?? ""
      return "{ \"type\": \"string\"\(form), \"examples\": [\(JSONWriter.quoted(example))] }"
    case .choice(let words):
      return "{ \"enum\": [\(words.map(JSONWriter.quoted).joined(separator: ", "))] }"
    case .array(let element): return "{ \"type\": \"array\", \"items\": \(text(element)) }"
    case .tuple(let items):
      return "{ \"type\": \"array\", \"prefixItems\": "
        + "[\(items.map(text).joined(separator: ", "))], "
        + "\"minItems\": \(items.count), \"maxItems\": \(items.count) }"
    case .map(let element):
      return "{ \"type\": \"object\", \"propertyNames\": { \"pattern\": \(namePattern) }, "
        + "\"additionalProperties\": { \"anyOf\": "
        + "[\(text(element)), { \"type\": \"null\" }] } }"
    case .texts(let keys, let element):
      return "{ \"type\": \"object\", \"propertyNames\": "
        + "{ \"pattern\": \(JSONWriter.quoted(keys)) }, \"additionalProperties\": { \"anyOf\": "
        + "[\(text(element)), { \"type\": \"null\" }] } }"
    case .anyOf(let options):
      return "{ \"anyOf\": [\(options.map(text).joined(separator: ", "))] }"
    case .reference(let kind): return reference(kind)
    }
  }
}
