import Foundation
import Testing

/// A page of the documentation whose blocks of code are files to write and commands to run.
///
/// A block that opens with `// name` is that file. In a block that opens with `$ command` the lines
/// below it are what the command prints; a command goes on behind a `\`.
struct RunnablePage {
  let file: URL
  private(set) var lines: [String]

  static let folder = Library.root.appending(path: "Sources/Tailrace/Tailrace.docc")

  init(_ file: URL) throws {
    self.file = file
    lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
  }

  /// What stands between two fences.
  private var blocks: [Range<Int>] {
    let fences = lines.indices.filter { lines[$0].hasPrefix("```") }
    return stride(from: 0, to: fences.count - 1, by: 2).map { fences[$0] + 1..<fences[$0 + 1] }
  }

  /// Commands and outputs that are not as the page says, after everything was run in order.
  ///
  /// - Parameters:
  ///   - folder: where the page's reader is.
  ///   - tools: by first word the program to run instead of the one on the path; a command whose
  ///     word has nil is skipped.
  /// - Returns: how many commands were run, and those with another output.
  /// - Throws: where a file cannot be written or the shell does not start.
  mutating func run(
    in folder: URL, tools: [String: String?] = [:]
  ) throws -> (count: Int, wrong: [String]) {
    var count = 0
    var wrong: [String] = []
    // From the end, so that new outputs do not move the places of others; outputs of all come first.
    var replacements: [(Range<Int>, [String])] = []
    for block in blocks {
      let first = lines[block.lowerBound]
      if first.hasPrefix("// ") {
        let text = lines[block].joined(separator: "\n") + "\n"
        // A page that runs where other files are does not replace them.
        try Data(text.utf8).write(
          to: folder.appending(path: first.dropFirst(3)), options: .withoutOverwriting)
      }
      guard first.hasPrefix("$ ") else { continue }
      var place = block.lowerBound
      while place < block.upperBound {
        var end = place + 1
        while lines[end - 1].hasSuffix("\\") { end += 1 }
        let command = String(lines[place..<end].joined(separator: "\n").dropFirst(2))
        let next =
          (end..<block.upperBound).first { lines[$0].hasPrefix("$ ") } ?? block.upperBound
        defer { place = next }
        let word = command.split(separator: " ").first.map(String.init) ?? ""
        if let tool = tools[word], tool == nil { continue }
        let printed = try Self.shell(command, in: folder, tools: tools)
        count += 1
        if printed != Array(lines[end..<next]) { wrong.append(command) }
        replacements.append((end..<next, printed))
      }
    }
    for (range, text) in replacements.reversed() { lines.replaceSubrange(range, with: text) }
    return (count, wrong)
  }

  /// Writes the page with the outputs of the latest run.
  func record() throws {
    try Data(lines.joined(separator: "\n").utf8).write(to: file, options: .atomic)
  }

  /// The lines that a command prints, its exit code behind them where that is not 0.
  private static func shell(
    _ command: String, in folder: URL, tools: [String: String?]
  ) throws -> [String] {
    let aliases = tools.map { word, path in path.map { "\(word)() { \"\($0)\" \"$@\"; }\n" } ?? "" }
    let (status, text) = try Tools.output(
      of: aliases.joined() + command + "\n", in: folder,
      environment: [
        "PATH": "\(Program.folder.path()):/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C",
      ])
    var printed = text.components(separatedBy: "\n")
    if printed.last == "" { printed.removeLast() }
    if status != 0 { printed.append("(exit \(status))") }
    return printed
  }
}

@Suite("Pages that run") struct PageTests {
  /// Runs a page and tells what differs; with RECORD set it writes what came.
  private func check(_ name: String, in folder: URL, tools: [String: String?] = [:]) throws -> Int {
    try check(RunnablePage.folder.appending(path: name), in: folder, tools: tools)
  }

  private func check(_ file: URL, in folder: URL, tools: [String: String?] = [:]) throws -> Int {
    var page = try RunnablePage(file)
    let (count, wrong) = try page.run(in: folder, tools: tools)
    #expect(wrong == [], "\(file.lastPathComponent) differs")
    if !wrong.isEmpty, ProcessInfo.processInfo.environment["RECORD"] != nil { try page.record() }
    return count
  }

  @Test("CSV.md: every command prints what the page says (those of tools that are here)")
  func csv() throws {
    var tools: [String: String?] = ["python3": Tools.hasPandas ? Tools.python : nil]
    for word in ["sqlite3", "Rscript"] where !Tools.succeeds("command -v \(word)") {
      tools[word] = .some(nil)
    }
    #expect(try check("CSV.md", in: Library.root, tools: tools) >= 1)
  }

  @Test("Tutorial.md: from an empty folder, every command prints what the page says")
  func tutorial() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try check("Tutorial.md", in: folder) == 7)
  }

  @Test("README.md: its first run prints what it says; its file is valid, 3.87 % get no price")
  func readme() throws {
    let readme = Library.root.appending(path: "README.md")
    #expect(try check(readme, in: Library.root) == 1)
    let text = try String(contentsOf: readme, encoding: .utf8)
    let shop = try #require(text.components(separatedBy: "\n```jsonc\n").dropFirst().first)
    let file = shop.components(separatedBy: "\n```\n")[0]
    #expect(try Program(["run", "-"], input: file).output.contains("degraded 62,730 (3.87 %)"))
  }

  @Test("A page's files are written, its commands run, and other outputs are told")
  func runs() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(
      "```json\n// a.txt\n1\n```\n```\n$ cat \\\n  a.txt\n// a.txt\n1\n$ false\nno\n```\n".utf8
    ).write(to: folder.appending(path: "Page.md"))
    var page = try RunnablePage(folder.appending(path: "Page.md"))
    let (count, wrong) = try page.run(in: folder)
    #expect(count == 2 && wrong == ["false"])
    #expect(page.lines.suffix(4) == ["$ false", "(exit 1)", "```", ""])
  }
}
