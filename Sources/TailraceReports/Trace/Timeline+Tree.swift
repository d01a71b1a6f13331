import TailraceExperiment
import TailraceModel

// The tree of a request's spans, a line for each.
extension Timeline {
  var treeLines: [String] {
    let long = request.end - trace.began
    let scale = "0 … \(short(long)) \(unit.rawValue)"
    let head =
      "  " + padded("at \(unit.rawValue)", 10) + padded("lasts", 11) + "  "
      + DisplayWidth.padded(scale, to: TraceText.barWidth, alignment: .left) + "  what"
    var lines = ["", text.ink.faint(head)]
    add(0, guide: "", rest: "", to: &lines)
    return lines
  }

  private func padded(_ text: String, _ width: Int) -> String {
    DisplayWidth.padded(text, to: width, alignment: .right)
  }

  /// Adds a span and all below it.
  private func add(_ i: Int, guide: String, rest: String, to lines: inout [String]) {
    let span = trace.spans[i]
    let end = request.end(of: span)
    let mark = span.isCritical ? "* " : "  "
    let times = padded(short(span.begin - trace.began), 10) + padded(short(end - span.begin), 11)
    let bar = bar(span.begin, end, isCritical: span.isCritical)
    let hasBelow = !children[i].isEmpty
    let room = TraceText.width - Self.left - DisplayWidth.of(rest) - 4
    let first = TraceText.width - Self.left - DisplayWidth.of(guide)
    let parts = wrapped(name(of: i), pieces(of: i), room, first: first)
    lines.append(mark + times + "  " + bar + "  " + guide + parts[0])
    let below = rest + (hasBelow ? "│ " : "  ")
    for part in parts.dropFirst() {
      lines.append(String(repeating: " ", count: Self.left) + below + "  " + part)
    }
    let shown = shownChildren(of: i)
    for (place, child) in shown.enumerated() {
      let isLast = place == shown.count - 1
      let guide = rest + (isLast ? "└ " : "├ ")
      let rest = rest + (isLast ? "  " : "│ ")
      switch child {
      case .span(let child): add(child, guide: guide, rest: rest, to: &lines)
      case .more(let words):
        let room = TraceText.width - Self.left - DisplayWidth.of(guide) - 2
        let parts = wrapped("", words, room, first: room)
        lines.append(
          String(repeating: " ", count: Self.left) + guide + text.ink.faint("… " + parts[0]))
        for part in parts.dropFirst() {
          lines.append(String(repeating: " ", count: Self.left) + rest + "  " + part)
        }
      }
    }
  }

  /// Columns before the tree.
  private static let left = 2 + 10 + 11 + 2 + TraceText.barWidth + 2

  /// Where a time lies within the request.
  private func bar(_ begin: UInt64, _ end: UInt64, isCritical: Bool) -> String {
    let long = Double(max(1, request.end - trace.began))
    let cells = Double(TraceText.barWidth)
    let first = min(Int(Double(begin - trace.began) / long * cells), TraceText.barWidth - 1)
    let after = Int((Double(end - trace.began) / long * cells).rounded(.up))
    let last = min(max(after, first + 1), TraceText.barWidth)
    return String(repeating: " ", count: first)
      + String(repeating: isCritical ? "█" : "░", count: last - first)
      + String(repeating: " ", count: TraceText.barWidth - last)
  }

  /// A name and what is said of it, in lines of at most so many columns.
  private func wrapped(
    _ name: String, _ pieces: [String], _ room: Int, first: Int
  ) -> [String] {
    var lines: [String] = []
    var line = name.isEmpty || pieces.isEmpty ? name : name + ":"
    // Deep in a tree even a name may be too long.
    if DisplayWidth.of(line) > first, let blank = line.prefix(first + 1).lastIndex(of: " ") {
      lines.append(String(line[..<blank]))
      line = String(line[line.index(after: blank)...])
    }
    for (place, piece) in pieces.enumerated() {
      let most = lines.isEmpty ? first : room
      let joint = place == 0 ? " " : " · "
      let longer = line.isEmpty ? piece : line + joint + piece
      if !line.isEmpty && DisplayWidth.of(longer) > most {
        lines.append(line)
        line = piece
      } else {
        line = longer
      }
    }
    return lines + [line]
  }

  // MARK: What a span is

