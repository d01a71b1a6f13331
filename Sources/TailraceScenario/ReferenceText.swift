import TailraceCatalog

/// The reference page of the scenario file (Markdown), made from the declarations.
public enum ReferenceText {
  /// The page as text; the same bytes for the same program.
  public static func make() -> String {
    var text = """
      # Every key of a scenario

      Made from the declarations that also parse the file: `tailrace explain <word>` says the same
      about one word. Words that are planned but not built are refused with "not in this version".
      `null` stands for "without it", whatever defaults and presets say.

      """
    for shelf in Catalogue.shelves {
      text += "\n## \(title(shelf.name))\n"
      for component in shelf.components { text += section(component, in: shelf.name) }
    }
    return text
  }

  private static func title(_ name: String) -> String {
    name.prefix(1).uppercased() + name.dropFirst().map { $0 == "-" ? " " : $0 }
  }

  private static func section(_ component: Component, in shelf: String) -> String {
    let name = component.keys.isEmpty ? component.name : component.kind
    var text = "\n### \(name)\n\n\(component.summary)"
    if Catalogue.typed.contains(shelf) { text += " Written `type: \"\(component.name)\"`." }
    text += "\n"
    if !component.details.isEmpty { text += table(of: component.details) }
    if component.keys.isEmpty { return text }
    text += "\n| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n"
    for key in component.keys {
      let standard = key.isRequired ? "**required**" : key.standard == "none" ? "" : key.standard
      let cells = ["`\(key.name)`", cell(key.range), cell(standard), cell(key.summary)]
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    return text
  }

  private static func table(of details: [Component.Detail]) -> String {
    let hasSources = details.contains { !$0.source.isEmpty }
    var text = hasSources ? "\n| Key | Value | Source |\n| --- | --- | --- |\n" : "\n"
    for detail in details {
      text +=
        hasSources
        ? "| `\(detail.name)` | \(cell(detail.text)) | \(cell(detail.source)) |\n"
        : "- \(detail.name): \(detail.text)\n"
    }
    return text
  }

  /// Text that may stand in a cell of a table.
  private static func cell(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : $0 == "<" ? "&lt;" : String($0) }.joined()
  }
}
