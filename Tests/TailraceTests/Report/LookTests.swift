import Foundation
import Testing

/// Headless Chromium, driven by Python.
private enum Browser {
  static var python: String? { ProcessInfo.processInfo.environment["TAILRACE_PYTHON"] }

  static var isPossible: Bool {
    guard let python, FileManager.default.fileExists(atPath: "/usr/bin/chromium") else {
      return false
    }
    return (try? run(python, ["-c", "import playwright, PIL"]).status) == 0
  }

  static func run(_ program: String, _ arguments: [String]) throws -> (
    status: Int32, output: String
  ) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = Library.root
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }
}

/// What reports look like in a browser: `Tests/tools/look.py`.
@Suite(
  "How reports look", .serialized,
  .enabled(
    if: Browser.isPossible,
    "needs TAILRACE_PYTHON with playwright and pillow, and chromium on the path"))
struct LookTests {
  private func look(_ pages: [URL]) throws -> (status: Int32, output: String) {
    try Browser.run(
      try #require(Browser.python), ["Tests/tools/look.py"] + pages.map { $0.path() })
  }

  private static let commands: [[String]] = [
    ["run", "scenarios/cache-vs-no-cache.jsonc", "--replications", "2"],
    ["run", "scenarios/hot-shard.jsonc", "--replications", "2"],
    ["run", "scenarios/scatter-gather-100.jsonc", "--replications", "2"],
    ["run", "scenarios/trigger-sweep.jsonc", "--replications", "2"],
    ["run", "scenarios/document-search.jsonc", "--replications", "2"],
    ["run", "scenarios/cache-tiers.jsonc", "--replications", "2"],
    ["run", "scenarios/flash-crowd.jsonc", "--replications", "1"],
    ["run", "Tests/Fixtures/report/one-request.jsonc"],
    ["run", "Tests/Fixtures/report/many-replicas.jsonc"],
    ["run", "Tests/Fixtures/report/failures-only.jsonc"],
    ["run", "Tests/Fixtures/report/long-names.jsonc"],
    ["compare", "scenarios/replicated-lb.jsonc", "--replications", "2"],
    [
      "sweep", "scenarios/hedge-or-replicas.jsonc", "--replications", "2", "--param",
      "workloads.users.arrivals.rate=20/s..140/s step 20/s",
    ],
    ["plan", "scenarios/replicas-needed.jsonc", "--find-min", "services.api.replicas"],
  ]

  @Test(
    "Nothing overlaps, leaves its picture, asks the network or is pale, wide or narrow, light or dark"
  )
  func pages() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    var pages: [URL] = []
    for (number, command) in Self.commands.enumerated() {
      let page = place.appending(path: "\(number)-\(command[0]).html")
      let ended = try Program(command + ["--html", page.path(), "-q"])
      #expect([0, 99].contains(ended.status), "\(command): \(ended.errors)")
      pages.append(page)
    }
    let looked = try look(pages)
    #expect(looked.status == 0, "\(looked.output)")
    #expect(looked.output.contains("\(pages.count) reports, 0 things wrong"))
  }

  @Test("A page with text outside its picture, covered text and a picture from elsewhere is told")
  func planted() throws {
    let page = try temporaryFolder().appending(path: "wrong.html")
    let html = """
      <!doctype html><html><body><img src="http://127.0.0.1:9/x.png">
      <svg class="picture" viewBox="0 0 100 100" width="400" height="400"><title>planted</title>
      <rect x="0" y="0" width="10" height="10"/><text x="90" y="50">far outside</text>
      <text x="5" y="20">one</text><text x="6" y="21">two</text></svg></body></html>
      """
    try Data(html.utf8).write(to: page)
    let looked = try look([page])
    #expect(looked.status == 1)
    for word in ["outside: 'far outside'", "'one' covers 'two'", "asks for"] {
      #expect(looked.output.contains(word), "\(word) in \(looked.output)")
    }
    try Data("<!doctype html><html><body></body></html>".utf8).write(to: page)
    let empty = try look([page])
    #expect(empty.status == 1)
    for word in ["no picture", "only 1 colours"] { #expect(empty.output.contains(word)) }
  }
}
