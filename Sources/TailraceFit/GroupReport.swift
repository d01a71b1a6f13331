import TailraceCatalog

/// A group of rows with its law and its arrivals.
public struct GroupReport: Sendable {
  public let group: MeasuredGroup
  /// The law of its values; nil where only times were asked for.
  public let laws: LawReport?
  /// Its arrivals; nil where none were asked for, or with fewer than three instants.
  public let arrivals: ArrivalReport?

  init(_ group: MeasuredGroup, _ input: MeasuredInput, tolerance: Double) {
    self.group = group
    laws =
      group.values.isEmpty
      ? nil : LawReport(.values(group.values), in: input.quantity, tolerance: tolerance)
    // A trace of one group does not stand in the file: the nearest that needs none is written.
    arrivals = ArrivalReport(group.times, trace: "", tolerance: tolerance)
  }

  /// The arrivals in the scenario language without the file; nil without arrivals.
  public var arrivalText: String? {
    guard let arrivals else { return nil }
    if arrivals.kind != .trace { return arrivals.text }
    return arrivals.alternative?.text
      ?? "{\"type\": \"poisson\", \"rate\": \(ArrivalReport.perSecond(arrivals.rate, digits: 5))}"
  }
}

extension FitReport {
  /// The groups' laws as one, by class; nil without groups of values.
  public var lawByClass: String? {
    let laws = groups.compactMap { group in
      group.laws.map { "\(JSONWriter.quoted(group.group.name)): \($0.recommended.text)" }
    }
    guard !laws.isEmpty else { return nil }
    return "{\"type\": \"by_class\", \"classes\": {\(laws.joined(separator: ", "))}}"
  }

  /// The classes of a workload with the groups' rows as weights; nil without groups.
  public var classes: String? {
    guard !groups.isEmpty else { return nil }
    let weights = groups.map { "\(JSONWriter.quoted($0.group.name)): \($0.group.count)" }
    return "{\(weights.joined(separator: ", "))}"
  }
}
