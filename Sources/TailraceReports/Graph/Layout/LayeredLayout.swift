/// A directed graph as boxes in columns from left to right, and lines that meet boxes only where
/// they begin and end.
///
/// The method is that of Sugiyama, Tagawa and Toda ("Methods for Visual Understanding of
/// Hierarchical System Structures", 1981): circles are opened, boxes go to the column of their
/// longest path, lines through several columns get a bend in each, orders within columns are
/// improved by barycentres, and heights are found by least squares. Every other column has labels
/// only. Ties go by the order of the input, so that equal input gives equal pictures.
///
/// For n boxes, m lines and b <= `bendsMax` bends this takes O((n + m + b) log(n + m + b)).
struct LayeredLayout {
  /// What is to be placed.
  struct Box {
    var width: Double
    var height: Double
  }

  /// A line from a box to a box; from one to itself it is a loop above the box.
  struct Link {
    var from: Int
    var to: Int
    /// How thick it is.
    var width: Double = 1
    /// Width of what is written on it; 0 is nothing.
    var label: Double = 0
  }

  struct Frame: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  /// A level part of a line; parts are joined by curves.
  struct Run: Equatable {
    var x0: Double
    var x1: Double
    var y: Double
    /// Whether the label stands in its middle, for which the line is interrupted.
    var hasLabel = false
  }

  /// Where a line goes.
  enum Route: Equatable {
    /// From the left to the right; a line that closes a circle is drawn back.
    case runs([Run], isBack: Bool)
    /// Above all, where bends would be too many: corners from the caller to the callee.
    case above([(x: Double, y: Double)])
    /// Over its box: the loop's frame.
    case loop(Frame)

    static func == (a: Route, b: Route) -> Bool {
      switch (a, b) {
      case (.runs(let a, let aBack), .runs(let b, let bBack)): a == b && aBack == bBack
      case (.above(let a), .above(let b)): a.elementsEqual(b, by: ==)
      case (.loop(let a), .loop(let b)): a == b
      default: false
      }
    }
  }

  /// Most bends: longer lines go above all.
  static let bendsMax = 20_000
  static let margin = 16.0
  static let labelHeight = 18.0
  static let loopHeight = 26.0
  static let loopWidth = 36.0
  private static let boxGap = 16.0
  private static let lineGap = 8.0
  private static let tracks = 12

  private(set) var frames: [Frame] = []
  private(set) var routes: [Route] = []
  private(set) var width = 0.0
  private(set) var height = 0.0

  /// Places boxes and lines; ends of lines are places of boxes.
  init(_ boxes: [Box], _ links: [Link]) {
    precondition(links.allSatisfy { boxes.indices.contains($0.from) }, "Lines begin at boxes.")
    precondition(links.allSatisfy { boxes.indices.contains($0.to) }, "Lines end at boxes.")
    var columns = LayerColumns(boxes.count, links, bendsMax: Self.bendsMax)
    columns.improveOrder()
    let loops = Set(links.filter { $0.from == $0.to }.map(\.from))
    var sizes: [LayerHeights.Size] = []
    var columnWidths = Array(repeating: 0.0, count: columns.layers.count)
    for vertex in columns.vertices {
      let size: LayerHeights.Size
      switch vertex.role {
      case .box(let box):
        let loop = loops.contains(box) ? Self.loopHeight : 0
        size = LayerHeights.Size(
          above: boxes[box].height / 2 + loop, below: boxes[box].height / 2, gap: Self.boxGap)
        columnWidths[vertex.layer] = max(columnWidths[vertex.layer], boxes[box].width)
      case .bend(let link, let isLabelled):
        let label = isLabelled && links[link].label > 0
        let half = max(links[link].width, label ? Self.labelHeight : 0) / 2
        size = LayerHeights.Size(above: half, below: half, gap: Self.lineGap)
        if label {
          columnWidths[vertex.layer] = max(columnWidths[vertex.layer], links[link].label + 24)
        }
      }
      sizes.append(size)
    }
    var centers = LayerHeights(columns, sizes).centers
    let above = links.indices.filter { columns.isAbove[$0] }
    let trackHeight = Double(min(Self.tracks, above.count)) * 8
    let least = columns.vertices.indices.map { centers[$0] - sizes[$0].above }.min() ?? 0
    let shift = Self.margin + trackHeight - least
    for v in centers.indices { centers[v] += shift }
    height =
      (columns.vertices.indices.map { centers[$0] + sizes[$0].below }.max() ?? 0) + Self.margin

    let ports = LayerPorts(columns, links, boxes.map(\.height), centers)
    // Lines above all go down beside the columns.
    let side = Self.margin + (above.isEmpty ? 0 : 8)
    let starts = Self.columnStarts(columns, columnWidths, centers, from: side)
    width = (starts.last ?? 0) + (columnWidths.last ?? 0) + side
    frames = boxes.indices.map { box in
      let vertex = columns.vertexOfBox[box]
      let layer = columns.vertices[vertex].layer
      return Frame(
        x: starts[layer], y: centers[vertex] - boxes[box].height / 2, width: columnWidths[layer],
        height: boxes[box].height)
    }
    var track = 0
    routes = links.indices.map { link in
      if links[link].from == links[link].to {
        let frame = frames[links[link].from]
        return .loop(
          Frame(
            x: frame.x + 8, y: frame.y - Self.loopHeight, width: Self.loopWidth,
            height: Self.loopHeight))
      }
      guard columns.isAbove[link] else {
        return .runs(
          runs(link, columns, columnWidths, starts, ports, centers), isBack: columns.isBack[link])
      }
      track += 1
      let y = Self.margin + Double((track - 1) % Self.tracks) * 8
      let (from, to) = (frames[links[link].from], frames[links[link].to])
      let (right, left) = (from.x + from.width, to.x)
      return .above([
        (right, from.y + from.height / 2), (right + 8, from.y + from.height / 2), (right + 8, y),
        (left - 8, y), (left - 8, to.y + to.height / 2), (left, to.y + to.height / 2),
      ])
    }
  }

  /// Left edges of columns: the steeper lines between two are, the farther they stand apart.
  private static func columnStarts(
    _ columns: LayerColumns, _ widths: [Double], _ centers: [Double], from side: Double
  ) -> [Double] {
    var steepest = Array(repeating: 0.0, count: widths.count)
    for (lower, vertex) in columns.vertices.enumerated() {
      for upper in vertex.before {
        let rise = centers[lower] - centers[upper]
        steepest[vertex.layer] = max(steepest[vertex.layer], rise.magnitude)
      }
    }
    var starts: [Double] = []
    var x = side
    for layer in widths.indices {
      if layer > 0 { x += widths[layer - 1] + min(120, 26 + 0.12 * steepest[layer]) }
      starts.append(x)
    }
    return starts
  }

  private func runs(
    _ link: Int, _ columns: LayerColumns, _ widths: [Double], _ starts: [Double],
    _ ports: LayerPorts, _ centers: [Double]
  ) -> [Run] {
    let chain = columns.chains[link]
    return chain.enumerated().map { place, vertex in
      let layer = columns.vertices[vertex].layer
      let (left, right) = (starts[layer], starts[layer] + widths[layer])
      if place == 0 { return Run(x0: right, x1: right, y: ports.leaving[link]) }
      if place == chain.count - 1 { return Run(x0: left, x1: left, y: ports.arriving[link]) }
      var isLabelled = false
      if case .bend(_, let label) = columns.vertices[vertex].role { isLabelled = label }
      return Run(x0: left, x1: right, y: centers[vertex], hasLabel: isLabelled)
    }
  }
}
