import TailraceCatalog

/// The JSON Schema of scenario files (draft 2020-12), made from the declarations.
public enum SchemaText {
  /// The schema as text; the same bytes for the same program.
  public static func make() -> String {
    var definitions: [(String, String)] = []
    for shelf in Catalogue.shelves {
      for component in shelf.components where !component.keys.isEmpty {
        definitions.append((component.kind, definition(component, in: shelf.name)))
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

  private static func definition(_ component: Component, in shelf: String) -> String {
    var keys = component.keys
    var extra: [String] = []
    if shelf == "steps" { keys += Component(StepCommon.self).keys }
    if shelf == "arrivals" { keys += Component(ArrivalCommon.self).keys }
    if shelf == "arrivals" || shelf == "distributions" || shelf == "popularities" {
      extra.append("\"type\": { \"const\": \(JSONWriter.quoted(component.name)) }")
    }
    let properties =
      extra
      + keys.map { key in
        "\(JSONWriter.quoted(key.name)): { \"description\": \(JSONWriter.quoted(key.summary)), "
          + "\"anyOf\": [\(text(key.schema)), { \"type\": \"null\" }] }"
      }
    var required = component.keys.filter(\.isRequired).map { JSONWriter.quoted($0.name) }
    if !extra.isEmpty { required.insert("\"type\"", at: 0) }
    return "{ \"type\": \"object\", \"description\": \(JSONWriter.quoted(component.summary)), "
      + "\"properties\": { \(properties.joined(separator: ", ")) }, "
      + "\"required\": [\(required.joined(separator: ", "))], \"additionalProperties\": false }"
  }

  private static func reference(_ kind: String) -> String {
    let escaped = kind.split(separator: " ", omittingEmptySubsequences: false)
      .joined(separator: "%20")
    return "{ \"$ref\": \"#/$defs/\(escaped)\" }"
  }

  private static func text(_ schema: Schema) -> String {
    switch schema {
    case .any: "true"
    case .boolean: "{ \"type\": \"boolean\" }"
    case .string: "{ \"type\": \"string\" }"
    case .integer(let range):
      "{ \"type\": \"integer\", \"minimum\": \(range.lowerBound), "
        + "\"maximum\": \(range.upperBound) }"
    case .number: "{ \"type\": \"number\" }"
    case .quantity(let example):
      "{ \"type\": \"string\", \"examples\": [\(JSONWriter.quoted(example))] }"
    case .choice(let words):
      "{ \"enum\": [\(words.map(JSONWriter.quoted).joined(separator: ", "))] }"
    case .array(let element): "{ \"type\": \"array\", \"items\": \(text(element)) }"
    case .map(let element):
      "{ \"type\": \"object\", \"additionalProperties\": { \"anyOf\": "
        + "[\(text(element)), { \"type\": \"null\" }] } }"
    case .anyOf(let options):
      "{ \"anyOf\": [\(options.map(text).joined(separator: ", "))] }"
    case .reference(let kind): reference(kind)
    }
  }
}
