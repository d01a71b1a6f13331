import TailraceExperiment
import Testing

@testable import TailraceReports

@Suite("The text of a run")
struct SummaryTextTests {
  @Test("An ordinary run")
  func ordinary() {
    let expected = """
      cache-vs-no-cache · variant cache · seed 7 · open loop
      10 replications × 180 s simulated, first 60 s of each discarded · 2,400,010 requests

      LATENCY (ms)       mean     p50    p90    p95    p99   p99.9   p99.99     max
        browse           9.00   1.745   27.2   41.2   82.0     166        —   808.2
          95 % CI ±      0.04   0.003    0.1    0.2    0.6       1        —       —

      TRAFFIC            offered/s   goodput/s   errors   timeouts   in flight (mean)
        browse               2,000       2,000      0 %        0 %               18.0
          95 % CI ±              3           3                                    0.1

      SERVICES           replicas × slots   utilization   queue mean (all)   max (one)   wait p99 (ms)   shed
        db                         2 × 16        23.7 %              0.012           7             3.2      0
        web                         2 × ∞             —              0.012           7             3.2      0

      WHERE THE TIME GOES (browse, mean 9.00 ms)
        db: work        84.4 %  ████████████████████████████████████
        web: work       11.1 %  █████
        back off         4.4 %  ██

      digest 00abcdef01234567

      """
    #expect(SummaryText(sampleResult()).text == expected)
    #expect(expected.split(separator: "\n", omittingEmptySubsequences: false).count < 30)
  }

  @Test("One replication has no interval and says how to get one")
  func oneReplication() {
    let text = SummaryText(sampleResult(replications: 1)).text
    #expect(!text.contains("±"))
    #expect(text.contains("one replication: no interval (use --replications 10)"))
    #expect(text.contains("1 replication × 180 s simulated, first 60 s discarded"))
  }

  @Test("A partial run says so in the first lines")
  func partial() {
    let lines = SummaryText(sampleResult(replications: 3, cutShort: .interrupted)).text
      .split(separator: "\n")
    #expect(lines[1] == "PARTIAL: interrupted; the figures cover 3 of 10 replications")
    let none = SummaryText(sampleResult(replications: 0, cutShort: .maxEvents)).text
    #expect(
      none.contains(
        "PARTIAL: stopped by --max-events; the figures cover nothing: it ended before the measured "
          + "time began"))
    var first = sampleResult(replications: 1, cutShort: .maxWall)
    first.measuredTime = 30_000_000_000
    let text = SummaryText(first).text
    #expect(
      text.contains(
        "PARTIAL: stopped by --max-wall; the figures cover a part of the first of 10 replications"))
    #expect(text.contains("1 replication × 90 s of 180 s simulated, first 60 s discarded"))
  }

  @Test("Failures are broken down by kind")
  func failures() {
    let text = SummaryText(sampleResult(failures: 24_000)).text
    #expect(text.contains("not plain successes of browse: timeout 24,000 (1.00 %)"))
    #expect(text.contains(" 1.00 %     1.00 % "))
    let rare = SummaryText(sampleResult(failures: 1)).text
    #expect(rare.contains("<0.001 %"))
  }

  @Test("Fast runs are told in small units")
  func fast() {
    let text = SummaryText(sampleResult(factor: 1e-4)).text
    #expect(text.contains("LATENCY (us)"))
    #expect(text.contains("mean 0.900 us"))
    #expect(SummaryText(sampleResult(), timeUnit: .seconds).text.contains("LATENCY (s)"))
  }

  @Test("Verbose text has a row for each replica")
  func verbose() {
    let text = SummaryText(sampleResult(), isVerbose: true).text
    #expect(text.contains("REPLICAS"))
    #expect(text.contains("  db 1 "))
    #expect(text.contains("1,000"))
  }

  @Test("Verbose text says of each service how the ends of its visits were found")
  func departures() {
    var result = sampleResult()
    result.services[0].eventReason = "its slots are held during other steps"
    let block = """

      DEPARTURES
        db               events, since its slots are held during other steps
        web              computed on arrival

      """
    #expect(SummaryText(result, isVerbose: true).text.contains(block))
    #expect(!SummaryText(result).text.contains("DEPARTURES"))
  }

  @Test("Down time has a column where there was any")
  func down() {
    let text = SummaryText(sampleResult(down: [0, 6_000_000_000]), isVerbose: true).text
    let ends = text.split(separator: "\n").map { $0.split(separator: " ").suffix(3) }
    #expect(ends.contains(["(ms)", "shed", "down"]))
    #expect(ends.contains(["0", "2.50", "%"]), "of db: 6 s of 2 × 120 s")
    #expect(ends.contains(["0", "5.00", "%"]), "of its replica 1")
    #expect(!SummaryText(sampleResult(), isVerbose: true).text.contains("down"))
  }

  @Test("Colour adds marks and nothing else")
  func color() throws {
    let plain = SummaryText(sampleResult()).text
    let colored = SummaryText(sampleResult(), hasColor: true).text
    #expect(!plain.contains("\u{1B}"))
    #expect(colored.replacing(try Regex("\u{1B}\\[[0-9]*m"), with: "") == plain)
  }

  @Test("Wide letters and marks keep columns straight")
  func width() {
    var table = TextTable(gap: 1)
    table.append(["日本", "1"])
    table.append(["e\u{301}—", "22"])
    #expect(table.lines == ["日本  1", "e\u{301}—   22"])
    #expect(DisplayWidth.of("×·█±") == 4)
  }
}
