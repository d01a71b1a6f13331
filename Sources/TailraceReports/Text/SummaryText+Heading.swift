import TailraceExperiment

extension SummaryText {
  /// What ran, for how long, and what is missing.
  var headingLines: [String] {
    let name = [result.scenario, "variant \(result.variant)", "seed \(result.seed)", loops]
    var lines = [ink.heading(name.filter { !$0.isEmpty }.joined(separator: " · "))]
    if let partial = result.partialWords { lines.append(ink.warning(partial)) }
    lines += unsteady.map(ink.warning)
    let requests = result.workloads.reduce(UInt64(0)) { $0 + $1.requests }
    let count = DecimalText.count(requests) + (requests == 1 ? " request" : " requests")
    let rule = result.warmUpRule == .mser5 ? " (MSER-5)" : ""
    lines.append("\(result.spanWords)\(rule) · \(count)")
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

  /// Why levels and times may say nothing about the system.
  private var unsteady: [String] {
    var lines: [String] = []
    switch result.steadiness {
    case .steady, .overcrowded: break
    case .growing(let mean, let end):
      let (mean, end) = (
        DecimalText.significant(mean, digits: 3), DecimalText.significant(end, digits: 3)
      )
      lines.append(
        "NO STEADY STATE: \(mean) requests in flight on average, \(end) at the end: more comes than "
          + "goes, and what is measured grows with the run")
    case .backlog(let service, let mean, let end):
      let (mean, end) = (
        DecimalText.significant(mean, digits: 3), DecimalText.significant(end, digits: 3)
      )
      lines.append(
        "NO STEADY STATE: \(mean) visits waited at \(service) on average, \(end) at the end: more "
          + "comes than goes, and what is measured changes with the run's length")
    case .unfinished(let count):
      lines.append(
        "NO STEADY STATE: \(DecimalText.count(count)) requests had no answer when as long again had "
          + "passed as the run lasts")
    }
    if !result.isSettled {
      lines.append(
        "TOO SHORT: the mean latency had not settled when half of the run was over (MSER-5); "
          + "give a longer run.duration")
    }
    return lines
  }
}
