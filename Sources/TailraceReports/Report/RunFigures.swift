/// The figures of one design, or of several beside each other, from the files of a set.
struct RunFigures {
  let files: ResultFiles
  /// The designs' documents in the order of their colours; one for a run.
  let designs: [JSONTree]

  var isComparison: Bool { designs.count > 1 }

  func name(_ design: JSONTree) -> String { design["variant"].string ?? "" }

  /// Most workloads with figures of their own: those with most requests.
  static let workloadsMax = 4

  /// Names of the workloads of all designs, those with most requests first.
  var workloads: [String] {
    var sums: [(name: String, requests: Double)] = []
    for workload in designs.flatMap({ $0["workloads"].list }) {
      guard let name = workload["name"].string else { continue }
      let requests = workload["requests"].number ?? 0
      if let known = sums.firstIndex(where: { $0.name == name }) {
        sums[known].requests += requests
      } else {
        sums.append((name, requests))
      }
    }
    return sums.sorted { ($1.requests, $0.name) < ($0.requests, $1.name) }.map(\.name)
  }

  // MARK: Latency

  /// The latencies of a workload in a design.
  func curve(_ design: JSONTree, _ workload: String, label: String, series: Int) -> LatencyCurve {
    let document = design["workloads"].list.first { $0["name"].string == workload } ?? .null
    let values = document["latency_ms"]
    let widths = document["latency_ms_ci95"]
    var quantiles: [(quantile: Double, value: Double?, halfWidth: Double?)] = []
    for (name, value) in values.members where name.first == "p" {
      guard let percent = Double(String(name.dropFirst())) else { continue }
      quantiles.append((percent / 100, value.number, widths[name].number))
    }
    var curve = LatencyCurve(
      label: label, series: series, buckets: buckets(design, workload),
      quantiles: quantiles.sorted { $0.quantile < $1.quantile },
      mean: (values["mean"].number, widths["mean"].number), max: values["max"].number)
    curve.limits = design["thresholds"].list.compactMap { limit in
      Self.limit(limit, workload: workload)
    }
    return curve
  }

  private func buckets(
    _ design: JSONTree, _ workload: String
  ) -> [(low: Double, high: Double, count: Double)] {
    let histogram = files.table("latency_histogram.csv").filtered([
      "variant": name(design), "workload": workload,
    ])
    return histogram.rows.compactMap { row in
      guard let low = histogram.number(row, "bucket_low_ms"),
        let high = histogram.number(row, "bucket_high_ms"),
        let count = histogram.number(row, "count")
      else { return nil }
      return (low: low, high: high, count: count)
    }
  }

  /// A threshold on one quantile of a workload's latency.
  private static func limit(
    _ limit: JSONTree, workload: String
  ) -> LatencyCurve.Limit? {
    let selector = limit["selector"].string ?? ""
    guard limit["metric"].string == "latency", let text = limit["condition"].string,
      selector.isEmpty || selector == "workload:\(workload)"
    else { return nil }
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 3, words[0].hasPrefix("p("), words[1].hasPrefix("<"),
      let percent = Double(String(words[0].dropFirst(2).dropLast())),
      let bound = SweepChart.number(words[2])
    else { return nil }
    return .init(
      quantile: percent / 100, bound: bound, text: text, holds: limit["status"].string == "pass")
  }

  /// Charts 1 and 2, one pair for each workload of a comparison, one pair for all of a run.
  var latency: [Figure] {
    let shown = Array(workloads.prefix(Self.workloadsMax))
    let groups: [(String, [LatencyCurve])]
    if isComparison {
      groups = shown.map { workload in
        (
          workload,
          designs.enumerated().map {
            curve($0.element, workload, label: name($0.element), series: $0.offset % 8)
          }
        )
      }
    } else {
      groups = [
        (
          shown.joined(separator: ", "),
          shown.enumerated().map {
            curve(designs[0], $0.element, label: $0.element, series: $0.offset)
          }
        )
      ]
    }
    return groups.enumerated().flatMap { number, group in
      let ofWhom = isComparison || workloads.count > 1 ? " of \(group.0)" : ""
      let curves = group.1.filter { !$0.buckets.isEmpty }
      return [
        LatencyCharts.percentiles(
          curves, id: "percentiles-\(number)", heading: "Latency by percentile\(ofWhom)"),
        LatencyCharts.tails(
          curves, id: "tail-\(number)", heading: "Requests later than a latency\(ofWhom)"),
      ].compactMap { $0 }
    }
  }
}
