import TailraceExperiment
import TailraceModel

/// Requests as timelines for people: a tree of what each did, and what it waited for.
public struct TraceText {
  public let result: TraceResult
  /// Shows every call of a scatter and every part of the path.
  public let isVerbose: Bool
  public let hasColor: Bool
  /// The unit of all times; chosen by request where nil.
  public let timeUnit: TimeUnit?

  /// Columns of a line.
  static let width = 100
  /// Columns of the bars.
  static let barWidth = 20

  /// The timelines of a result's requests.
  public init(
    _ result: TraceResult, isVerbose: Bool = false, hasColor: Bool = false,
    timeUnit: TimeUnit? = nil
  ) {
    self.result = result
    self.isVerbose = isVerbose
    self.hasColor = hasColor
    self.timeUnit = timeUnit
  }

  /// The whole text, with a line break at its end.
  public var text: String {
    var blocks = [headingLines]
    for request in result.requests {
      let timeline = Timeline(self, request)
      blocks.append(timeline.headingLines + timeline.treeLines)
      blocks.append(timeline.pathLines)
    }
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  var ink: Ink { Ink(isOn: hasColor) }

  private var headingLines: [String] {
    let name = [result.scenario, "variant \(result.variant)", "seed \(result.seed)"]
    var lines = [ink.heading(name.joined(separator: " · "))]
    if let answered = result.answered {
      let count = result.requests.count
      let which = count == 1 ? "the slowest" : "the \(count) slowest"
      let all = DecimalText.count(answered)
      let runs = result.replications
      let where_ =
        runs.count == 1
        ? "in replication \(runs.lowerBound)" : "in \(runs.count) replications"
      lines.append("\(which) of \(all) answered requests \(where_)")
    }
    return lines
  }
}

/// One request's part of the text.
struct Timeline {
  let text: TraceText
  let request: TracedRequest
  let unit: TimeUnit
  let children: [[Int]]

  init(_ text: TraceText, _ request: TracedRequest) {
    self.text = text
    self.request = request
    children = request.children
    unit = text.timeUnit ?? Self.unit(of: request.end - request.trace.began)
  }

  /// The largest unit in which a time has one digit or more; seconds only from ten on.
  private static func unit(of time: UInt64) -> TimeUnit {
    if time >= 10_000_000_000 { return .seconds }
    return time >= 1_000_000 ? .milliseconds : time >= 1_000 ? .microseconds : .nanoseconds
  }

  var names: TraceNames { text.result.names }
  var trace: RequestTrace { request.trace }

  /// A time with three decimals; of seconds with six.
  func short(_ time: UInt64) -> String {
    let decimals = unit == .nanoseconds ? 0 : unit == .seconds ? 6 : 3
    return Decimal(time, exponent: -unit.power).text(decimals: decimals)
  }

  /// A time to the nanosecond.
  func exact(_ time: UInt64) -> String {
    Decimal(time, exponent: -unit.power).text(decimals: unit.power)
  }

  // MARK: Heading

  var headingLines: [String] {
    let name = "request \(request.id) of \(request.workload)"
    let place = "replication \(request.replication)"
    let began = "began at \(DecimalText.seconds(trace.began)) s"
    var lines = [text.ink.heading("\(name) · \(place) · \(began)")]
    if let latency = trace.latency {
      lines.append("\(trace.outcome.words) after \(exact(latency)) \(unit.rawValue)")
    } else {
      lines.append("unfinished when the run ended, at \(DecimalText.seconds(request.runEnd)) s")
    }
    if !trace.isCounted { lines[1] += " · not counted: it began outside the measured window" }
    return lines
  }

  // MARK: Path

  /// Parts of the path that are shown one by one.
  private static let partsMax = 40

  var pathLines: [String] {
    guard let latency = trace.latency, latency > 0 else { return [] }
    var rows = trace.path.map { part in
      (at: part.begin, time: part.length, count: 1, place: place(of: part), words: words(of: part))
    }
    let isShort = rows.count <= Self.partsMax || text.isVerbose
    if !isShort {
      var order: [String] = []
      var sums: [String: Int] = [:]
      var merged: [(at: UInt64, time: UInt64, count: Int, place: String, words: String)] = []
      for row in rows {
        let key = "\(owner(of: row.place))\n\(row.words)"
        if let known = sums[key] {
          merged[known].time += row.time
          merged[known].count += 1
        } else {
          sums[key] = merged.count
          order.append(key)
          merged.append((row.at, row.time, 1, owner(of: row.place), row.words))
        }
      }
      rows = merged
    }
    var table = TextTable(alignments: [.right, .right, .right, .left, .left], gap: 2)
    table.append([
      isShort ? "at \(unit.rawValue)" : "times", "lasts \(unit.rawValue)", "share", "where", "what",
    ])
    for row in rows {
      table.append([
        isShort ? exact(row.at - trace.began) : DecimalText.count(UInt64(row.count)),
        exact(row.time), DecimalText.percent(Double(row.time) / Double(latency)), row.place,
        row.words,
      ])
    }
    table.append(["", exact(latency), "100.0 %", "all of it", ""])
    let all = DecimalText.count(UInt64(trace.path.count))
    let noun = trace.path.count == 1 ? "part" : "parts"
    return [text.ink.heading("CRITICAL PATH") + " (\(all) \(noun), to the nanosecond)"]
      + table.lines.map { "  " + $0 }
  }

  private func place(of part: TraceSegment) -> String {
    let span = trace.spans[Int(part.span)]
    return names.owner(of: span, request) + names.placeWords(of: span)
  }

  private func owner(of place: String) -> String {
    String(place.prefix { $0 != " " })
  }

  private func words(of part: TraceSegment) -> String { names.words(of: part) }
}
