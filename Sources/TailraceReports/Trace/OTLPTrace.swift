import TailraceCatalog
import TailraceExperiment
import TailraceModel
import TailraceTables

/// Traces as an OTLP/JSON `ExportTraceServiceRequest`, for Jaeger and other readers.
///
/// Times are simulated, from 0. Names of attributes are those of OpenTelemetry's semantic conventions
/// where there is one, else they begin with `tailrace.`.
/// https://opentelemetry.io/docs/specs/otlp/ and /docs/specs/semconv/ (versions 1.5, 1.28)
public struct OTLPTrace {
  let result: TraceResult
  let version: String

  /// The traces of a result's requests, made by a version of the program.
  public init(_ result: TraceResult, version: String) {
    self.result = result
    self.version = version
  }

  /// The whole text, a span a line.
  public var text: String {
    // By service and replica: each is a resource of its own.
    var order: [Resource] = []
    var lines: [Resource: [String]] = [:]
    for request in result.requests {
      let trace = traceID(of: request)
      for (i, span) in request.trace.spans.enumerated() {
        let resource = resource(of: span, request)
        if lines[resource] == nil { order.append(resource) }
        lines[resource, default: []].append(json(i, span, trace, request))
      }
    }
    order.sort()
    let resources = order.map { resource in
      let attributes = attributes([
        ("service.name", .text(resource.service)),
        ("service.instance.id", resource.instance.map { .text($0) }),
        ("tailrace.scenario", .text(result.scenario)),
        ("tailrace.variant", .text(result.variant)),
        ("tailrace.clock", .text("simulated nanoseconds from 0")),
      ])
      let scope = "{\"name\":\"tailrace\",\"version\":\(JSONWriter.quoted(version))}"
      let spans = (lines[resource] ?? []).joined(separator: ",\n")
      return "{\"resource\":{\"attributes\":\(attributes)},\"scopeSpans\":[{\"scope\":\(scope),"
        + "\"spans\":[\n\(spans)\n]}]}"
    }
    return "{\"resourceSpans\":[\n\(resources.joined(separator: ",\n"))\n]}\n"
  }

  private struct Resource: Hashable, Comparable {
    var service: String
    var replica: Int32
    var instance: String?

    static func < (a: Resource, b: Resource) -> Bool {
      (a.service, a.replica) < (b.service, b.replica)
    }
  }

  private func resource(of span: TraceSpan, _ request: TracedRequest) -> Resource {
    // A call is its caller's.
    var own = span
    while own.kind == .call && own.parent >= 0 { own = request.trace.spans[Int(own.parent)] }
    let service = result.names.owner(of: own, request)
    let replica = own.service < 0 ? -1 : own.replica
    return Resource(
      service: service, replica: replica, instance: replica < 0 ? nil : "\(service)-\(replica)")
  }

  // MARK: Spans

  private func json(
    _ i: Int, _ span: TraceSpan, _ trace: String, _ request: TracedRequest
  ) -> String {
    var fields = ["\"traceId\":\"\(trace)\"", "\"spanId\":\"\(spanID(i, trace))\""]
    if span.parent >= 0 {
      fields.append("\"parentSpanId\":\"\(spanID(Int(span.parent), trace))\"")
    }
    fields.append("\"name\":\(JSONWriter.quoted(name(of: span, request)))")
    fields.append("\"kind\":\(kind(of: span))")
    fields.append("\"startTimeUnixNano\":\"\(span.begin)\"")
    fields.append("\"endTimeUnixNano\":\"\(request.end(of: span))\"")
    fields.append("\"attributes\":\(attributes(of: span, request))")
    let events = request.trace.events[span.events].map { json($0) }
    if !events.isEmpty { fields.append("\"events\":[\(events.joined(separator: ","))]") }
    fields.append("\"status\":\(status(of: span))")
    return "{\(fields.joined(separator: ","))}"
  }

  private func name(of span: TraceSpan, _ request: TracedRequest) -> String {
    let owner = result.names.owner(of: span, request)
    switch span.kind {
    case .request: return "request"
    case .call: return "call \(owner)"
    case .visit: return owner
    case .branch: return "branch"
    case .background: return "background"
    }
  }

  /// `SpanKind`: internal 1, server 2, client 3.
  private func kind(of span: TraceSpan) -> Int {
    switch span.kind {
    case .request, .call: 3
    case .visit: 2
    case .branch, .background: 1
    }
  }

