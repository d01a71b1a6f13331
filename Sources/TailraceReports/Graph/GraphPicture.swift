/// A graph as a picture: boxes for workloads and services, round ones for caches, and lines as wide
/// as calls are many.
struct GraphPicture {
  /// Most boxes and lines: more are for programs that lay out large graphs.
  static let nodesMax = 5_000
  static let edgesMax = 20_000
  /// More boxes are drawn with one line of text each.
  static let roomyMax = 150
  /// The widest text in a box, in user units.
  private static let textMax = 190.0
  private static let nameSize = 12.0 * 1.08
  static let labelSize = 11.0
  /// The length of an arrow's head.
  private static let tip = 8.0

  let graph: TopologyGraph
  let layout: LayeredLayout
  /// What stands in each box, cut to its width; the name first.
  let texts: [[String]]
  /// What stands on each line.
  let labels: [String]
  let links: [LayeredLayout.Link]

  /// Lays a graph out; nil where it has more than `nodesMax` nodes or `edgesMax` edges.
  init?(_ graph: TopologyGraph) {
    guard graph.nodes.count <= Self.nodesMax, graph.edges.count <= Self.edgesMax else { return nil }
    self.graph = graph
    let isCompact = graph.nodes.count > Self.roomyMax
    let places = Dictionary(graph.nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
    labels = graph.edges.map(GraphWords.label)
    let widest = graph.edges.compactMap(\.rate).max() ?? 0
    let room = Self.widthMax(graph) - 1
    links = zip(graph.edges, labels).compactMap { edge, label in
      guard let from = places[edge.from], let to = places[edge.to] else { return nil }
      let share = widest > 0 ? (edge.rate ?? 0) / widest : 0
      return LayeredLayout.Link(
        from: from, to: to, width: 1 + (share * room).rounded(),
        label: label.isEmpty ? 0 : Drawing.width(of: label, size: Self.labelSize) + 6)
    }
    precondition(links.count == graph.edges.count, "Edges end at nodes.")
    texts = graph.nodes.map { Self.texts($0, isCompact: isCompact) }
    var boxes = zip(graph.nodes, texts).map { node, texts in
      LayeredLayout.Box(
        width: max(84, Self.width(texts) + (node.kind == .cache ? 32 : 20)),
        height: isCompact ? 24 : 14 + 14 * Double(texts.count))
    }
    var ends = Array(repeating: (left: 0.0, right: 0.0), count: boxes.count)
    for (link, label) in zip(links, labels) {
      ends[link.from].right += link.width
      ends[link.to].left += link.width
      guard link.from == link.to else { continue }
      let room = Drawing.width(of: label, size: Self.labelSize) + LayeredLayout.loopWidth + 20
      boxes[link.from].width = max(boxes[link.from].width, room)
    }
    for box in boxes.indices {
      boxes[box].height = max(boxes[box].height, min(200, max(ends[box].left, ends[box].right) + 8))
    }
    layout = LayeredLayout(boxes, links)
  }

  /// How wide the widest line may be: less where many meet, so that they stay apart.
  private static func widthMax(_ graph: TopologyGraph) -> Double {
    var lines: [String: Int] = [:]
    for edge in graph.edges {
      lines["from " + edge.from, default: 0] += 1
      lines["to " + edge.to, default: 0] += 1
    }
    return max(2, min(7, (80 / Double(lines.values.max() ?? 1)).rounded()))
  }

  private static func texts(_ node: TopologyGraph.Node, isCompact: Bool) -> [String] {
    let mark = node.failedThresholds.isEmpty ? "" : "✗ "
    if isCompact {
      let number = (node.utilization ?? node.hitRatio).map { " " + DecimalText.percent($0) } ?? ""
      let room = textMax - Drawing.width(of: number, size: nameSize)
      return [Drawing.fitted(mark + node.name, in: room, size: nameSize) + number]
    }
    return [Drawing.fitted(mark + node.name, in: textMax, size: nameSize)]
      + GraphWords.lines(node).map { Drawing.fitted($0, in: textMax, size: labelSize) }
  }

  private static func width(_ texts: [String]) -> Double {
    texts.enumerated().map { place, text in
      Drawing.width(of: text, size: place == 0 ? nameSize : labelSize)
    }.max() ?? 0
  }

  // MARK: Drawing

  /// The picture: lines first, so that boxes and words stand above them.
  var drawing: Drawing {
    var drawing = Drawing(width: layout.width, height: layout.height)
    for place in graph.edges.indices { line(place, &drawing) }
    for place in graph.nodes.indices { box(place, &drawing) }
    return drawing
  }

  private func box(_ place: Int, _ drawing: inout Drawing) {
    let (node, frame) = (graph.nodes[place], layout.frames[place])
    drawing.raw("<g><title>\(Markup.escaped(GraphWords.details(node)))</title>")
    let shape =
      !node.failedThresholds.isEmpty ? "node-bad" : node.kind == .workload ? "node-load" : "node"
    drawing.box(
      frame.x, frame.y, frame.width, frame.height, shape,
      radius: node.kind == .cache ? min(frame.height / 2, 24) : 4)
    if let share = node.utilization ?? node.hitRatio, node.kind == .service {
      let room = frame.width - 8
      drawing.box(frame.x + 4, frame.y + frame.height - 4, room, 2, "track")
      drawing.box(frame.x + 4, frame.y + frame.height - 4, room * min(1, share), 2, "f0")
    }
    let middle = frame.x + frame.width / 2
    var baseline = frame.y + frame.height / 2 - 7 * Double(texts[place].count) + 11
    for (row, text) in texts[place].enumerated() {
      let style = row > 0 ? "tt" : node.failedThresholds.isEmpty ? "th" : "th bad"
      drawing.text(middle, baseline, text, style, .middle)
      baseline += 14
    }
    drawing.raw("</g>")
  }

  private func line(_ place: Int, _ drawing: inout Drawing) {
    let (edge, link, label) = (graph.edges[place], links[place], labels[place])
    let names = [link.from, link.to].map { graph.nodes[$0].name }.joined(separator: " → ")
    var title = label.isEmpty ? names : "\(names): \(label)"
    if let errors = edge.errorRatio, errors > 0 {
      title += ", \(DecimalText.percent(errors, decimals: 2)) failed"
    }
    let style = "edge w\(Int(link.width))" + (Self.dash(edge.kinds).map { " " + $0 } ?? "")
    let half = 3.5 + link.width / 2
    switch layout.routes[place] {
    case .runs(let runs, let isBack):
      drawing.path(Self.commands(runs, isBack, gap: link.label), style, title: title)
      if let run = runs.first(where: \.hasLabel), !label.isEmpty {
        drawing.text((run.x0 + run.x1) / 2, run.y + 4, label, "tt", .middle)
      }
      guard let end = isBack ? runs.first : runs.last else { return }
      let back = isBack ? end.x0 + Self.tip : end.x0 - Self.tip
      Self.tip([(back, end.y - half), (back, end.y + half), (end.x0, end.y)], &drawing)
    case .above(let points):
      guard let end = points.last else { return }
      let line = points.dropLast() + [(end.x - Self.tip, end.y)]
      drawing.path(Drawing.commands(Array(line)), style, title: title)
      Self.tip(
        [(end.x - Self.tip, end.y - half), (end.x - Self.tip, end.y + half), (end.x, end.y)],
        &drawing)
    case .loop(let frame):
      let bottom = frame.y + frame.height
      let (start, end) = (frame.x + frame.width - 4, frame.x + 8)
      let n = Markup.coordinate
      drawing.path(
        "M\(n(start)) \(n(bottom))C\(n(start + 4)) \(n(frame.y + 4)) \(n(end)) \(n(frame.y + 2))"
          + " \(n(end)) \(n(bottom - Self.tip))", style, title: title)
      Self.tip(
        [(end - half, bottom - Self.tip), (end + half, bottom - Self.tip), (end, bottom)], &drawing)
      if !label.isEmpty { drawing.text(start + 10, frame.y + 16, label, "tt") }
    }
  }

  /// Level parts and curves between them; a gap where the label stands, the tip's place left out.
  private static func commands(_ runs: [LayeredLayout.Run], _ isBack: Bool, gap: Double) -> String {
    let n = Markup.coordinate
    var text = ""
    for (place, run) in runs.enumerated() {
      let isEnd = place == (isBack ? 0 : runs.count - 1)
      let shift = isEnd ? (isBack ? tip : -tip) : 0
      let x = run.x0 + shift
      if place == 0 {
        text += "M\(n(x)) \(n(run.y))"
        continue
      }
      let last = runs[place - 1]
      let from = last.x1 + (isBack && place == 1 ? tip : 0)
      let middle = (from + x) / 2
      text += "C\(n(middle)) \(n(last.y)) \(n(middle)) \(n(run.y)) \(n(x)) \(n(run.y))"
      if run.hasLabel, gap > 0 {
        let center = (run.x0 + run.x1) / 2
        text += "H\(n(center - gap / 2))M\(n(center + gap / 2)) \(n(run.y))H\(n(run.x1))"
      } else if run.x1 > run.x0 {
        text += "H\(n(run.x1))"
      }
    }
    return text
  }

  private static func tip(_ corners: [(x: Double, y: Double)], _ drawing: inout Drawing) {
    drawing.path(Drawing.commands(corners) + "Z", "tip")
  }

  /// Lines that are not always called are broken.
  private static func dash(_ kinds: [TopologyGraph.EdgeKind]) -> String? {
    if kinds == [.fallback] { return "edge-dots" }
    return kinds.allSatisfy { $0 == .fetch || $0 == .fallback || $0 == .host }
      ? "edge-dash" : nil
  }
}

extension TopologyGraph {
  /// Why a picture cannot be drawn, with the arithmetic.
  public struct TooLarge: Error, Sendable {
    public let text: String
  }

