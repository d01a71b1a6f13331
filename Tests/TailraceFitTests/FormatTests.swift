import Testing

@testable import TailraceFit

@Suite("Forms of measurements") struct FormatTests {
  private static let wrk2 = """
    Running 30s test @ http://127.0.0.1:80/index.html
      Latency Distribution (HdrHistogram - Recorded Latency)
     50.000%    5.89ms
      Detailed Percentile spectrum:
           Value   Percentile   TotalCount 1/(1-Percentile)

           0.921     0.000000            1         1.00
           5.627     0.500000           50         2.00
           5.627     0.550000           55         2.22
           9.335     0.900000           90        10.00
          21.503     1.000000          100          inf
    #[Mean    =        6.758, StdDeviation   =        2.200]
      Requests/sec: 1999.4
    """

  private static let prometheus = """
    # HELP request_seconds Time of requests.
    # TYPE request_seconds histogram
    request_seconds_bucket{code="200",le="0.01"} 60
    request_seconds_bucket{code="200",le="0.1"} 9.0e+01
    request_seconds_bucket{code="200",le="+Inf"} 100 1395066363000
    request_seconds_sum{code="200"} 3.5
    request_seconds_count{code="200"} 100
    request_seconds_bucket{code="500",le="0.01"} 1
    request_seconds_bucket{le="0.1",code="500"} 2
    request_seconds_bucket{code="500",le="+Inf"} 2
    """

  @Test("Each form is known by its first lines")
  func guesses() {
    for (text, format) in [
      (Self.wrk2, MeasurementFormat.hdrhistogram), (Self.prometheus, .prometheus),
      ("latency_ms\n1\n2\n", .values), ("1\n2\n", .values), ("a,b\n1,2\n", .values),
      ("upper bound (ms),count\n1,2\n", .buckets), ("le,count\n1,2\n", .buckets),
      ("p50: 12ms\np99: 120ms\n", .quantiles), ("0.5,9\n0.9,20\n0.99,45\n", .quantiles),
      ("{ \"p(90)\": 20, \"p(99)\": 45 }", .quantiles), ("50% 12ms\n99% 1.2s", .quantiles),
      ("quantile,latency_ms\n0.5,9\n0.99,45\n", .quantiles),
      ("0.5,9\n0.6,20\n", .values), ("", .values),
    ] {
      #expect(FormatGuess.of(Array(text.utf8)) == format, "\(text)")
    }
  }

  @Test("Values: the column's name tells the unit, '--unit' prevails")
  func values() throws {
    let table = "when,latency_ms,size\n1,2.5,10\n2,0.5,20\n"
    let found = try read(table) { $0.column = "latency_ms" }
    #expect(found.measurements == .values([2.5e6, 0.5e6]) && found.name == "latency_ms")
    #expect(found.quantity == .duration(unit: 1_000_000))
    let sizes = try read(table) { ($0.column, $0.quantity) = ("size", .bytes) }
    #expect(sizes.measurements == .values([10, 20]))
    // Without a header, quoted, with blank lines, in one column.
    let bare = try read("\"3\"\r\n\r\n4\r\n") { $0.quantity = .duration(unit: 1_000) }
    #expect(bare.measurements == .values([3_000, 4_000]) && !bare.hasHeader && bare.name == "1")
  }

  @Test(
    "Units at the end of a name",
    arguments: [
      ("latency_ms", "ms"), ("http.request.duration.seconds", "s"), ("Latency (us)", "us"),
      ("time-ns", "ns"), ("response_size_bytes", "bytes"), ("GeneratedTokens", nil),
      ("items_count", "count"), ("ms", nil), ("latency", nil),
    ] as [(String, String?)])
  func suffixes(name: String, word: String?) {
    #expect(MeasuredQuantity(suffixOf: name)?.word == word)
  }

  @Test("Times: date-times and numbers; rows that go back are put in order, and told")
  func times() throws {
    let found = try read("at_s,v_ms\n3,30\n1,10\n2.5,25\n") {
      ($0.timeColumn, $0.column) = ("at_s", "v_ms")
    }
    #expect(found.times == [1_000_000_000, 2_500_000_000, 3_000_000_000])
    #expect(found.measurements == .values([10e6, 25e6, 30e6]))
    #expect(found.notes == ["1 of 3 rows go back in time: they were put in order"])
    let dates = try read("t\n2023-11-16 18:17:03.97\n2023-11-16T18:17:04Z\n") {
      $0.timeColumn = "t"
    }
    #expect(dates.times.map { $0[1] - $0[0] } == 30_000_000)
    #expect(dates.timeFormat == .dateTime && dates.measurements == nil)
  }

  @Test("Buckets, plain and cumulative; what lies above the last bound")
  func buckets() throws {
    let plain = try read("upper_bound_ms,count\n1,10\n2.5,20\n+Inf,3\n")
    let expected = CountedBuckets(bounds: [1e6, 2.5e6], counts: [10, 20], overflow: 3)
    #expect(plain.measurements == .buckets(expected))
    #expect(plain.notes.count == 1)
    let cumulative = try read("le_ms,cumulative count\n1,10\n2.5,30\n+Inf,33\n")
    #expect(cumulative.measurements == .buckets(expected))
    let bare = try read("1,10\n2.5,20\n") { ($0.format, $0.quantity) = (.buckets, .count) }
    #expect(bare.measurements == .buckets(CountedBuckets(bounds: [1, 2.5], counts: [10, 20])))
  }

