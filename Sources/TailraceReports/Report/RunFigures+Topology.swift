#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension RunFigures {
  /// More boxes than this are no picture for a page; `tailrace graph` draws them.
  private static let nodesMax = 120

  /// Chart 9: who calls whom and how often; of a comparison, two designs and others of another shape.
  var topology: [Figure] {
    var shown: [TopologyGraph] = []
    return designs.enumerated().compactMap { place, design in
      guard let graph = Self.graph(design["topology"]), graph.nodes.count <= Self.nodesMax,
        shown.count < 2 || !shown.contains(where: { $0.structure == graph.structure }),
        shown.count < 4, let picture = GraphPicture(graph)
      else { return nil }
      shown.append(graph)
      let ofWhom = isComparison ? " of \(name(design))" : ""
      var figure = Figure(
        id: "topology-\(place)", heading: "Topology\(ofWhom)",
        caption: "Who calls whom: " + graph.summary, drawing: picture.drawing,
        table: Self.table(graph))
      figure.isWide = figure.drawing.width > 560
      return figure
    }
  }

  private static func graph(_ tree: JSONTree) -> TopologyGraph? {
    guard case .object = tree, let bytes = try? JSONEncoder().encode(tree) else { return nil }
    return try? JSONDecoder().decode(TopologyGraph.self, from: bytes)
  }

  private static func table(_ graph: TopologyGraph) -> PageTable {
    var table = PageTable([.text("from"), .text("to"), .text("how"), .number("per second")])
    let names = Dictionary(
      graph.nodes.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    for edge in graph.edges {
      table.rows.append([
        names[edge.from] ?? "", names[edge.to] ?? "",
        edge.kinds.map { $0.rawValue.withBlanks }.joined(separator: ", "),
        edge.rate.map { DecimalText.significant($0, digits: 4, decimals: 3) }
          ?? DecimalText.missing,
      ])
    }
    return table
  }
}
