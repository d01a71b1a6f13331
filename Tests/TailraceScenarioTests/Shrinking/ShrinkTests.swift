import Foundation
import Tailrace
import TailraceModel
import Testing

/// What fails in a long file is found in a short one.
///
/// `TAILRACE_SHRINK=<file>` with `TAILRACE_SHRINK_COMMAND=<command>` shrinks a file of one's own for
/// as long as the command, to which the file's name is added, ends as it does at first and prints
/// `TAILRACE_SHRINK_TEXT`: see `Tests/tools/shrink.sh`.
@Suite("Shrinking of scenarios") struct ShrinkTests {
  /// What a valid file comes to; nil for one that is refused.
  private static func run(_ text: String) -> Replication? {
    guard
      let scenario = try? Scenario.load(SourceText(name: "random.jsonc", text: text)),
      let variant = scenario.variant(nil)
    else { return nil }
    var settings = Replication.Settings(
      seed: variant.seed, number: 0,
      window: min(variant.warmUp ?? 0, variant.duration / 2)..<variant.duration)
    settings.eventsMax = 100_000
    return Replication.run(variant.topology, settings)
  }

  /// The fault that is planted: a visit is shed, and a replica ejected.
  private static func isBroken(_ run: Replication) -> Bool {
    let shed = run.services.contains { $0.rows.contains { $0.refused > 0 } }
    return shed && run.services.contains { ($0.balancing?.ejections ?? 0) > 0 }
  }

  @Test("A planted failure in 300 lines is one in fewer than 30, and nothing can be left out")
  func planted() throws {
    var found: (Tree, String)?
    for seed in 0..<200 as Range<UInt64> where found == nil {
      var random = RandomScenario(seed: seed)
      let tree = try #require(Tree(file: random.file(services: 14)), "seed \(seed)")
      let text = tree.file
      guard let run = Self.run(text) else {
        let rendered = Corpus.rendered(Array(text.utf8), name: "random.jsonc")
        Issue.record("seed \(seed) is refused: \(rendered)")
        return
      }
      #expect(run.violations == [], "seed \(seed)")
      if Self.isBroken(run) { found = (tree, text) }
    }
    let (tree, text) = try #require(found)
    #expect(text.split(separator: "\n").count >= 300)
    var shrinker = Shrinker { Self.run($0).map(Self.isBroken) ?? false }
    let began = ContinuousClock.now
    let small = shrinker.shrink(tree)
    let lines = small.file.split(separator: "\n").count
    print("\(shrinker.tries) tries, \(lines) lines in \(ContinuousClock.now - began):")
    print(small.file)
    #expect(lines < 30)
    #expect(ContinuousClock.now - began < .seconds(60))
    #expect(try #require(Self.run(small.file)).services.count < 3)
  }

  @Test("What is left is what the failure needs, no member and no step more")
  func exact() throws {
    let text = """
      { a: [1, 2, { b: 40, c: [[{ d: "80ms" }]] }], e: { f: { g: true, h: [5] } }, i: null }
      """
    let tree = try #require(Tree(file: text))
    var shrinker = Shrinker { $0.contains("ms") && $0.contains("true") }
    let small = shrinker.shrink(tree)
    #expect(small == Tree(file: #"{ a: { d: "1ms" }, e: { g: true } }"#))
    #expect(Tree(file: tree.file) == tree)
  }

  @Test("A file of one's own, for as long as a command fails")
  func file() throws {
    let words = ProcessInfo.processInfo.environment
    guard let path = words["TAILRACE_SHRINK"], let command = words["TAILRACE_SHRINK_COMMAND"] else {
      return
    }
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    let tree = try #require(Tree(file: text), "\(path) is no JSON5")
    let place = URL(filePath: path + ".shrunk")
    let printed = words["TAILRACE_SHRINK_TEXT"] ?? ""
    let output = URL(filePath: path + ".output")
    defer { try? FileManager.default.removeItem(at: output) }
    func status(_ text: String) -> Int32 {
      do {
        try text.write(to: place, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command + " \"$0\"", place.path()]
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        (process.standardOutput, process.standardError) = (handle, handle)
        try process.run()
        process.waitUntilExit()
        try handle.close()
        let text = try String(decoding: Data(contentsOf: output), as: UTF8.self)
        if !printed.isEmpty && !text.contains(printed) { return 0 }
        // Who is killed is told from who ends.
        let isKilled = process.terminationReason == .uncaughtSignal
        return process.terminationStatus + (isKilled ? 1_000 : 0)
      } catch {
        return 0
      }
    }
    let wanted = status(tree.file)
    try #require(wanted != 0, "the command does not fail, or does not print the text")
    var shrinker = Shrinker { status($0) == wanted }
    let small = shrinker.shrink(tree)
    try small.file.write(to: place, atomically: true, encoding: .utf8)
    print("\(shrinker.tries) tries; \(place.path()):\n\(small.file)")
  }
}
