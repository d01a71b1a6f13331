import Foundation
import Tailrace
import TailraceReports
import Testing

/// A small shop whose times are constants, so that every figure of its traces can be worked out.
enum Shop {
  static let text = """
    {
      tailrace: 1, name: "shop", seed: 1,
      run: { duration: "3s", warm_up: "0s", replications: 1 },
      workloads: {
        shoppers: { arrivals: { type: "constant", rate: "1/s" }, steps: [{ call: "web" }] },
      },
      services: {
        web: { concurrency: 4, handler: [
          { name: "parse", work: "2ms" },
          { parallel: [
            [{ scatter: "stock" }],
            [{ work: "1ms" }, { call: "price", timeout: "2500us", on_error: "ignore" }],
          ] },
          { work: "1ms" },
        ] },
        stock: { shards: 2, concurrency: 1, handler: [{ work: "5ms" }] },
        price: { replicas: 3, concurrency: 1, handler: [{ work: "4ms" }] },
      },
    }
    """

  static func experiment(_ change: (String) -> String = { $0 }) throws -> Experiment {
    let source = SourceText(name: "shop.jsonc", bytes: Array(change(text).utf8))
    let scenario = try Scenario.load(source)
    return scenario.variants[0].experiment(of: scenario)
  }
}

/// A strict reader of what `--format chrome` writes.
struct ChromeChecker {
  private(set) var slices = 0
  private(set) var flows = 0

  /// Records an issue for whatever Perfetto could not draw.
  init(_ text: String, _ what: String) throws {
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let document = try #require(object as? [String: Any])
    #expect(document["displayTimeUnit"] as? String == "ns")
    let events = try #require(document["traceEvents"] as? [[String: Any]])
    var last: UInt64 = 0
    var threads: [String: [UInt64]] = [:]
    var open: [String: String] = [:]
    var ids: Set<String> = []
    var ends: [Int: Bool] = [:]
    var named: Set<String> = []
    for event in events {
      let at = try Self.nanoseconds(event["ts"])
      #expect(at >= last, "\(what): sorted")
      last = at
      let process = try #require(event["pid"] as? Int)
      let thread = try #require(event["tid"] as? Int)
      let name = try #require(event["name"] as? String)
      let place = "\(process)/\(thread)"
      switch event["ph"] as? String {
      case "M":
        #expect(named.insert("\(name) \(place)").inserted, "\(what): named once")
        continue
      case "X":
        slices += 1
        #expect(named.contains("thread_name \(place)"), "\(what)")
        let until = at + (try Self.nanoseconds(event["dur"]))
        #expect(until > at, "\(what)")
        var stack = (threads[place] ?? []).filter { $0 > at }
        #expect(until <= stack.last ?? .max, "\(what): \(name) overlaps in part at \(at)")
        stack.append(until)
        threads[place] = stack
      case "b":
        let id = try #require(event["id"] as? String)
        #expect(ids.insert(id).inserted, "\(what): ids are unique")
        open[id] = name
      case "e":
        let id = try #require(event["id"] as? String)
        #expect(open.removeValue(forKey: id) == name, "\(what): a begin for each end")
      case "s":
        flows += 1
        let id = try #require(event["id"] as? Int)
        #expect(ends.updateValue(false, forKey: id) == nil, "\(what)")
        #expect((threads[place] ?? []).contains { $0 > at }, "\(what): from a slice")
      case "f":
        let id = try #require(event["id"] as? Int)
        #expect(ends.updateValue(true, forKey: id) == false, "\(what)")
        #expect((threads[place] ?? []).contains { $0 > at }, "\(what): to a slice")
      default: Issue.record("\(what): an event of another kind: \(event)")
      }
      #expect(named.contains("process_name \(process)/0"), "\(what)")
    }
    #expect(open.isEmpty, "\(what): an end for each begin")
    #expect(ends.values.allSatisfy { $0 }, "\(what): an end for each flow")
  }

  /// Microseconds with three decimals, as whole nanoseconds.
  private static func nanoseconds(_ value: Any?) throws -> UInt64 {
    let number = try #require(value as? NSNumber)
    return UInt64((number.doubleValue * 1_000).rounded())
  }
}

