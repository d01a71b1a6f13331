import Foundation
import Tailrace
import TailraceModel
import Testing

@testable import TailraceReports

/// Services that call each other as words say: `a>b a>c` are two calls; `user` calls `first`.
func calls(_ text: String, first: String? = nil) -> Topology {
  var steps: [String: [StepSpec]] = [:]
  var names: [String] = []
  for word in text.split(separator: " ") {
    let ends = word.split(separator: ">").map(String.init)
    for name in ends where steps[name] == nil {
      names.append(name)
      steps[name] = []
    }
    if ends.count == 2 { steps[ends[0]]?.append(StepSpec(.call(CallSpec(ends[1])))) }
  }
  let workloads = first.map { name in
    WorkloadSpec(
      name: "user", arrivals: .poisson(ratePerSecond: 5),
      steps: [StepSpec(.call(CallSpec(name)))])
  }
  return Topology(
    workloads: workloads.map { [$0] } ?? [],
    services: names.map { ServiceSpec(name: $0, handler: steps[$0] ?? []) })
}

@Suite("Pictures of graphs") struct GraphPictureTests {
  @Test(
    "Columns from left to right, orders without needless crossings",
    arguments: [
      ("a", "a"), ("a>b b>c", "a | b | c"), ("a>b b>c a>c", "a | b | c"),
      // Drawn in the order of names, both pairs would cross.
      ("a>y b>x", "a b | y x"), ("a>z b>y c>x a>y", "a b c | z y x"),
      // A circle is opened where it is closed; c calls a back.
      ("a>b b>c c>a", "a | b | c"), ("a>a a>b", "a | b"),
    ])
  func columns(text: String, expected: String) throws {
    let picture = try #require(GraphPicture(TopologyGraph(calls(text))))
    #expect(columnsText(picture) == expected)
    #expect(PictureCheck(picture).mistakes == [])
  }

  @Test("The line that closes a circle is drawn from the right to the left, a loop above its box")
  func directions() throws {
    let graph = TopologyGraph(calls("a>b b>c c>a b>b"))
    #expect(graph.edges.map { $0.from + " " + $0.to }.count == 4)
    let routes = try #require(GraphPicture(graph)).layout.routes
    // Edges stand by caller and callee: a>b, b>b, b>c, c>a.
    guard case .runs(_, isBack: false) = routes[0], case .loop = routes[1],
      case .runs(_, isBack: false) = routes[2], case .runs(_, isBack: true) = routes[3]
    else {
      Issue.record("\(routes)")
      return
    }
  }

  @Test("In every bundled scenario, every variant: nothing overlaps and lines end at their boxes")
  func bundled() throws {
    var count = 0
    for file in Library.files {
      let (_, scenario) = try Library.load(file)
      for variant in scenario.variants {
        let graph = TopologyGraph(variant.experiment(of: scenario).topology)
        let picture = try #require(GraphPicture(graph))
        #expect(PictureCheck(picture).mistakes == [], "\(scenario.name)/\(variant.name)")
        count += 1
      }
    }
    #expect(count > 100)
  }

  @Test("In 300 random graphs with circles, loops and labels too")
  func random() throws {
    for seed in UInt64(0)..<300 {
      let graph = Self.randomGraph(seed)
      let picture = try #require(GraphPicture(graph))
      #expect(PictureCheck(picture).mistakes == [], "seed \(seed)")
    }
  }

  @Test(
    "A thousand services: chains, stars, grids, and more bends than there may be",
    arguments: ["chain", "star", "grid", "dense"])
  func large(shape: String) throws {
    var words: [String] = []
    switch shape {
    case "chain": for i in 0..<999 { words.append("s\(i)>s\(i + 1)") }
    case "star": for i in 1..<1_000 { words.append("s0>s\(i)") }
    case "grid":
      for i in 0..<1_000 {
        if i % 25 < 24 { words.append("s\(i)>s\(i + 1)") }
        if i < 975 { words.append("s\(i)>s\(i + 25)") }
      }
    default: for i in 1..<299 { words += ["s\(i)>s\(i + 1)", "s\(i)>s299", "s0>s\(i)"] }
    }
    let picture = try #require(
      GraphPicture(TopologyGraph(calls(words.joined(separator: " "), first: "s0"))))
    #expect(PictureCheck(picture).mistakes == [])
    let bends = picture.layout.routes.reduce(0) { sum, route in
      if case .runs(let runs, _) = route { sum + runs.count - 2 } else { sum }
    }
    #expect(bends <= LayeredLayout.bendsMax)
    let above = picture.layout.routes.count { if case .above = $0 { true } else { false } }
    #expect((above > 0) == (shape == "dense"), "\(above) lines above all")
  }

  @Test("More nodes than a picture may have are refused with the number")
  func tooLarge() {
    let graph = TopologyGraph(calls((0...5_000).map { "s\($0)" }.joined(separator: " ")))
    let error = #expect(throws: TopologyGraph.TooLarge.self) { try graph.svg(title: "t") }
    #expect(error?.text.hasPrefix("5001 nodes and 0 edges; a picture has at most 5000") == true)
    #expect(graph.dot(title: "t").contains("n5000 ["))
  }

  @Test("The same picture from the same graph, and from services declared the other way round")
  func determinism() throws {
    var topology = calls("d>a c>a b>c b>d a>e", first: "b")
    let once = try TopologyGraph(topology).svg(title: "t")
    #expect(try TopologyGraph(topology).svg(title: "t") == once)
    topology.services.reverse()
    #expect(try TopologyGraph(topology).svg(title: "t") == once)
  }

  /// Up to 24 services with up to 60 calls, a tenth of them loops.
  static func randomGraph(_ seed: UInt64) -> TopologyGraph {
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let count = 1 + next(24)
    let words = (0..<next(60)).map { _ in
      let caller = next(count)
      return "s\(caller)>s\(next(10) == 0 ? caller : next(count))"
    }
    var graph = TopologyGraph(
      calls(((0..<count).map { "s\($0)" } + words).joined(separator: " "), first: "s0"))
    for place in graph.edges.indices where next(3) > 0 {
      graph.edges[place].callsPerSecond = Double(next(1_000_000)) / 7
    }
    for place in graph.nodes.indices where next(4) == 0 {
      graph.nodes[place].failedThresholds = ["utilization: value < 1%"]
    }
    return graph
  }
}
