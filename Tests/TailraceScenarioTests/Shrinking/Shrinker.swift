import Tailrace

/// Makes a file that fails smaller for as long as it still fails: delta debugging over its values.
///
/// Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002), with the tree
/// in the place of a list (Misherghi and Su, "HDD", 2006): parts of each object and list are left
/// out, the largest first; a value gives way to one that stands within it; numbers are halved.
struct Shrinker {
  /// Whether a file still fails, in the way that matters.
  let fails: (String) -> Bool
  /// Files that were tried.
  private(set) var tries = 0

  init(fails: @escaping (String) -> Bool) { self.fails = fails }

  /// The smallest file that was found: nothing can be left out of it alone.
  mutating func shrink(_ whole: Tree) -> Tree {
    var tree = whole
    while true {
      let before = tree
      leaveOut(&tree)
      hoist(&tree)
      if tree == before { halve(&tree) }
      if tree == before { return tree }
    }
  }

  private mutating func accepts(_ tree: Tree) -> Bool {
    tries += 1
    return fails(tree.file)
  }

  /// Leaves out what can be left out, from the outside to the inside.
  private mutating func leaveOut(_ tree: inout Tree) {
    var depth = 0
    while true {
      let level = tree.paths.filter { $0.count == depth }
      if level.isEmpty { return }
      // What is left out of one object moves no path to those beside it.
      for path in level { leaveOut(of: path[...], in: &tree) }
      depth += 1
    }
  }

  private mutating func leaveOut(of path: ArraySlice<Int>, in tree: inout Tree) {
    var size = tree[path].count
    while size > 0 {
      var end = tree[path].count
      // The last first: later parts refer to earlier ones.
      while end > 0 {
        let places = max(0, end - size)..<end
        var next = tree
        next[path].remove(places)
        if accepts(next) { tree = next }
        end = places.lowerBound
      }
      size /= 2
    }
  }

  /// Puts what stands within a value in its place: a step for the steps around it.
  private mutating func hoist(_ tree: inout Tree) {
    var at = 0
    while at < tree.paths.count {
      let path = tree.paths[at]
      at += 1
      let value = tree[path[...]]
      if path.isEmpty || value.count == 0 { continue }
      for inner in value.paths.dropFirst() where value[inner[...]].count > 0 {
        var next = tree
        next[path[...]] = value[inner[...]]
        if accepts(next) {
          tree = next
          break
        }
      }
    }
  }

  /// Makes numbers smaller, and quantities as they stand in text.
  private mutating func halve(_ tree: inout Tree) {
    for path in tree.paths {
      while let smaller = Self.half(of: tree[path[...]]) {
        var next = tree
        next[path[...]] = smaller
        if !accepts(next) { break }
        tree = next
      }
    }
  }

  private static func half(of value: Tree) -> Tree? {
    switch value {
    case .word(let word): return Int(word).flatMap { $0 > 1 ? .word("\($0 / 2)") : nil }
    case .text(let text):
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), number > 1 else { return nil }
      return .text("\(number / 2)\(text.dropFirst(digits.count))")
    case .object, .array: return nil
    }
  }
}