  /// The picture as a file of its own.
  ///
  /// - Parameter title: what readers of screens are told first.
  /// - Returns: the text of an SVG file.
  /// - Throws: `TooLarge` beyond the limits of `GraphPicture`.
  public func svg(title: String) throws(TooLarge) -> String {
    guard let picture = GraphPicture(self) else {
      throw TooLarge(
        text: "\(nodes.count) nodes and \(edges.count) edges; a picture has at most"
          + " \(GraphPicture.nodesMax) nodes and \(GraphPicture.edgesMax) edges")
    }
    return picture.drawing.standalone(title: title, description: summary)
  }

  /// What the picture shows, in a sentence or two.
  var summary: String {
    let counts = NodeKind.allCases.compactMap { kind -> String? in
      let count = nodes.count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(kind.rawValue)\(count == 1 ? "" : "s")"
    }
    var text =
      counts.joined(separator: ", ") + "; \(edges.count) edge\(edges.count == 1 ? "" : "s")"
    if let most = edges.compactMap(\.rate).max(), most > 0 {
      text += "; the widest line is \(GraphWords.rate(most))"
    }
    let failed = nodes.filter { !$0.failedThresholds.isEmpty }.map(\.name)
    if !failed.isEmpty { text += "; thresholds failed on " + failed.joined(separator: ", ") }
    return text + "."
  }
}
