import TailraceExperiment
import TailraceModel

/// Critical paths as folded stacks, which flame graph programs draw: `users;web;db;db queue 12345`.
///
/// A line for each stack of a request: workload, the services inside each other, the cause; then
/// its nanoseconds. A request's lines sum to its latency. One that had no end has no lines.
public struct FoldedTrace {
  let result: TraceResult

  /// The stacks of a result's requests.
  public init(_ result: TraceResult) { self.result = result }

  /// The whole text.
  public var text: String {
    var text = ""
    for request in result.requests {
      for line in lines(of: request) { text += line + "\n" }
    }
    return text
  }

  /// In the order in which the causes first come up.
  private func lines(of request: TracedRequest) -> [String] {
    var order: [String] = []
    var times: [String: UInt64] = [:]
    for part in request.trace.path {
      let stack = stack(of: part, request)
      if times[stack] == nil { order.append(stack) }
      times[stack, default: 0] += part.length
    }
    return order.map { "\($0) \(times[$0] ?? 0)" }
  }

  private func stack(of part: TraceSegment, _ request: TracedRequest) -> String {
    let spans = request.trace.spans
    var frames: [String] = []
    var i = Int(part.span)
    var last = -1
    while i >= 0 {
      let span = spans[i]
      let name = result.names.owner(of: span, request)
      // A call, its attempt and that one's branches are one frame.
      let isSame = last >= 0 && isOneFrame(span, spans[last])
      if !isSame { frames.append(name) }
      last = i
      i = Int(span.parent)
    }
    let owner = result.names.owner(of: spans[Int(part.span)], request)
    return (frames.reversed() + ["\(owner) \(result.names.words(of: part))"])
      .joined(separator: ";")
  }

  /// Whether a span and the one below it are about the same visit.
  private func isOneFrame(_ above: TraceSpan, _ below: TraceSpan) -> Bool {
    if above.service != below.service { return false }
    switch below.kind {
    case .visit: return above.kind == .call
    case .branch: return true
    case .call, .request, .background: return false
    }
  }
}
