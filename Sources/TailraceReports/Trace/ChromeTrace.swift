import TailraceCatalog
import TailraceExperiment
import TailraceModel

/// Traces as Chrome trace events, which Perfetto draws.
///
/// A process for the requests, and one for each service of a replication; a thread for each slot of a
/// replica, with a slice for the time it is held and one for each thing done meanwhile. Whole
/// requests, calls, waits in queues and messages are asynchronous events, which may overlap. Flows
/// lead from callers to what they called. Times are microseconds with three decimals: nanoseconds.
/// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
public struct ChromeTrace {
  let result: TraceResult

  /// The trace events of a result's requests.
  public init(_ result: TraceResult) { self.result = result }

  /// The whole text, an event a line.
  public var text: String {
    var canvas = ChromeCanvas(result)
    for (i, request) in result.requests.enumerated() { canvas.draw(request, number: i) }
    let members = [
      ("scenario", JSONWriter.quoted(result.scenario)),
      ("variant", JSONWriter.quoted(result.variant)), ("seed", "\"\(result.seed)\""),
      ("clock", "\"simulated time from 0\""),
    ]
    let data = members.map { "\"\($0)\":\($1)" }.joined(separator: ",")
    return "{\"displayTimeUnit\":\"ns\",\"otherData\":{\(data)},\"traceEvents\":[\n"
      + canvas.lines.joined(separator: ",\n") + "\n]}\n"
  }
}

/// One event, before all are put in their order.
struct ChromeEvent {
  /// What comes first at one instant: ends, slices from the longest on, begins, flows.
  enum Order: Int { case end, slice, begin, flowOut, flowIn }

  var instant: UInt64
  var order: Order
  /// Of slices.
  var length: UInt64 = 0
  /// All but the instant and the length.
  var fields: String

  /// The event in JSON.
  var json: String {
    let span = order == .slice ? ",\"dur\":\(Self.microseconds(length))" : ""
    return "{\"ts\":\(Self.microseconds(instant))\(span),\(fields)}"
  }

  static func precedes(_ a: ChromeEvent, _ b: ChromeEvent) -> Bool {
    if a.instant != b.instant { return a.instant < b.instant }
    if a.order != b.order { return a.order.rawValue < b.order.rawValue }
    return a.length > b.length
  }

  /// Nanoseconds as microseconds, exactly.
  static func microseconds(_ nanoseconds: UInt64) -> String {
    let rest = String(nanoseconds % 1_000)
    return "\(nanoseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