  /// `StatusCode`: unset 0, error 2.
  private func status(of span: TraceSpan) -> String {
    guard let type = errorType(of: span) else { return "{}" }
    return "{\"code\":2,\"message\":\(JSONWriter.quoted(type.withBlanks))}"
  }

  private func errorType(of span: TraceSpan) -> String? {
    if let outcome = span.outcome { return outcome.isAnswered ? nil : outcome.word }
    return span.ending == .timedOut ? Outcome.timeout.word : nil
  }

  private func attributes(of span: TraceSpan, _ request: TracedRequest) -> String {
    var list: [(String, Value?)] = []
    if span.kind == .request {
      list += [
        ("tailrace.request", .text(request.id)), ("tailrace.workload", .text(request.workload)),
        ("tailrace.replication", .number(UInt64(request.replication))),
      ]
    }
    let (shard, replica) = result.names.place(of: span)
    let slots = request.trace.holds[span.holds].map(\.slot).filter { $0 >= 0 }
    list += [
      ("error.type", errorType(of: span).map { .text($0) }),
      ("tailrace.outcome", span.outcome.map { .text($0.word) }),
      ("tailrace.ending", .text(span.ending.word)),
      ("tailrace.critical", span.isCritical ? .flag : nil),
      ("tailrace.released_join", span.isReleasing && span.branch >= 0 ? .flag : nil),
      ("tailrace.shard", shard.map { .number(UInt64($0)) }),
      ("tailrace.replica", replica.map { .number(UInt64($0)) }),
      ("tailrace.slot", slots.first.map { .number(UInt64($0)) }),
      ("tailrace.branch", span.branch < 0 ? nil : .number(UInt64(span.branch))),
      ("tailrace.attempt", span.attempt < 0 ? nil : .text(span.attemptKind.word)),
    ]
    if span.attempt > 0 {
      list.append(("http.request.resend_count", .number(UInt64(span.attempt))))
    }
    if let givenUp = span.givenUp { list.append(("tailrace.given_up_ns", .number(givenUp))) }
    if span.end == nil { list.append(("tailrace.unfinished", .flag)) }
    for cause in TraceCause.allCases {
      let time = request.trace.segments[span.segments].reduce(UInt64(0)) {
        $1.cause == cause ? $0 + $1.length : $0
      }
      if time == 0 { continue }
      let word = String(cause.words.map { $0 == " " || $0 == "-" ? "_" : $0 })
        .filter { $0 != "'" }
      list.append(("tailrace.\(word)_ns", .number(time)))
    }
    let waits = request.waits(of: span).reduce(0) { $0 + UInt64($1.count) }
    if waits > 0 { list.append(("tailrace.waits_for_answers_ns", .number(waits))) }
    return attributes(list)
  }

  private func json(_ event: TraceEvent) -> String {
    let cache = event.cache < 0 ? nil : result.names.caches[Int(event.cache)]
    let list = attributes([
      ("tailrace.cache", cache.map { .text($0) }),
      ("tailrace.fetched_by", event.other.map { .text(result.names.words(of: $0)) }),
    ])
    return "{\"timeUnixNano\":\"\(event.instant)\",\"name\":\"\(event.kind.word)\","
      + "\"attributes\":\(list)}"
  }

  // MARK: Values

  private enum Value {
    case text(String)
    case number(UInt64)
    case flag
  }

  private func attributes(_ list: [(String, Value?)]) -> String {
    let members = list.compactMap { key, value -> String? in
      guard let value else { return nil }
      let text =
        switch value {
        case .text(let text): "\"stringValue\":\(JSONWriter.quoted(text))"
        // 64-bit numbers are strings in protobuf's JSON.
        case .number(let number): "\"intValue\":\"\(number)\""
        case .flag: "\"boolValue\":true"
        }
      return "{\"key\":\"\(key)\",\"value\":{\(text)}}"
    }
    return "[\(members.joined(separator: ","))]"
  }

  /// 16 bytes that follow from what names the request.
  private func traceID(of request: TracedRequest) -> String {
    let name = [
      result.scenario, result.variant, String(result.seed), String(request.replication),
      request.workload, request.id,
    ].joined(separator: "\n")
    return HexText.of(Array(SHA256.hash(Array(name.utf8)).prefix(16)))
  }

  /// 8 bytes that follow from the trace and the span's place in it.
  private func spanID(_ i: Int, _ trace: String) -> String {
    HexText.of(Array(SHA256.hash(Array("\(trace)\n\(i)".utf8)).prefix(8)))
  }
}
