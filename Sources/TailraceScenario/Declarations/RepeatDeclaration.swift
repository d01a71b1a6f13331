import TailraceCatalog
import TailraceModel

/// Takes steps several times in turn.
public struct RepeatStep: VerbDeclaration {
  public static let name = "repeat"
  public static let summary = "Takes its steps several times in turn, each with luck of its own."
  public static let keys: [Key<Self>] = [
    Key(
      "repeat", \.times, .turns, required: true,
      "How many times: a number, or a distribution drawn for each visit and cut to 1000."),
    Key("steps", \.steps, .steps, required: true, "What is taken in each turn."),
  ]
  var times: LawSpec?
  var steps: [StepDeclaration]?
  public init() {}
}

extension ValueForm where Value == LawSpec {
  /// How many turns: a whole number or a distribution of counts.
  static var turns: ValueForm { .wholeOrLaw(1...Int64(Repetition.turnsMax)) }

  /// A whole number or a distribution of counts.
  static func wholeOrLaw(_ range: ClosedRange<Int64>) -> ValueForm {
    let whole = ValueForm<Int>.integer(range)
    return ValueForm(
      "\(whole.meaning), or a distribution of counts",
      schema: .anyOf([whole.schema, countLaw.schema]),
      write: { if case .constant(let value) = $0 { whole.write(Int(value)) } else { "{...}" } },
      read: { node, key, reading in
        if node.object != nil { return countLaw.read(node, key, &reading) }
        return whole.read(node, key, &reading).map { .constant(Double($0)) }
      })
  }
}

extension ValueForm where Value == [Located<String>] {
  /// A name, or a list of names.
  static var names: ValueForm {
    ValueForm(
      "a name or a list of names", schema: .anyOf([.string, .array(.string)]),
      write: { "[" + $0.map { "\"\($0.value)\"" }.joined(separator: ", ") + "]" },
      read: { node, key, reading in
        var names: [Located<String>] = []
        for item in node.array ?? [node] {
          guard let name = ValueForm<String>.name.read(item, key, &reading) else { return nil }
          names.append(Located(value: name, node: item))
        }
        if names.isEmpty {
          reading.report(.outOfRange, at: node, "'\(key)' needs at least one name")
          return nil
        }
        return names
      })
  }
}
