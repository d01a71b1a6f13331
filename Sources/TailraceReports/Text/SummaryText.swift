import TailraceDiagnosis
import TailraceExperiment
import TailraceTheory

/// The text of a run for people: under 30 lines for an ordinary scenario.
public struct SummaryText {
  /// What the summary tells.
  public let result: RunResult
  /// Adds every replica and every part of the latency.
  public let isVerbose: Bool
  /// Marks headings and warnings with terminal colours.
  public let hasColor: Bool
  /// The unit of all times; chosen from the values where nil.
  public let timeUnit: TimeUnit?
  /// What theory says beside it; nil where nobody asked.
  public let theory: TheoryReport?
  /// What the numbers say about limits, tails and idle parts; nil where nobody asked.
  public let findings: [Finding]?

  /// A summary of one variant's run.
  public init(
    _ result: RunResult, isVerbose: Bool = false, hasColor: Bool = false,
    timeUnit: TimeUnit? = nil, theory: TheoryReport? = nil, findings: [Finding]? = nil
  ) {
    self.result = result
    self.theory = theory
    self.findings = findings
    self.isVerbose = isVerbose
    self.hasColor = hasColor
    self.timeUnit = timeUnit
  }

  /// The whole text, with a line break at its end.
  public var text: String {
    var blocks = [
      headingLines, thresholdLines, precisionLines, latencyLines, trafficLines, serviceLines,
    ]
    blocks += declaredLines
    blocks += [
      portLines, shardLines, reshardLines, affinityLines,
      versionLines, cacheLines, depthLines, recoveryLines, costLines,
    ]
    if isVerbose { blocks += [allShardLines, replicaLines, departureLines] }
    blocks += result.workloads.map(breakdownLines)
    blocks += [stragglerLines, completenessLines, theoryLines, diagnosisLines]
    blocks.append(closingLines)
    let text = blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
    return text.joined(separator: "\n\n") + "\n"
  }

  var ink: Ink { Ink(isOn: hasColor) }

  /// Whether there can be intervals at all.
  var hasIntervals: Bool { result.replications > 1 || result.batches != nil }

  private var closingLines: [String] {
    var lines: [String] = []
    if let batches = result.batches {
      let rest =
        batches.dependent == 0
        ? "" : "; none where neighbours are alike, which needs a longer run or --replications"
      lines.append(
        "one replication: intervals from the means of \(BatchMeans.count) parts of "
          + "\(DecimalText.significant(Double(batches.length) / 1e9, digits: 4)) s\(rest)")
    } else if result.replications == 1 {
      lines.append("one replication: no interval (use --replications 10)")
    }
    lines += lateFaultLines.map(ink.warning)
    lines += verdictLines
    lines.append(ink.faint("digest " + HexText.of(result.digest)))
    return lines
  }
}
