import TailraceEngine
import Testing

@testable import TailraceFit

/// Prometheus' summaries: quantiles that a client computed.
@Suite("Prometheus summaries") struct SummaryTests {
  private static let text = """
    # HELP rpc_duration_seconds A summary of the RPC duration in seconds.
    # TYPE rpc_duration_seconds summary
    rpc_duration_seconds{quantile="0.99"} 0.076656
    rpc_duration_seconds{quantile="0.01"} 0.003102
    rpc_duration_seconds{quantile="0.5"} 0.004773 1395066363000
    rpc_duration_seconds_sum 17.560473
    rpc_duration_seconds_count 2693

    """

  @Test("The quantiles of a summary are a table of quantiles, in the order of their levels")
  func points() throws {
    let input = try read(Self.text)
    #expect(input.format == .prometheus && input.name == "rpc_duration_seconds")
    #expect(
      input.measurements
        == .points([
          QuantilePoint(level: 0.01, value: 3_102_000),
          QuantilePoint(level: 0.5, value: 4_773_000),
          QuantilePoint(level: 0.99, value: 76_656_000),
        ]))
    #expect(
      input.notes == [
        "nothing is known below the quantile 0.01 and above 0.99: an empirical law holds the values "
          + "there"
      ])
    // The form is known without the comments, too.
    let bare = Self.text.split(separator: "\n").dropFirst(2).joined(separator: "\n")
    #expect(try read(bare).measurements == input.measurements)
  }

  @Test("Quantiles of a lognormal give its parameters back")
  func recovered() throws {
    let levels = [0.1, 0.5, 0.9, 0.99, 0.999]
    let law = LognormalFit(logMean: 2, logDeviation: 0.8)
    let lines = levels.map { level in
      "work_milliseconds{quantile=\"\(level)\",path=\"/a\"} \(law.quantile(level))"
    }
    let input = try read(lines.joined(separator: "\n")) { $0.quantity = .duration(unit: 1_000_000) }
    let report = try FitReport(input, file: nil, train: nil, tolerance: 0.1)
    let laws = try #require(report.laws)
    #expect(laws.recommended.name == "lognormal" && laws.recommended.worstError < 0.001)
    // e² = 7.389 ms; exp(2 + 0.8² / 2) = 10.18 ms.
    #expect(isClose(laws.recommended.mean ?? 0, 10.18e6, within: 0.002))
  }

  @Test("Several series cannot be merged: labels choose one")
  func series() throws {
    let text = """
      t_seconds{code="200",quantile="0.5"} 1
      t_seconds{code="200",quantile="0.9"} 2
      t_seconds{code="500",quantile="0.5"} 3
      t_seconds{code="500",quantile="0.9"} 4

      """
    #expect(
      complaint(text) == [
        "question: the file holds summaries 't_seconds{code=\"200\"}', 't_seconds{code=\"500\"}', "
          + "and quantiles of several cannot be merged: choose one with '--metric'"
      ])
    let one = try read(text) { $0.metric = "t_seconds{code=\"500\"}" }
    #expect(
      one.measurements
        == .points([
          QuantilePoint(level: 0.5, value: 3e9), QuantilePoint(level: 0.9, value: 4e9),
        ]))
    let both = text + "h_seconds_bucket{le=\"1\"} 5\nh_seconds_bucket{le=\"+Inf\"} 9\n"
    #expect(
      complaint(both) == [
        "question: the file holds histograms and summaries 'h_seconds', 't_seconds': choose one with "
          + "'--metric'"
      ])
    guard case .buckets = try read(both, { $0.metric = "h_seconds" }).measurements else {
      Issue.record("a histogram has buckets")
      return
    }
    #expect(
      complaint(both) { $0.metric = "x" } == [
        "question: the file holds no buckets or quantiles of 'x': lines such as "
          + "name_bucket{le=\"0.1\"} 12 or name{quantile=\"0.99\"} 0.12"
      ])
  }

  @Test("Mistakes are told with their places")
  func mistakes() {
    func told(_ rows: [(String, String)]) -> [String] {
      complaint(rows.map { "t_seconds{quantile=\"\($0)\"} \($1)\n" }.joined())
    }
    #expect(
      told([("0.5", "NaN"), ("1.5", "2"), ("x", "3"), ("0.9", "-1"), ("0.99", "soon")]) == [
        "1:27: \"NaN\" is no value: the summary had seen nothing in its window",
        "2:21: \"1.5\" is no quantile from 0 to 1", "3:21: \"x\" is no quantile from 0 to 1",
        "4:27: \"-1\" is negative", "5:28: \"soon\" is no number",
      ])
    #expect(told([("0.5", "1"), ("0.5", "1")]) == ["2:21: \"0.5\" is a level given twice"])
    #expect(
      told([("0.9", "1"), ("0.5", "2")]) == [
        "1:27: \"1\" is less than the value of the quantile 0.5"
      ])
    #expect(
      told([("0.9", "1")]) == ["1:21: a law needs two quantiles; 't_seconds' has 1"])
    #expect(
      complaint("t_seconds{quantile=\"0.5} 1\n") == [
        "1:1: \"t_seconds{quantile=\"0.5} 1\" has a label whose value is not closed"
      ])
    #expect(
      complaint("t{quantile=\"0.5\"} 1\nt{quantile=\"0.9\"} 2\n") == [
        "question: 't' does not tell its unit: give --unit ms (or ns, us, s, bytes, count)"
      ])
  }
}
