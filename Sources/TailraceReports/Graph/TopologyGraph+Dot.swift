extension TopologyGraph {
  /// The graph in the language of Graphviz, for `dot`.
  ///
  /// Names may hold anything: nodes have numbers, and labels are quoted as "The DOT Language" and
  /// "escString" say; dot reads entities too, so an ampersand is one.
  public func dot(title: String) -> String {
    var lines = [
      "digraph {", "  rankdir=LR", "  label=\(Self.quoted([title]))",
      "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11]",
      "  edge [fontname=\"sans-serif\", fontsize=9]",
    ]
    for (place, node) in nodes.enumerated() {
      var facts = ["label=\(Self.quoted([node.name] + GraphWords.lines(node)))"]
      switch node.kind {
      case .workload: facts.append("style=solid")
      case .service: break
      case .cache: facts.append("shape=cylinder, style=solid")
      }
      if !node.failedThresholds.isEmpty {
        facts.append("color=red, penwidth=2, tooltip=\(Self.quoted(node.failedThresholds))")
      }
      lines.append("  n\(place) [\(facts.joined(separator: ", "))]")
    }
    let most = edges.compactMap(\.rate).max() ?? 0
    for (from, to, edge) in numberedEdges {
      var facts: [String] = []
      let label = GraphWords.label(edge)
      if !label.isEmpty { facts.append("label=\(Self.quoted([label]))") }
      if most > 0, let rate = edge.rate {
        facts.append("penwidth=\(DecimalText.fixed(1 + 6 * rate / most, decimals: 1))")
      }
      if edge.kinds == [.fallback] {
        facts.append("style=dotted")
      } else if edge.kinds == [.fetch] || edge.kinds == [.host] {
        facts.append("style=dashed")
      }
      lines.append(
        "  n\(from) -> n\(to)" + (facts.isEmpty ? "" : " [\(facts.joined(separator: ", "))]"))
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private static func quoted(_ lines: [String]) -> String {
    "\"" + lines.map(escaped).joined(separator: "\\n") + "\""
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "&": escaped += "&amp;"
      case _ where Self.isControl(scalar): escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
  }

  /// Edges with the places of their ends.
  var numberedEdges: [(from: Int, to: Int, edge: Edge)] {
    let places = Dictionary(nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
    return edges.compactMap { edge in
      guard let from = places[edge.from], let to = places[edge.to] else { return nil }
      return (from, to, edge)
    }
  }
}
