import Tailrace

/// A scenario file as values within values, of which parts can be left out.
indirect enum Tree: Equatable {
  case object([Member])
  case array([Tree])
  /// Text in quotes.
  case text(String)
  /// A number, `true`, `false` or `null`, as it is written.
  case word(String)

  struct Member: Equatable {
    var name: String
    var value: Tree
  }

  init(_ node: Node) {
    if let object = node.object {
      self = .object(object.members.map { Member(name: $0.name, value: Tree($0.value)) })
    } else if let array = node.array {
      self = .array(array.map { Tree($0) })
    } else if let text = node.string {
      self = .text(text)
    } else {
      self = .word(node.spelling)
    }
  }

  /// Reads a file; nil where it is no JSON5.
  init?(file text: String) {
    guard let node = JSON5Reader.read(SourceText(name: "shrink.jsonc", text: text)).0 else {
      return nil
    }
    self.init(node)
  }

  /// How many values stand directly in it.
  var count: Int {
    switch self {
    case .object(let members): members.count
    case .array(let values): values.count
    case .text, .word: 0
    }
  }

  /// The values that stand directly in it.
  var values: [Tree] {
    switch self {
    case .object(let members): members.map(\.value)
    case .array(let values): values
    case .text, .word: []
    }
  }

  subscript(place: Int) -> Tree {
    get { values[place] }
    set {
      switch self {
      case .object(var members):
        members[place].value = newValue
        self = .object(members)
      case .array(var values):
        values[place] = newValue
        self = .array(values)
      case .text, .word: preconditionFailure("nothing stands in it")
      }
    }
  }

  /// What stands at the end of a path of places.
  subscript(path: ArraySlice<Int>) -> Tree {
    get { path.first.map { self[$0][path.dropFirst()] } ?? self }
    set {
      guard let first = path.first else {
        self = newValue
        return
      }
      self[first][path.dropFirst()] = newValue
    }
  }

  mutating func remove(_ places: Range<Int>) {
    switch self {
    case .object(var members):
      members.removeSubrange(places)
      self = .object(members)
    case .array(var values):
      values.removeSubrange(places)
      self = .array(values)
    case .text, .word: break
    }
  }

  /// Paths to all that is in it, itself first, whoever holds others before these.
  var paths: [[Int]] {
    [[]] + values.enumerated().flatMap { place, value in value.paths.map { [place] + $0 } }
  }
}

extension Tree {
  /// As a file: what fits stands on one line.
  var file: String { lines(indent: 0, before: "", after: "").joined(separator: "\n") + "\n" }

  private var short: String {
    switch self {
    case .object(let members) where members.isEmpty: "{}"
    case .object(let members):
      "{ "
        + members.map { "\(JSONWriter.quoted($0.name)): \($0.value.short)" }
        .joined(separator: ", ") + " }"
    case .array(let values): "[" + values.map(\.short).joined(separator: ", ") + "]"
    case .text(let text): JSONWriter.quoted(text)
    case .word(let word): word
    }
  }

  private func lines(indent: Int, before: String, after: String) -> [String] {
    let space = String(repeating: " ", count: indent)
    let whole = space + before + short + after
    if count == 0 || indent > 0 && whole.count <= 100 { return [whole] }
    let inner: [String]
    let brackets: (String, String)
    switch self {
    case .object(let members):
      brackets = ("{", "}")
      inner = members.flatMap {
        $0.value.lines(
          indent: indent + 2, before: "\(JSONWriter.quoted($0.name)): ", after: ",")
      }
    default:
      brackets = ("[", "]")
      inner = values.flatMap { $0.lines(indent: indent + 2, before: "", after: ",") }
    }
    return [space + before + brackets.0] + inner + [space + brackets.1 + after]
  }
}
