/// An SVG in the making: shapes in user units, from the top left corner.
///
/// What a shape looks like is said by its class (`PictureStyle`), so that one picture serves light,
/// dark and print. Within HTML no name space is needed; `standalone` is a file of its own.
struct Drawing {
  /// Where a text is held.
  enum Anchor: String {
    case start, middle, end
  }

  let width: Double
  let height: Double
  private(set) var body = ""

  /// An empty picture of a size in user units.
  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  // MARK: Shapes

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
  ) {
    body +=
      "<line class=\"\(style)\" x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\"/>"
  }

  /// A box with rounded corners; `title` is shown when pointed at.
  mutating func box(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String,
    radius: Double = 0, title: String? = nil
  ) {
    body +=
      "<rect class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(max(0, width)))\""
      + " height=\"\(n(max(0, height)))\"" + (radius > 0 ? " rx=\"\(n(radius))\"" : "")
      + closed("rect", title)
  }

  mutating func circle(
    _ x: Double, _ y: Double, _ radius: Double, _ style: String, title: String? = nil
  ) {
    body +=
      "<circle class=\"\(style)\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\""
      + closed("circle", title)
  }

  /// A path of SVG commands, which the caller writes with `Markup.coordinate`.
  mutating func path(_ commands: String, _ style: String, title: String? = nil) {
    body += "<path class=\"\(style)\" d=\"\(commands)\"" + closed("path", title)
  }

  /// A line through points.
  mutating func curve(_ points: [(x: Double, y: Double)], _ style: String) {
    guard !points.isEmpty else { return }
    path(Self.commands(points), style)
  }

  mutating func text(
    _ x: Double, _ y: Double, _ text: String, _ style: String = "t", _ anchor: Anchor = .start
  ) {
    let held = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    body +=
      "<text class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\"\(held)>\(Markup.escaped(text))</text>"
  }

  /// Markup from elsewhere, such as a pattern.
  mutating func raw(_ markup: String) { body += markup }

  // MARK: The whole

  /// The picture within a page; `id` must be its own there.
  func inline(id: String, title: String, description: String) -> String {
    svg("", id: id, title: title, description: description, styles: "")
  }

  /// The picture as a file of its own, with its styles.
  func standalone(title: String, description: String) -> String {
    svg(
      " xmlns=\"http://www.w3.org/2000/svg\" width=\"\(n(width))\" height=\"\(n(height))\"",
      id: "picture", title: title, description: description,
      styles: "<style>\(PictureStyle.standalone)</style>") + "\n"
  }

  private func svg(
    _ more: String, id: String, title: String, description: String, styles: String
  ) -> String {
    "<svg class=\"picture\" role=\"img\" aria-labelledby=\"\(id)-t \(id)-d\""
      + " viewBox=\"0 0 \(n(width)) \(n(height))\"\(more)>"
      + "<title id=\"\(id)-t\">\(Markup.escaped(title))</title>"
      + "<desc id=\"\(id)-d\">\(Markup.escaped(description))</desc>\(styles)\(body)</svg>"
  }

  /// Move and line commands through points.
  static func commands(_ points: [(x: Double, y: Double)]) -> String {
    var text = ""
    for (index, point) in points.enumerated() {
      text += index == 0 ? "M" : (index == 1 ? "L" : " ")
      text += Markup.coordinate(point.x) + " " + Markup.coordinate(point.y)
    }
    return text
  }

  private func closed(_ name: String, _ title: String?) -> String {
    guard let title else { return "/>" }
    return "><title>\(Markup.escaped(title))</title></\(name)>"
  }

  private func n(_ value: Double) -> String { Markup.coordinate(value) }
}

extension Drawing {
  /// How wide a text is at most in the pictures' type, in user units: what places need to know.
  ///
  /// Measured on DejaVu Sans, the widest of the usual faces, at 12 units.
  static func width(of text: String, size: Double = 12) -> Double {
    var width = 0.0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "i", "l", "j", "I", ".", ",", ":", ";", "'", "|", " ", "!": width += 0.36
      case "f", "t", "r", "(", ")", "-", "/", "[", "]": width += 0.43
      case "m", "w", "M", "W", "%", "@": width += 0.98
      case _ where scalar.value >= 0x1100: width += 1.05
      case "A"..."Z", "×", "—", "±", "→": width += 0.78
      default: width += 0.64
      }
    }
    return width * size
  }

  /// The text cut to a width, with an ellipsis where something is left out.
  static func fitted(_ text: String, in space: Double, size: Double = 12) -> String {
    if width(of: text, size: size) <= space { return text }
    var cut = text
    while !cut.isEmpty, width(of: cut + "…", size: size) > space { cut.removeLast() }
    return cut + "…"
  }
}
