import TailraceExperiment

/// How a system came back after a fault, in the summary document.
struct RecoveryJSON: Encodable {
  let fault: String
  let from: Double
  let to: Double
  let after: Finite
  let afterInterval: Finite
  let recovered: Finite
  let resolution: Double
  let begun: UInt64
  let unanswered: UInt64

  init(_ recovery: RecoveryResult) {
    fault = recovery.fault
    from = Double(recovery.at) / 1e9
    to = Double(recovery.end) / 1e9
    after = Finite(recovery.after.value.map { $0 / 1e9 })
    afterInterval = Finite(recovery.after.halfWidth.map { $0 / 1e9 })
    recovered = recovery.recovered.finite()
    resolution = Double(recovery.resolution) / 1e9
    begun = recovery.begun
    unanswered = recovery.unanswered
  }

  private enum CodingKeys: String, CodingKey {
    case fault
    case from = "from_s"
    case to = "to_s"
    case after = "recovery_s"
    case afterInterval = "recovery_s_ci95"
    case recovered = "recovered_ratio"
    case resolution = "resolution_s"
    case begun = "requests"
    case unanswered = "not_answered"
  }
}
