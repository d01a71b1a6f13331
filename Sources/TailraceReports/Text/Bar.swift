/// Horizontal bars made of block characters.
enum Bar {
  /// Columns of the longest bar.
  static let width = 36

  /// A bar for `share`, drawn so that `largest` fills the width; rounded to whole blocks.
  static func text(_ share: Double, largest: Double) -> String {
    guard share > 0, largest > 0, share.isFinite else { return "" }
    let cells = Int((share / largest * Double(width) + 0.5))
    return String(repeating: "█", count: min(width, cells))
  }
}
