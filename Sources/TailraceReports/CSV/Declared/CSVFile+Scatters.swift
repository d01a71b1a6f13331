/// Who was last, and who was missing.
extension CSVFile {
  static let stragglers = CSVFile(
    "stragglers.csv", row: "member of a scatter that answered last, and why",
    when: "where something is scattered",
    context(.merged) + [
      .text("workload", "the workload", empty: "the row is about all workloads"),
      .text("service", "the service that was asked"),
      .count("shard", "the shard that was last", empty: "replicas are told apart, or nobody is"),
      .text(
        "cause",
        "the largest part of its time: a phase of breakdown.csv, slow_node, pause, or turn (it "
          + "was sent after others had come back)"),
      .count("last_count", "joins whose last answer it was, for this cause"),
      .ratio("last_share_ratio", "these over all joins"),
      .milliseconds("over_second_mean_ms", "mean distance from the second last answer"),
      .milliseconds(
        "over_median_mean_ms", "mean distance from the median answer",
        empty: "not all answers of a join were kept"),
      .text("from", "who asked"),
      .count(
        "replica", "the replica that was last", empty: "shards are told apart, or nobody is"),
      .ratio("fair_share_ratio", "the share if all members were alike"),
    ])

  static let completeness = CSVFile(
    "completeness.csv",
    row: "scatter, then one for each member that was missing in it",
    when: "where a scatter may go on without some answers",
    context(.merged) + [
      .text("workload", "the workload", empty: "the row is about all workloads"),
      .text("from", "who asked"), .text("service", "the service that was asked"),
      .count("shard", "the shard that was missing", empty: "the row is not about a shard"),
      .count("replica", "the replica that was missing", empty: "the row is not about a replica"),
      .count("joins", "joins that ended"),
      .count("asked", "answers asked for", empty: wholeOnly),
      .count("missing_count", "answers that had not come when their join ended"),
      .ratio("missing_ratio", "these over the answers asked for; of a member, over the joins"),
      .ratio("completeness_mean_ratio", "mean share of the answers that came", empty: wholeOnly),
      .ratio("completeness_p1_ratio", "1st percentile of that share", empty: wholeOnly),
      .ratio("completeness_p10_ratio", "10th percentile of that share", empty: wholeOnly),
      .ratio("completeness_min_ratio", "the least share", empty: wholeOnly),
      .ratio("complete_ratio", "joins with every answer over all joins", empty: wholeOnly),
    ])

  private static let wholeOnly = "the row is about a member"
}