  /// Its own times, what happened to it and what became of it.
  private func pieces(of i: Int) -> [String] {
    let span = trace.spans[i]
    var pieces: [String] = []
    var order: [String] = []
    var sums: [String: UInt64] = [:]
    let own = trace.segments[span.segments].map { ($0.begin, names.words(of: $0), $0.length) }
    let waits = request.waits(of: span).map {
      ($0.lowerBound, "waits for answers", UInt64($0.count))
    }
    for (_, words, length) in (own + waits).sorted(by: { $0.0 < $1.0 }) {
      if sums[words] == nil { order.append(words) }
      sums[words, default: 0] += length
    }
    for words in order { pieces.append("\(words) \(short(sums[words] ?? 0))") }
    pieces += trace.events[span.events].map(words)
    if span.isReleasing && span.branch >= 0 && hasOthers(span) {
      pieces.append("released the join")
    }
    if let outcome = span.outcome, outcome != .success { pieces.append("→ \(outcome.words)") }
    if let words = span.ending.words { pieces.append("→ " + words) }
    if let givenUp = span.givenUp {
      if span.end == nil {
        pieces.append("given up at \(short(givenUp - trace.began)), still under way")
      } else if let end = span.end, end > givenUp {
        pieces.append("given up at \(short(givenUp - trace.began)), went on for nobody")
      }
    } else if span.end == nil {
      pieces.append("→ still under way")
    }
    return pieces
  }

  private func hasOthers(_ span: TraceSpan) -> Bool {
    children[Int(span.parent)].contains { trace.spans[$0].branch >= 0 && trace.spans[$0] != span }
  }

  private func name(of i: Int) -> String {
    let span = trace.spans[i]
    let owner = names.owner(of: span, request)
    switch span.kind {
    case .request: return "request \(request.id)"
    case .call:
      let count = children[i].count
      return "call \(owner)" + (count > 1 ? ", \(count) attempts" : "")
    case .visit:
      var place = owner + names.placeWords(of: span)
      let slots = Set(trace.holds[span.holds].map(\.slot).filter { $0 >= 0 }).sorted()
      if let limit = names.services[Int(span.service)].slots, limit > 1, !slots.isEmpty {
        place += (slots.count == 1 ? " slot " : " slots ")
        place += slots.prefix(3).map(String.init).joined(separator: ", ")
        if slots.count > 3 { place += " …" }
      }
      let siblings = children[Int(span.parent)].count
      if span.attempt < 0 || siblings < 2 { return place }
      let kind = span.attemptKind == .first ? "" : " (\(span.attemptKind.word))"
      return "attempt \(span.attempt + 1)\(kind) \(place)"
    case .branch: return "branch \(max(0, span.branch))"
    case .background: return "beside it, \(owner)" + names.placeWords(of: span)
    }
  }

  private func words(of event: TraceEvent) -> String {
    var words = event.kind.words
    if event.cache >= 0 { words = "\(names.caches[Int(event.cache)]) " + words }
    if let other = event.other { words += " " + names.words(of: other) }
    return words
  }

  // MARK: Wide scatters

  enum Shown {
    case span(Int)
    /// How many are not shown, and what they took.
    case more([String])
  }

  /// Most spans that are alike and stand side by side.
  private static let alikeMax = 8
  /// Of more than that, so many of the slowest are shown.
  private static let slowestShown = 3

  /// The spans below one; of many that are alike the slowest and the critical ones.
  func shownChildren(of i: Int) -> [Shown] {
    var shown: [Shown] = []
    var rest = children[i][...]
    while let first = rest.first {
      let group = rest.prefix { areAlike(trace.spans[first], trace.spans[$0]) }
      rest = rest.dropFirst(group.count)
      if group.count <= Self.alikeMax || text.isVerbose {
        shown += group.map { .span($0) }
        continue
      }
      let slowest = group.sorted { (time($0), $1) > (time($1), $0) }.prefix(Self.slowestShown)
      let kept = group.filter { slowest.contains($0) || trace.spans[$0].isCritical }
      shown += kept.map { .span($0) }
      let others = group.filter { !kept.contains($0) }
      if !others.isEmpty { shown.append(.more(summary(of: others))) }
    }
    return shown
  }

  private func areAlike(_ a: TraceSpan, _ b: TraceSpan) -> Bool {
    a.kind == b.kind && a.service == b.service && (a.branch >= 0) == (b.branch >= 0)
  }

  private func time(_ i: Int) -> UInt64 {
    request.end(of: trace.spans[i]) - trace.spans[i].begin
  }

  private func summary(of others: [Int]) -> [String] {
    let times = others.map(time).sorted()
    let noun = trace.spans[others[0]].kind == .branch ? "branches" : "more"
    let owner = names.owner(of: trace.spans[others[0]], request)
    let range = "\(short(times[0])) to \(short(times[times.count - 1]))"
    return [
      "\(DecimalText.count(UInt64(others.count))) \(noun) of \(owner): \(range)",
      "median \(short(times[(times.count - 1) / 2]))", "-v shows all",
    ]
  }
}
