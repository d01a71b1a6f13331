import TailraceExperiment

extension SummaryText {
  /// How busy the ports to links were that carried anything.
  var portLines: [String] {
    let used = result.ports.filter { $0.messages > 0 }
    guard !used.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["PORTS", "ports", "MB/s each", "messages", "MB", "utilization", "busiest"])
    for ports in used {
      table.append([
        "  \(ports.service) \(ports.direction.rawValue) (\(ports.link))",
        DecimalText.count(UInt64(ports.ports)), megabytes(ports.bandwidth),
        DecimalText.count(ports.messages), megabytes(Double(ports.bytes)),
        share(ports.utilization), share(ports.busiest.utilization),
      ])
    }
    return styled(table)
  }

  private func megabytes(_ bytes: Double) -> String {
    DecimalText.significant(bytes / 1e6, digits: 4, decimals: 3)
  }

  private func share(_ estimate: Estimate) -> String {
    estimate.value.map { DecimalText.percent($0) } ?? DecimalText.missing
  }
}
