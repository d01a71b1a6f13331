import TailraceExperiment

extension SummaryText {
  /// What ran, for how long, and what is missing.
  var headingLines: [String] {
    let name = [result.scenario, "variant \(result.variant)", "seed \(result.seed)", loops]
    var lines = [ink.heading(name.filter { !$0.isEmpty }.joined(separator: " · "))]
    if let partial { lines.append(ink.warning(partial)) }
    let noun = result.replications == 1 ? "replication" : "replications"
    let requests = result.workloads.reduce(UInt64(0)) { $0 + $1.requests }
    let count = DecimalText.count(requests) + (requests == 1 ? " request" : " requests")
    let span = "\(result.replications) \(noun) × \(TimeUnit.text(result.duration)) simulated"
    lines.append("\(span), \(warmUp) · \(count)")
    return lines
  }

  private var loops: String {
    let open = result.workloads.filter(\.isOpenLoop).map(\.name)
    let closed = result.workloads.filter { !$0.isOpenLoop }.map(\.name)
    switch (open.isEmpty, closed.isEmpty) {
    case (true, true): return ""
    case (false, true): return "open loop"
    case (true, false): return "closed loop"
    case (false, false):
      let open = open.joined(separator: ", ")
      return "open loop (\(open)) and closed loop (\(closed.joined(separator: ", ")))"
    }
  }

  private var warmUp: String {
    let how = result.warmUpRule == .mser5 ? " (MSER-5)" : ""
    if result.warmUp == 0 { return "nothing discarded" + how }
    let each = result.replications == 1 ? "" : " of each"
    return "first \(TimeUnit.text(result.warmUp))\(each) discarded\(how)"
  }

  private var partial: String? {
    guard let cause = result.cutShort else { return nil }
    let reason =
      switch cause {
      case .maxEvents: "stopped by --max-events"
      case .interrupted: "interrupted"
      case .overcrowded:
        "stopped with millions of visits in flight (is the load above the capacity?)"
      }
    let part = "\(result.replications) of \(result.replicationsPlanned) replications"
    return "PARTIAL: \(reason); the figures cover \(part)"
  }
}
