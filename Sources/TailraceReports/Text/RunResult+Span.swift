import TailraceExperiment

extension RunResult {
  /// How far each replication went: short of `duration` only where the first was cut short.
  private var reached: UInt64 {
    replications == 0 ? 0 : min(duration, warmUp + measuredTime / UInt64(replications))
  }

  /// Why a part of a run is all there is, and which; nil for a whole one.
  var partialWords: String? {
    guard let cutShort else { return nil }
    let reason =
      switch cutShort {
      case .maxEvents: "stopped by --max-events"
      case .interrupted: "interrupted"
      case .maxWall: "stopped by --max-wall"
      case .overcrowded:
        "stopped with millions of visits in flight (is the load above the capacity?)"
      }
    let part: String
    switch (measuredTime, reached < duration) {
    case (0, _): part = "nothing: it ended before the measured time began"
    case (_, true): part = "a part of the first of \(replicationsPlanned) replications"
    case (_, false): part = "\(replications) of \(replicationsPlanned) replications"
    }
    return "PARTIAL: \(reason); the figures cover \(part)"
  }

  /// How much was simulated and how much of it left out: "3 replications × 60 s simulated, first 5 s
  /// of each discarded".
  var spanWords: String {
    let noun = replications == 1 ? "replication" : "replications"
    let time =
      reached < duration && measuredTime > 0
      ? "\(TimeUnit.text(reached)) of \(TimeUnit.text(duration))" : TimeUnit.text(duration)
    let each = replications == 1 ? "" : " of each"
    let cut = warmUp == 0 ? "nothing" : "first \(TimeUnit.text(warmUp))\(each)"
    return "\(replications) \(noun) × \(time) simulated, \(cut) discarded"
  }
}
