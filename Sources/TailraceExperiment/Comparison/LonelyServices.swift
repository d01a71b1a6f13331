/// Services of two designs without a partner of their name in the other.
///
/// Luck goes by names: two such services share none, though they may do the same.
public struct LonelyServices: Sendable {
  /// Those of the base, in its order.
  public var base: [String]
  /// Those of the other.
  public var against: [String]

  /// Whether each design has one: then it may be one service under two names.
  public var areOnBothSides: Bool { !base.isEmpty && !against.isEmpty }

  init(_ base: [Measure], _ against: [Measure]) {
    let (mine, theirs) = (Self.services(base), Self.services(against))
    self.base = mine.filter { !theirs.contains($0) }
    self.against = theirs.filter { !mine.contains($0) }
  }

  private static func services(_ measures: [Measure]) -> [String] {
    var names: [String] = []
    for measure in measures where measure.name.entityKind == "service" {
      if names.last != measure.name.entity { names.append(measure.name.entity) }
    }
    return names
  }
}
