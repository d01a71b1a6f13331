import TailraceCatalog
import TailraceExperiment
import TailraceModel

/// Collects the events of requests, and the processes and threads that they stand in.
struct ChromeCanvas {
  private let names: TraceNames
  private let hasSeveralReplications: Bool
  private var events: [ChromeEvent] = []
  private var tracks = ChromeTracks()
  private var lastID = 0

  init(_ result: TraceResult) {
    names = result.names
    hasSeveralReplications = Set(result.requests.map(\.replication)).count > 1
  }

  /// All events in JSON: names first, then by instant.
  var lines: [String] {
    let ordered = events.enumerated().sorted { a, b in
      if ChromeEvent.precedes(a.element, b.element) { return true }
      if ChromeEvent.precedes(b.element, a.element) { return false }
      return a.offset < b.offset
    }
    return tracks.metadata + ordered.map(\.element.json)
  }

  // MARK: Requests

  /// Adds all events of a request.
  mutating func draw(_ request: TracedRequest, number: Int) {
    let process = tracks.process("requests", order: 0)
    let name = "request \(request.id) of \(request.workload)" + suffix(of: request)
    let arguments = [
      ("outcome", JSONWriter.quoted(request.trace.outcome.word)),
      ("replication", String(request.replication)),
    ]
    let (began, ended) = (request.trace.began, request.end)
    asynchronous("request", name, process, from: began, until: ended, arguments)
    let thread = tracks.thread("critical path of \(name)", in: process, order: number)
    var slices = Array(repeating: [Slice](), count: request.trace.spans.count)
    if request.trace.ended != nil && ended > began {
      slice(name, process, thread, from: began, until: ended, arguments)
      slices[0] = [Slice(process: process, thread: thread, begin: began, end: ended)]
      for part in request.trace.path {
        let span = request.trace.spans[Int(part.span)]
        let place = names.owner(of: span, request) + names.placeWords(of: span)
        slice(
          "\(place): \(names.words(of: part))", process, thread, from: part.begin, until: part.end,
          [])
      }
    }
    for (i, span) in request.trace.spans.enumerated() where i > 0 {
      slices[i] = draw(span, of: request)
    }
    for (i, span) in request.trace.spans.enumerated() where span.kind == .visit {
      connect(span, slices[i].first, request, slices)
    }
  }

  private func suffix(of request: TracedRequest) -> String {
    hasSeveralReplications ? " (replication \(request.replication))" : ""
  }

  /// A stretch of a thread that something may be inside of.
  private struct Slice {
    var process: Int
    var thread: Int
    var begin: UInt64
    var end: UInt64
  }

  /// Adds what a span did.
  ///
  /// - Returns: the slices of the slots that it held.
  private mutating func draw(_ span: TraceSpan, of request: TracedRequest) -> [Slice] {
    guard span.service >= 0 else { return [] }
    let service = names.services[Int(span.service)]
    let process = tracks.process(
      service.name + suffix(of: request),
      order: 1 + request.replication * (names.services.count + 1) + Int(span.service))
    let label =
      span.kind == .visit
      ? service.name : service.name + (span.kind == .branch ? " branch" : " background")
    let arguments = arguments(of: span, request)
    if span.kind == .call {
      asynchronous(
        "call", "call \(service.name)", process, from: span.begin, until: request.end(of: span),
        arguments)
    }
    var slices: [Slice] = []
    for hold in request.trace.holds[span.holds] {
      let end = hold.end ?? max(request.runEnd, hold.begin)
      if end == hold.begin { continue }
      let thread = lane(
        of: span, slot: hold.slot, process, request, from: hold.begin, until: end)
      slice(label, process, thread, from: hold.begin, until: end, arguments)
      slices.append(Slice(process: process, thread: thread, begin: hold.begin, end: end))
    }
    for wait in request.waits(of: span) {
      // With a slot that nobody else can have meanwhile.
      for own in slices where wait.overlaps(own.begin..<own.end) {
        let part = wait.clamped(to: own.begin..<own.end)
        slice(
          "waits for answers", process, own.thread, from: part.lowerBound, until: part.upperBound,
          [])
      }
    }
    for segment in request.trace.segments[span.segments] {
      let words = names.words(of: segment)
      if let own = slices.first(where: {
        $0.begin <= segment.begin && segment.end <= $0.end
      }) {
        slice(words, process, own.thread, from: segment.begin, until: segment.end, [])
      } else if segment.cause.phase == .work {
        // A branch works under the slot of the visit that it is part of, beside others.
        let thread = lane(
          of: span, slot: -2, process, request, from: segment.begin, until: segment.end)
        slice(
          "\(service.name): \(words)", process, thread, from: segment.begin, until: segment.end,
          arguments)
        slices.append(
          Slice(process: process, thread: thread, begin: segment.begin, end: segment.end))
      } else {
        asynchronous(
          segment.cause.phase.word, words, process, from: segment.begin, until: segment.end,
          arguments)
      }
    }
    return slices
  }