/// A strict reader of what `--format otlp` writes.
struct OTLPChecker {
  private(set) var spans = 0
  private(set) var roots = 0
  private(set) var services: Set<String> = []

  /// Records an issue for whatever a collector would refuse or Jaeger warn about.
  init(_ text: String, _ what: String) throws {
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let document = try #require(object as? [String: Any])
    #expect(Set(document.keys) == ["resourceSpans"])
    var all: [String: [String: Any]] = [:]
    for resource in try #require(document["resourceSpans"] as? [[String: Any]]) {
      let facts = try Self.attributes(resource["resource"])
      let service = try #require(facts["service.name"])
      services.insert(service)
      #expect(facts["tailrace.clock"]?.contains("simulated") == true)
      let scopes = try #require(resource["scopeSpans"] as? [[String: Any]])
      for span in scopes.flatMap({ $0["spans"] as? [[String: Any]] ?? [] }) {
        let trace = try #require(span["traceId"] as? String)
        let id = try #require(span["spanId"] as? String)
        #expect(Self.isHex(trace, 32) && Self.isHex(id, 16), "\(what): \(trace) \(id)")
        #expect(all.updateValue(span, forKey: "\(trace)/\(id)") == nil, "\(what): unique")
      }
    }
    spans = all.count
    for span in all.values {
      let begin = try Self.time(span["startTimeUnixNano"])
      let end = try Self.time(span["endTimeUnixNano"])
      #expect(begin <= end, "\(what)")
      #expect((1...5).contains(span["kind"] as? Int ?? 0), "\(what)")
      #expect((span["name"] as? String)?.isEmpty == false, "\(what)")
      let facts = try Self.attributes(span)
      let status = try #require(span["status"] as? [String: Any])
      let code = status["code"] as? Int
      #expect((code == 2) == (facts["error.type"] != nil), "\(what)")
      for event in span["events"] as? [[String: Any]] ?? [] {
        let at = try Self.time(event["timeUnixNano"])
        #expect(begin <= at && at <= end, "\(what)")
      }
      guard let above = span["parentSpanId"] as? String else {
        roots += 1
        continue
      }
      let trace = try #require(span["traceId"] as? String)
      let parent = try #require(all["\(trace)/\(above)"], "\(what): the parent exists")
      #expect(begin >= (try Self.time(parent["startTimeUnixNano"])), "\(what)")
      if facts["tailrace.given_up_ns"] == nil && span["name"] as? String != "background" {
        #expect(end <= (try Self.time(parent["endTimeUnixNano"])), "\(what)")
      }
    }
  }

  private static func isHex(_ text: String, _ count: Int) -> Bool {
    text.count == count && text.allSatisfy { "0123456789abcdef".contains($0) }
      && text.contains { $0 != "0" }
  }

  private static func time(_ value: Any?) throws -> UInt64 {
    // 64-bit numbers are strings in protobuf's JSON.
    let text = try #require(value as? String)
    return try #require(UInt64(text))
  }

  /// The attributes of an object, each key once and each value of one kind.
  private static func attributes(_ value: Any?) throws -> [String: String] {
    let object = try #require(value as? [String: Any])
    var facts: [String: String] = [:]
    for member in try #require(object["attributes"] as? [[String: Any]]) {
      let key = try #require(member["key"] as? String)
      let value = try #require(member["value"] as? [String: Any])
      #expect(value.count == 1)
      let kind = try #require(value.keys.first)
      #expect(["stringValue", "intValue", "boolValue"].contains(kind))
      #expect(facts.updateValue("\(value[kind] ?? "")", forKey: key) == nil, "\(key) once")
    }
    return facts
  }
}

/// Sums of folded stacks.
func foldedSum(_ text: String) throws -> UInt64 {
  var sum: UInt64 = 0
  for line in text.split(separator: "\n") {
    let blank = try #require(line.lastIndex(of: " "))
    #expect(line[..<blank].contains(";"))
    let number = try #require(UInt64(line[line.index(after: blank)...]))
    sum += number
  }
  return sum
}
