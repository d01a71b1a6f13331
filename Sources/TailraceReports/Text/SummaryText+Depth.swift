import TailraceExperiment

extension SummaryText {
  /// How many calls `max_depth` has stopped, where calls go in circles.
  var depthLines: [String] {
    let services = result.services.filter { $0.tooDeep != nil }
    guard !services.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["CIRCLES", "calls beyond max_depth, rejected"])
    for service in services {
      guard let count = service.tooDeep else { continue }
      table.append(["  " + service.name, DecimalText.count(count)])
    }
    return styled(table)
  }
}