  @Test("Prometheus: series are added up or chosen by a label")
  func prometheusText() throws {
    let all = try read(Self.prometheus)
    #expect(all.name == "request_seconds" && all.quantity == .duration(unit: 1_000_000_000))
    #expect(
      all.measurements
        == .buckets(CountedBuckets(bounds: [1e7, 1e8], counts: [61, 31], overflow: 10)))
    #expect(all.notes.contains("2 series of 'request_seconds' were added up"))
    for metric in ["request_seconds{code=\"500\"}", "request_seconds_bucket{code=\"500\"}"] {
      let one = try read(Self.prometheus) { $0.metric = metric }
      #expect(one.measurements == .buckets(CountedBuckets(bounds: [1e7, 1e8], counts: [1, 1])))
    }
  }

  @Test("HdrHistogram's percentiles are buckets: counts between values, in milliseconds")
  func percentiles() throws {
    let found = try read(Self.wrk2)
    #expect(
      found.measurements
        == .buckets(
          CountedBuckets(
            bounds: [0.921, 5.627, 9.335, 21.503].map { $0 * 1e6 }, counts: [1, 54, 35, 10])))
    #expect(found.notes.count == 1)
    let micro = try read(Self.wrk2) { $0.quantity = .duration(unit: 1_000) }
    guard case .buckets(let buckets) = micro.measurements else { return #expect(Bool(false)) }
    #expect(isClose(buckets.bounds[0], 921, within: 1e-12) && micro.notes.isEmpty)
  }

  @Test(
    "Quantiles in the spellings of other tools",
    arguments: [
      "p50,12ms\np99.9,1.2s\n", "p50: 12ms\np99.9: 1200ms",
      "{\"p50\": \"12ms\", \"p99.9\": \"1.2s\"}",
      "{\n  \"med\": \"12ms\",\n  \"p(99.9)\": \"1.2s\"\n}\n", "50% 12ms\n99.9%  1.2s\n",
      "0.999,1200ms\n0.5,12ms\n", "quantile = value_ms\n0.5 = 12\n0.999 = 1200\n",
      "  Latency Distribution\n     50%   12.00ms\n   99.9%    1.20s\n  2246 requests in 30.00s\n",
    ])
  func quantiles(text: String) throws {
    let found = try read(text) { $0.format = .quantiles }
    #expect(
      found.measurements
        == .points([
          QuantilePoint(level: 0.5, value: 12e6), QuantilePoint(level: 0.999, value: 1_200e6),
        ]))
    // What the table leaves open is told.
    #expect(found.notes.count == 1)
  }

  @Test("Ends and other facts of a table")
  func facts() throws {
    let found = try read("min: 1ms\navg: 5ms\np50: 4ms\nmax: 90ms\n")
    #expect(
      found.measurements
        == .points([
          QuantilePoint(level: 0, value: 1e6), QuantilePoint(level: 0.5, value: 4e6),
          QuantilePoint(level: 1, value: 90e6),
        ]))
    #expect(found.notes == ["avg: not used, only quantiles are"])
  }

  // MARK: Limits

  @Test("A text of buckets has a limit")
  func textLimit() {
    let large = String(repeating: "p50: 1ms\n", count: MeasurementReader.textMax / 9 + 1)
    #expect(complaint(large) == ["file: it has 16777224 bytes; at most 16777216"])
  }

  @Test("No bytes make a reader trap", arguments: 0..<12)
  func fuzz(seed: Int) {
    var random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next(_ limit: Int) -> Int {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return Int(random % UInt64(limit))
    }
    let seeds = [
      Self.wrk2, Self.prometheus, "p50: 12ms\np99: 1s\n", "le_ms,count\n1,2\n3,4\n",
      "t_seconds{a=\"x\",quantile=\"0.5\"} 1\nt_seconds{a=\"x\",quantile=\"0.9\"} 2\n",
    ]
    let letters = Array("0123456789.,:;\"{}eE+-%p_=\n\r\t NaInf#\u{0}\u{FF}é".utf8)
    for round in 0..<25 {
      var bytes = Array(seeds[(seed + round) % seeds.count].utf8)
      for _ in 0..<(1 + next(12)) {
        let place = next(bytes.count)
        switch next(3) {
        case 0: bytes[place] = letters[next(letters.count)]
        case 1: bytes.insert(letters[next(letters.count)], at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(20)))
        }
        if bytes.isEmpty { bytes = [0x31] }
      }
      for format in [nil] + MeasurementFormat.allCases.map(Optional.some) {
        var query = MeasurementQuery()
        query.format = format
        query.quantity = next(2) == 0 ? nil : .duration(unit: 1_000_000)
        guard let input = try? MeasurementReader.read(.bytes(bytes), query) else { continue }
        _ = try? FitReport(input, file: nil, train: nil, tolerance: 0.1)
      }
    }
  }
}
