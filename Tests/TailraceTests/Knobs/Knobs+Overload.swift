/// Whom a replica refuses: queues that shed, and doors with admission control.
extension Knobs {
  private static let busy = "workloads.users.arrivals.rate=900/s"
  private static let failing = "services.log.handler=[{fail: 'shed', when: {probability: 0.8}}]"

  static let overload = [
    Knobs(
      "codel", in: .shop, at: "services.api.queue.codel",
      with: [busy, "services.api.replicas=2", "services.api.queue.discipline=CODEL"],
      [
        .turn("target", "1ms", "1s", lowers: .api("shed")),
        .turn("interval", "1ms", "1s", lowers: .api("shed")),
      ]),
    Knobs(
      "service", in: .shop, at: "services.api",
      [
        .turn(
          "admission_control", "{type: 'FIXED', limit: 1}", "{type: 'FIXED', limit: 9}",
          lowers: .api("shed"))
      ]),
    Knobs(
      "admission_control", in: .shop, at: "services.api.admission_control",
      with: [busy, "services.api.replicas=2"],
      [
        .words("type", tellApart: .latency, needs: ["FIXED": [".limit=5"]]),
        .turn("limit", "2", "90", lowers: .api("shed"), with: ".type=FIXED"),
        .turn(
          "min_limit", "1", "50", lowers: .api("shed"), with: ".type=AIMD", ".target=1ms"),
        .turn("max_limit", "20", "500", lowers: .api("shed"), with: ".type=AIMD"),
        .turn("target", "1ms", "9s", lowers: .api("shed"), with: ".type=AIMD"),
        .turn(
          "back_off_ratio", "0.5", "0.99", raises: .latency, with: ".type=AIMD",
          ".min_limit=1", ".target=30ms"),
        .turn(
          "window", "10ms", "1s", changes: .api("shed"), with: ".type=ADAPTIVE_CONCURRENCY"),
        .turn(
          "buffer_percent", "0", "400", lowers: .api("shed"),
          with: ".type=ADAPTIVE_CONCURRENCY"),
        .turn(
          "min_rtt_interval", "100ms", "60s", lowers: .api("shed"),
          with: ".type=ADAPTIVE_CONCURRENCY"),
        .turn(
          "sr_threshold", "60%", "100%", raises: .api("shed"), with: ".type=SUCCESS_RATE", failing),
        .turn(
          "aggression", "1", "4", raises: .api("shed"), with: ".type=SUCCESS_RATE", failing),
        .turn(
          "max_rejection_percent", "5", "100", raises: .api("shed"), with: ".type=SUCCESS_RATE",
          failing),
      ]),
  ]
}
