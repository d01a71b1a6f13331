extension TopologyGraph {
  /// The graph as a flow chart of Mermaid, which GitHub and many wikis draw.
  ///
  /// Names may hold anything: nodes have numbers, and in quoted labels every sign that is neither a
  /// letter, a digit nor harmless stands as a number between `#` and `;`, as Mermaid reads it.
  public func mermaid(title: String) -> String {
    var lines = ["flowchart LR", "  accTitle: \(Self.plain(title.replacing(" · ", with: ", ")))"]
    for (place, node) in nodes.enumerated() {
      let label = Self.quoted([node.name] + GraphWords.lines(node))
      let shape =
        switch node.kind {
        case .workload: "([\(label)])"
        case .service: "[\(label)]"
        case .cache: "[(\(label))]"
        }
      lines.append("  n\(place)\(shape)")
    }
    let most = edges.compactMap(\.rate).max() ?? 0
    var styles: [String] = []
    for (place, (from, to, edge)) in numberedEdges.enumerated() {
      let isDotted = edge.kinds.allSatisfy { $0 == .fetch || $0 == .fallback || $0 == .host }
      let label = GraphWords.label(edge)
      let text = label.isEmpty ? "" : "|\(Self.quoted([label]))|"
      lines.append("  n\(from) \(isDotted ? "-.->" : "-->")\(text) n\(to)")
      if most > 0, let rate = edge.rate {
        let width = DecimalText.fixed(1 + 6 * rate / most, decimals: 1)
        styles.append("  linkStyle \(place) stroke-width:\(width)px")
      }
    }
    lines += styles
    let failed = nodes.indices.filter { !nodes[$0].failedThresholds.isEmpty }
    if !failed.isEmpty {
      lines.append("  classDef failed stroke:#b3261e,stroke-width:3px")
      lines.append("  class " + failed.map { "n\($0)" }.joined(separator: ",") + " failed")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ lines: [String]) -> String {
    "\"" + lines.map(escaped).joined(separator: "<br/>") + "\""
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        escaped += " "
      } else if !scalar.isASCII || isHarmless(scalar) {
        escaped.unicodeScalars.append(scalar)
      } else {
        escaped += "#\(scalar.value);"
      }
    }
    return escaped
  }

  /// A line of words only, since such a line has no quoting.
  private static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isHarmless($0) ? $0 : " " }))
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", " ", "_", "-", ".", ",", "/", "%": true
    default: false
    }
  }
}
