/// The page of one run.
struct RunReport {
  let files: ResultFiles
  private var summary: JSONTree { files.summary }

  var page: Page {
    let title = "\(summary["scenario"].string ?? "") · variant \(summary["variant"].string ?? "")"
    let figures = RunFigures(files: files, designs: [summary])
    let blocks = SummaryBlocks(files.text("summary.txt") ?? "")
    let charts =
      figures.latency + figures.breakdown + figures.topology + figures.overTime + figures.heatMaps
      + figures.shards
      + figures.stragglers + figures.caches + figures.replicas
    let tables = DesignTables(summary)
    let body =
      "<header><h1>\(Markup.escaped(title))</h1>\n"
      + blocks.heading.map { PageParts.paragraph($0, "meta") }.joined() + "</header>\n"
      + verdict(blocks)
      + "<div class=\"tall\">"
      + PageParts.section("Latency of answered requests", tables.latency.html)
      + PageParts.section("Traffic", tables.traffic.html) + "</div>"
      + PageParts.section("Charts", PageParts.grid(charts))
      + PageParts.section("Services", tables.services.html)
      + PageParts.section("Caches", tables.caches?.html ?? "")
      + PageParts.section("Calls", CallTable.of(files, variant: summary["variant"].string ?? ""))
      + SummaryTable.all.map { $0.section([summary]) }.joined()
      + PageParts.section("More", blocks.rest)
      + PageParts.section("Scenario and how to make this again", Provenance(files).html)
    return Page(title: title, body: body)
  }

  /// Whether thresholds hold, what is wrong with the run, and what limits it.
  private func verdict(_ blocks: SummaryBlocks) -> String {
    let findings = summary["diagnosis"].list.compactMap { finding -> String? in
      finding["text"].string.map { "\((finding["question"].string ?? "").capitalizedFirst): \($0)" }
    }
    let thresholds = summary["thresholds"].list
    let failed = thresholds.count { $0["status"].string != "pass" }
    let rows = DesignTables(summary).thresholds?.html ?? ""
    let more = rows + PageParts.list(findings)
    if let warning = blocks.warnings.first {
      return PageParts.verdict(
        failed > 0 ? "fail" : "warn", warning,
        PageParts.list(Array(blocks.warnings.dropFirst()) + failedWords(failed, thresholds.count))
          + more)
    }
    if thresholds.isEmpty {
      return PageParts.verdict(
        "",
        findings.isEmpty
          ? "No thresholds were given, and nothing stands out."
          : "No thresholds were given; what stands out:", more)
    }
    return failed == 0
      ? PageParts.verdict(
        "pass",
        thresholds.count == 1
          ? "✓ The threshold holds." : "✓ All \(thresholds.count) thresholds hold.",
        more)
      : PageParts.verdict("fail", failedWords(failed, thresholds.count)[0], more)
  }

  private func failedWords(_ failed: Int, _ count: Int) -> [String] {
    failed == 0
      ? [] : ["✗ \(failed) of \(count) \(count == 1 ? "threshold" : "thresholds") failed."]
  }
}

extension String {
  /// The text with its first letter large.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

/// The summary for people, in blocks as they are set apart by blank lines.
struct SummaryBlocks {
  /// What ran: the lines below the title.
  var heading: [String] = []
  /// Lines that say that figures are not what they seem.
  var warnings: [String] = []
  private var others: [String] = []

  /// Blocks that the page has tables or pictures for.
  private static let known =
    [
      "LATENCY", "TRAFFIC", "SERVICES", "CACHES", "THRESHOLDS", "DIAGNOSIS", "WHERE THE TIME GOES",
    ] + SummaryTable.all.map(\.title)

  init(_ text: String) {
    let blocks = text.split(separator: "\n\n").map(String.init)
    for line in (blocks.first ?? "").split(separator: "\n").map(String.init).dropFirst() {
      let isWarning = ["PARTIAL", "NO STEADY STATE", "TOO SHORT"].contains { line.hasPrefix($0) }
      if isWarning { warnings.append(line) } else { heading.append(line) }
    }
    others = blocks.dropFirst().filter { block in
      !Self.known.contains { block.hasPrefix($0) }
    }.map(Self.withoutDigest).filter { !$0.isEmpty }
  }

  /// The blocks without a table or a picture of their own.
  var rest: String {
    others.map { block in
      // Sentences may be wrapped; what stands in columns may not.
      block.hasPrefix("one replication: ")
        ? block.split(separator: "\n").map { PageParts.paragraph(String($0)) }.joined()
        : PageParts.preformatted(block)
    }.joined(separator: "\n")
  }

  private static func withoutDigest(_ block: String) -> String {
    block.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("digest ") && !$0.hasPrefix("✗ ") }.joined(separator: "\n")
  }
}
