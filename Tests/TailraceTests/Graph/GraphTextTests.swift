import Foundation
import Tailrace
import TailraceModel
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import TailraceReports

@Suite("Graphs for other programs") struct GraphTextTests {
  static let hasDot = FileManager.default.isExecutableFile(atPath: "/usr/bin/dot")

  /// What `dot` says of a text, and its exit code.
  static func dot(_ text: String, _ format: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/dot")
    process.arguments = ["-T\(format)"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // Its answer is longer than a pipe holds: what goes in goes from another thread.
    DispatchQueue.global().async {
      try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      try? input.fileHandleForWriting.close()
    }
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Names that mean something in one of the languages.
  static let nasty = [
    "\"quoted\"", "back\\slash\\", "\\N\\n", "<b>&amp;</b>", "a;b{c}|d[e](f)", "#35;", "`x`",
    "line\nbreak", "tab\tbell\u{7}", "end", "graph", "ключ", "钥匙", "🗝️", "--> x", "%%{init}%%",
    String(repeating: "long", count: 80), " ",
  ]

  /// Services of nasty names in a circle, with a failed threshold each.
  static var nastyGraph: TopologyGraph {
    let services = nasty.indices.map { place in
      ServiceSpec(
        name: nasty[place],
        handler: [StepSpec(.call(CallSpec(nasty[(place + 1) % nasty.count])))])
    }
    var graph = TopologyGraph(Topology(workloads: [], services: services))
    for place in graph.nodes.indices { graph.nodes[place].failedThresholds = [nasty[place]] }
    return graph
  }

  @Test(
    "dot draws every bundled scenario and the nastiest names, letter by letter",
    .enabled(if: hasDot, "no /usr/bin/dot"))
  func graphviz() throws {
    for file in Library.files {
      let (_, scenario) = try Library.load(file)
      let graph = TopologyGraph(
        try #require(scenario.variant(nil)).experiment(of: scenario).topology)
      let (status, svg) = try Self.dot(graph.dot(title: scenario.name), "svg")
      #expect(status == 0 && svg.contains("</svg>"), "\(scenario.name)")
    }
    let (status, json) = try Self.dot(Self.nastyGraph.dot(title: "\"\\"), "json")
    #expect(status == 0)
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let objects = try #require(root["objects"] as? [[String: Any]])
    #expect(objects.count == Self.nasty.count)
    #expect((root["edges"] as? [Any])?.count == Self.nasty.count)
    let svg = try Self.dot(Self.nastyGraph.dot(title: "t"), "svg").output
    for text in ["&quot;quoted&quot;", "back\\slash\\", "\\N\\n", "&lt;b&gt;&amp;amp;&lt;/b&gt;"] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
  }

  @Test("Mermaid: safe ids, quoted labels, every odd sign as a number")
  func mermaid() throws {
    let graph = Self.nastyGraph
    let lines = graph.mermaid(title: "a \"b\"").split(separator: "\n").map(String.init)
    #expect(lines[0] == "flowchart LR" && lines[1] == "  accTitle: a  b ")
    let node = #/\ \ n\d+\["(?:[^"#<>&`;\\\[\]{}()|\x00-\x1f]|#\d+;|<br/>)*"\]/#
    let edge = #/\ \ n\d+ (-->|-\.->)(\|"[^"]*"\|)? n\d+/#
    for line in lines[2...] {
      let isKnown =
        try node.wholeMatch(in: line) != nil || edge.wholeMatch(in: line) != nil
        || line.hasPrefix("  class") || line.hasPrefix("  linkStyle")
      #expect(isKnown, "\(line)")
    }
    #expect(lines.contains { $0.contains("#34;quoted#34;") })
    #expect(lines.count { $0.contains("-->") } == Self.nasty.count)
  }

  @Test("The picture is well-formed XML that shows every name, the whole of it when pointed at")
  func svg() throws {
    let svg = try Self.nastyGraph.svg(title: "a < b")
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(svg.contains("service &lt;b&gt;&amp;amp;&lt;/b&gt;\n"))
    #expect(svg.contains(String(repeating: "long", count: 80) + "\n"))
    #expect(svg.contains("…</text>") && svg.contains("class=\"node-bad\""))
    // Colours come from the styles alone.
    let body = try #require(svg.components(separatedBy: "</style>").last)
    #expect(!body.contains("style=") && !body.contains("fill=") && !body.contains("stroke="))
  }
}
