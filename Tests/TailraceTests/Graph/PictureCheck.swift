import Testing

@testable import TailraceReports

/// What a picture of a graph must never do, found by geometry alone.
struct PictureCheck {
  private(set) var mistakes: [String] = []
  private let picture: GraphPicture
  private typealias Frame = LayeredLayout.Frame

  init(_ picture: GraphPicture) {
    self.picture = picture
    boxes()
    labels()
    routes()
  }

  private mutating func note(_ text: String) { if mistakes.count < 5 { mistakes.append(text) } }

  private static func overlap(_ a: Frame, _ b: Frame) -> Bool {
    let slack = 0.01
    return a.x + a.width > b.x + slack && b.x + b.width > a.x + slack
      && a.y + a.height > b.y + slack && b.y + b.height > a.y + slack
  }

  private func isInside(_ frame: Frame) -> Bool {
    frame.x >= 0 && frame.y >= 0 && frame.x + frame.width <= picture.layout.width + 0.01
      && frame.y + frame.height <= picture.layout.height + 0.01
  }

  private mutating func boxes() {
    let frames = picture.layout.frames
    for (place, frame) in frames.enumerated() {
      if !isInside(frame) { note("box \(place) leaves the picture") }
      for other in frames[(place + 1)...] where Self.overlap(frame, other) {
        note("box \(place) overlaps another")
      }
      for (row, text) in picture.texts[place].enumerated() {
        let size = row == 0 ? 12 * 1.08 : GraphPicture.labelSize
        if Drawing.width(of: text, size: size) > frame.width {
          note("'\(text)' is wider than its box")
        }
      }
      if 14 * Double(picture.texts[place].count) > frame.height { note("box \(place) is too low") }
    }
  }

  /// Where each label stands.
  private var labelFrames: [Frame] {
    picture.links.indices.compactMap { place in
      guard !picture.labels[place].isEmpty else { return nil }
      let width = Drawing.width(of: picture.labels[place], size: GraphPicture.labelSize)
      switch picture.layout.routes[place] {
      case .runs(let runs, _):
        guard let run = runs.first(where: \.hasLabel) else { return nil }
        return Frame(x: (run.x0 + run.x1 - width) / 2, y: run.y - 7, width: width, height: 14)
      case .loop(let frame):
        return Frame(x: frame.x + frame.width + 6, y: frame.y + 4, width: width, height: 14)
      case .above: return nil
      }
    }
  }

  private mutating func labels() {
    let frames = labelFrames
    // Sorted by their left edges, so that only near ones are compared.
    let all = frames.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    for (place, frame) in all.enumerated() {
      if !isInside(frame) { note("a label leaves the picture") }
      for other in all[(place + 1)...] {
        if other.x > frame.x + frame.width { break }
        if Self.overlap(frame, other) { note("labels overlap at \(frame)") }
      }
      for box in picture.layout.frames where Self.overlap(frame, box) {
        note("a label overlaps a box at \(frame)")
      }
    }
  }

  private mutating func routes() {
    for (place, link) in picture.links.enumerated() {
      let (from, to) = (picture.layout.frames[link.from], picture.layout.frames[link.to])
      switch picture.layout.routes[place] {
      case .runs(let runs, let isBack):
        let (left, right) = isBack ? (to, from) : (from, to)
        guard let first = runs.first, let last = runs.last else { return note("no line \(place)") }
        if !touches(first, left, x: left.x + left.width) || !touches(last, right, x: right.x) {
          note("line \(place) ends beside its boxes")
        }
        for (previous, run) in zip(runs, runs.dropFirst()) {
          if run.x0 <= previous.x1 { note("line \(place) goes back") }
          let (low, high) = (min(previous.y, run.y), max(previous.y, run.y))
          check(
            Frame(x: previous.x1, y: low, width: run.x0 - previous.x1, height: high - low), place)
          check(Frame(x: run.x0, y: run.y, width: run.x1 - run.x0, height: 0), place)
        }
      case .above(let points):
        for (a, b) in zip(points, points.dropFirst()) {
          check(
            Frame(
              x: min(a.x, b.x), y: min(a.y, b.y), width: (a.x - b.x).magnitude,
              height: (a.y - b.y).magnitude), place)
        }
      case .loop(let frame):
        if frame.y + frame.height != from.y { note("loop \(place) leaves its box") }
        check(frame, place)
      }
    }
  }

  private func touches(_ run: LayeredLayout.Run, _ box: Frame, x: Double) -> Bool {
    run.x0 == x && run.y >= box.y && run.y <= box.y + box.height
  }

  /// A stretch of a line, by the frame that holds it, lies in no box and within the picture.
  private mutating func check(_ frame: Frame, _ place: Int) {
    if !isInside(frame) { note("line \(place) leaves the picture") }
    for box in picture.layout.frames where Self.overlap(frame, box) {
      note("line \(place) runs through a box")
    }
  }
}

/// The names of boxes by column, from top to bottom: `a b | c`.
func columnsText(_ picture: GraphPicture) -> String {
  var columns: [Double: [(y: Double, name: String)]] = [:]
  for (node, frame) in zip(picture.graph.nodes, picture.layout.frames) {
    columns[frame.x, default: []].append((frame.y, node.name))
  }
  return columns.sorted { $0.key < $1.key }.map { column in
    column.value.sorted { $0.y < $1.y }.map(\.name).joined(separator: " ")
  }.joined(separator: " | ")
}
