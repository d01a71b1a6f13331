import TailraceExperiment

extension ReportTables {
  /// `services.csv`: one row per replica (or shard) and replication.
  ///
  /// `busy_s` is slot time and `down_s` time after a crash, both within the window; the row of a
  /// shard sums its replicas. `retries` is empty where no caller retries or hedges.
  public static func services(_ results: [RunResult]) -> String {
    var file = CSVWriter(.services)
    for result in results {
      let rows = result.services.enumerated().flatMap { index, service in
        service.rows.map { (index, $0) }
      }
      let ordered = rows.sorted { one, other in
        (one.1.replication, one.0, one.1.shard, one.1.replica ?? -1)
          < (other.1.replication, other.0, other.1.shard, other.1.replica ?? -1)
      }
      for (index, row) in ordered {
        file.append(context(result, row.replication) + cells(row, result.services[index].name))
      }
    }
    return file.text
  }

  private static func cells(_ row: ReplicaRow, _ service: String) -> [String?] {
    [
      service, String(row.shard), row.replica.map { String($0) }, String(row.requests),
      String(row.errors), String(row.shed), row.attempts.map { String($0.retries) },
      row.utilization.flatMap(DecimalText.shortest),
      DecimalText.shortest(row.queueMean), String(row.queueMax),
      row.waitMean.flatMap { DecimalText.shortest($0 / 1e6) },
      row.waitP99.flatMap(DecimalText.milliseconds), DecimalText.seconds(row.busy),
      DecimalText.seconds(row.downTime),
    ]
  }
}