  private func arguments(of span: TraceSpan, _ request: TracedRequest) -> [(String, String)] {
    var list = [
      ("request", JSONWriter.quoted("\(request.id) of \(request.workload)")),
      ("ending", "\"\(span.ending.word)\""),
    ]
    if let outcome = span.outcome { list.append(("outcome", "\"\(outcome.word)\"")) }
    if span.attempt >= 0 { list.append(("attempt", String(span.attempt))) }
    if span.isCritical { list.append(("critical", "true")) }
    for event in request.trace.events[span.events] where event.cache >= 0 {
      list.append((event.kind.word, JSONWriter.quoted(names.caches[Int(event.cache)])))
    }
    // A key stands once in an object.
    var known: Set<String> = []
    return list.filter { known.insert($0.0).inserted }
  }

  /// The thread of a replica's slot; where slots are not told apart, the first that is free.
  private mutating func lane(
    of span: TraceSpan, slot: Int32, _ process: Int, _ request: TracedRequest,
    from begin: UInt64, until end: UInt64
  ) -> Int {
    let place = names.placeWords(of: span)
    let replica = place.isEmpty ? "" : String(place.dropFirst()) + " "
    let order = Int(span.replica) << 24
    if slot >= 0 {
      return tracks.thread("\(replica)slot \(slot)", in: process, order: order + Int(slot))
    }
    let kind = slot == -1 ? "lane" : "branch"
    let first = slot == -1 ? 0 : 1 << 23
    return tracks.freeThread(in: process, from: begin, until: end) { n in
      ("\(replica)\(kind) \(n)", order + first + n)
    }
  }

  // MARK: Events

  private mutating func slice(
    _ name: String, _ process: Int, _ thread: Int, from begin: UInt64, until end: UInt64,
    _ arguments: [(String, String)]
  ) {
    events.append(
      ChromeEvent(
        instant: begin, order: .slice, length: end - begin,
        fields: "\"ph\":\"X\",\"pid\":\(process),\"tid\":\(thread),"
          + "\"name\":\(JSONWriter.quoted(name))" + Self.json(arguments)))
  }

  private mutating func asynchronous(
    _ category: String, _ name: String, _ process: Int, from begin: UInt64, until end: UInt64,
    _ arguments: [(String, String)]
  ) {
    if end <= begin { return }
    lastID += 1
    let fields =
      "\"pid\":\(process),\"tid\":0,\"cat\":\"\(category)\",\"id\":\"\(lastID)\","
      + "\"name\":\(JSONWriter.quoted(name))"
    events.append(
      ChromeEvent(
        instant: begin, order: .begin, fields: "\"ph\":\"b\",\(fields)" + Self.json(arguments)))
    events.append(ChromeEvent(instant: end, order: .end, fields: "\"ph\":\"e\",\(fields)"))
  }

  /// A flow from the caller's slice to the first slice of a visit.
  private mutating func connect(
    _ span: TraceSpan, _ target: Slice?, _ request: TracedRequest, _ slices: [[Slice]]
  ) {
    guard let target else { return }
    var caller = Int(span.parent)
    while caller > 0 && slices[caller].isEmpty {
      caller = Int(request.trace.spans[caller].parent)
    }
    // A call that is made where a slot is given back leaves in the slot's last nanosecond.
    let source = slices[max(0, caller)].last {
      $0.begin <= span.begin && span.begin <= $0.end
    }
    guard let source else { return }
    lastID += 1
    let common = "\"cat\":\"call\",\"name\":\"call\",\"id\":\(lastID)"
    events.append(
      ChromeEvent(
        instant: min(span.begin, source.end - 1), order: .flowOut,
        fields: "\"ph\":\"s\",\"pid\":\(source.process),\"tid\":\(source.thread),\(common)"))
    events.append(
      ChromeEvent(
        instant: target.begin, order: .flowIn,
        fields: "\"ph\":\"f\",\"bp\":\"e\",\"pid\":\(target.process),"
          + "\"tid\":\(target.thread),\(common)"))
  }

  private static func json(_ arguments: [(String, String)]) -> String {
    if arguments.isEmpty { return "" }
    let members = arguments.map { "\(JSONWriter.quoted($0)):\($1)" }.joined(separator: ",")
    return ",\"args\":{\(members)}"
  }
}
