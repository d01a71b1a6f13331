import TailraceCatalog
import TailraceModel

/// A base, and so much for each unit of attributes of the request.
public struct LinearDeclaration: DistributionDeclaration {
  public static let name = "linear"
  public static let summary = "A base, and so much for each unit of attributes of the request."
  public static let keys: [Key<Self>] = [
    Key("base", \.base, .law, "What every request takes; nothing if it is not there."),
    Key(
      "per", \.terms, .map(.law), required: true,
      "Attribute -> what each unit of it adds: of the workload, or of the visit 'responses' (answers "
        + "of the latest scatter or parallel), 'share' (1 / calls of the scatter that made the visit, "
        + "multiplied down a tree), 'keys' (how many it is about), 'size' (their bytes), 'holders' "
        + "(instances of a cache, not one at a 'service', that dropped the key which it wrote last)."
    ),
  ]
  /// Attributes of the language that this version does not have yet.
  static let later = ["batch", "messages"]
  var base: LawSpec?
  var terms: [Named<LawSpec>]?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    guard let terms else { return nil }
    guard !terms.isEmpty else { return needs("an attribute in 'per'", at: node, &reading) }
    return .linear(base: base ?? .constant(0), terms.map { AttributeTerm($0.name, $0.value) })
  }
}

/// A column of the trace that the request comes from.
public struct ColumnDeclaration: DistributionDeclaration {
  public static let name = "column"
  public static let summary = "The value in a column of the workload's trace."
  public static let keys: [Key<Self>] = [
    Key("column", \.column, .text, required: true, "The column."),
    Key("unit", \.unit, .choice(TimeFormat.units), "Unit of durations: ns us ms s m h d."),
  ]
  var column: String?
  var unit: UInt64?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    guard let column, let meaning = Self.meaning(unit, at: node, &reading) else { return nil }
    return .column(ColumnName(column, meaning))
  }

  /// Durations need a unit, counts have none.
  static func meaning(
    _ unit: UInt64?, at node: Node, _ reading: inout Reading
  ) -> ColumnName.Meaning? {
    switch (reading.quantity, unit) {
    case (.duration, let unit?): return .duration(unit: unit)
    case (.count, nil): return .number
    case (.duration, nil):
      reading.report(
        .missingUnit, at: node, "a column of durations needs 'unit', such as \"ms\"")
    case (.size, _):
      reading.report(.wrongType, at: node, "sizes do not come from a column")
    case (.count, _?):
      reading.report(
        .wrongType, at: node["unit"] ?? node, "'unit' is for durations; here a count is wanted")
    }
    return nil
  }
}
