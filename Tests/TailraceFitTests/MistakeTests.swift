import Testing

@testable import TailraceFit

@Suite("Mistakes in measurements") struct MistakeTests {
  @Test("Every mistake of a column is told with its place")
  func valueMistakes() {
    let text = "latency_ms,x\n5,1\nNaN,2\n\"7,5\",2\n -3,3\n-3,3\n,4\n1e30,6\n7,8,9\n"
    #expect(
      complaint(text) { $0.column = "latency_ms" } == [
        "3:1: \"NaN\" is no number", "4:1: \"7,5\" is no number", "5:1: \" -3\" is no number",
        "6:1: \"-3\" is negative", "7:1: \"\" is no value",
        "8:1: \"1e30\" is too long: at most 26 days",
        "9:5: this row has 3 fields, the first has 2",
      ])
    let many = "v_ms\n" + String(repeating: "x\n", count: 1_000)
    let told = complaint(many)
    #expect(told.count == 11)
    #expect(told.last == "12:1: what follows was not looked at, after 10 mistakes")
  }

  @Test("Files without rows, columns without a unit, names that are not there")
  func questions() {
    #expect(complaint("") == ["1:1: the file holds no row"])
    #expect(complaint("latency_ms\n") == ["1:1: the file holds no row"])
    #expect(
      complaint("a,b\n1,2\n") == [
        "question: the file has columns 'a', 'b': say which with '--column', or '--time' for the "
          + "times of requests"
      ])
    #expect(
      complaint("latency\n1\n") == [
        "question: column 'latency' does not tell its unit: give --unit ms (or ns, us, s, bytes, "
          + "count)"
      ])
    #expect(
      complaint("latency_ms,b\n1,2\n") { $0.column = "latencyms" } == [
        "question: the file has no column 'latencyms'; did you mean 'latency_ms'?"
      ])
    #expect(
      complaint("t,v\n12,1\n") { $0.timeColumn = "t" } == [
        "2:1: \"12\" is a bare number: say its unit with '--time-format', such as s"
      ])
    #expect(
      complaint("t,v\n12,1\n") { ($0.timeColumn, $0.quantity) = ("t", .bytes) } == [
        "question: '--unit' is for values: name their column with '--column'"
      ])
    #expect(
      complaint("t\n2023-11-16 18:17:03\nsoon\n") { $0.timeColumn = "t" } == [
        "3:1: \"soon\" is no date-time such as 2023-11-16 18:17:03.97"
      ])
    #expect(
      complaint("Value Percentile TotalCount 1/(1-Percentile)\n") {
        ($0.column, $0.format) = ("x", .hdrhistogram)
      } == [
        "question: '--column' and '--time' are for rows of values; format hdrhistogram has none"
      ])
  }

  @Test("Mistakes of buckets")
  func bucketMistakes() {
    #expect(
      complaint("le_ms,count\n1,5\n1,6\n3,-2\nx,4\n4,many\n5\n") == [
        "5:1: \"x\" is no upper bound: a number, or +Inf for the last",
        "6:3: \"many\" is no count",
        "7:1: \"5\" is no row of a bucket: an upper bound, a count",
        "3:1: \"1\" must lie above the bound before it, and from 0 on",
        "4:3: \"-2\" is no count: a number from 0 to 10^15",
      ])
    #expect(complaint("le_ms,count\n1,0\n") == ["1:1: the file counts nothing"])
    #expect(
      complaint("le_ms,cumulative\n1,5\n2,4\n") == [
        "3:3: \"4\" is less than the count before it, which it includes"
      ])
  }

  @Test("Mistakes of metrics")
  func metricMistakes() {
    #expect(
      complaint("a_seconds_bucket{le=\"1\"} 5\na_seconds_bucket{le=\"2\"} NaN\n")
        == ["2:26: \"NaN\" is no count"])
    #expect(
      complaint("a_seconds_bucket{le=\"1\"} 5\nb_seconds_bucket{le=\"1\"} 5\n") == [
        "question: the file holds histograms 'a_seconds', 'b_seconds': choose one with '--metric'"
      ])
    #expect(
      complaint("# TYPE up gauge\nup 1\n") == [
        "question: the file holds no histogram's buckets and no summary's quantiles: lines such as "
          + "name_bucket{le=\"0.1\"} 12 or name{quantile=\"0.99\"} 0.12"
      ])
    #expect(
      complaint("a_seconds_bucket{le=\"1\"} 5\na_seconds_bucket{le=\"2\"} 3\n") == [
        "2:26: \"3\" is less than the count before it, which it includes"
      ])
    #expect(
      complaint(
        """
        a_s_bucket{c="1",le="1"} 5
        a_s_bucket{c="2",le="2"} 5
        """) == ["2:22: \"2\" belongs to a series with other bounds than the first"])
  }

  @Test("Mistakes of quantiles")
  func quantileMistakes() {
    #expect(
      complaint("p50: 12ms\np90: 9ms\np101: 3ms\np99: fast\n") == [
        "3:1: \"p101\" is no level: write p99, 99% or 0.99; min, median and max are known",
        "4:6: 'value' must be a duration such as \"250ms\", not \"fast\"",
        "2:1: \"p90\" has a lower value than p50 below it",
      ])
    #expect(
      complaint("p50: 12ms\np90: 20\n")
        == [
          "2:6: \"20\" has no unit, and others have one",
          "1:1: a law needs two quantiles; there are 1",
        ].prefix(1).map { $0 })
    #expect(complaint("p50: 12ms\n") == ["1:1: a law needs two quantiles; there are 1"])
    #expect(
      complaint("p50: 12\np90: 20\n") == [
        "question: the table of quantiles does not tell its unit: give --unit ms (or ns, us, s, "
          + "bytes, count)"
      ])
    #expect(complaint("p50: 1ms\n0.5: 2ms\n") == ["2:1: \"0.5\" is a level given twice"])
  }
}
