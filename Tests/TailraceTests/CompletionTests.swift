import Foundation
import Testing

/// The shells that are installed, and what they make of the scripts.
@Suite("tailrace completions") struct CompletionTests {
  private struct Shell {
    let path: String
    /// Reads a script without running it.
    let check: [String]
  }

  private static func shell(_ name: String) -> Shell? {
    let path = ["/usr/bin/", "/bin/"].map { $0 + name }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    return path.map { Shell(path: $0, check: name == "fish" ? ["--no-execute"] : ["-n"]) }
  }

  static let hasBash = shell("bash") != nil
  static let hasZsh = shell("zsh") != nil
  static let hasFish = shell("fish") != nil

  private static func run(_ path: String, _ arguments: [String], in folder: URL) throws
    -> (status: Int32, output: String)
  {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": Program.folder.path() + ":/usr/bin:/bin", "HOME": folder.path(), "LC_ALL": "C.UTF-8",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// A folder with the script, two scenarios, another file and a folder.
  private static func place(_ shell: String) throws -> URL {
    let place = try temporaryFolder()
    let script = try Program(["completions", shell])
    #expect(script.status == 0 && script.errors == "")
    try Data(script.output.utf8).write(to: place.appending(path: "script"))
    let scenario = try Data(
      contentsOf: Library.root.appending(path: "scenarios/cache-vs-no-cache.jsonc"))
    for name in ["shop one.jsonc", "shop-two.json5", "notes.txt"] {
      try scenario.write(to: place.appending(path: name))
    }
    try FileManager.default.createDirectory(
      at: place.appending(path: "shelf"), withIntermediateDirectories: false)
    return place
  }

  private static func check(_ name: String) throws {
    let shell = try #require(Self.shell(name))
    let place = try place(name)
    defer { try? FileManager.default.removeItem(at: place) }
    let (status, output) = try run(shell.path, shell.check + ["script"], in: place)
    #expect(status == 0 && output == "", "\(output)")
  }

  @Test("bash reads its script", .enabled(if: hasBash, "no bash")) func bash() throws {
    try Self.check("bash")
  }
  @Test("zsh reads its script", .enabled(if: hasZsh, "no zsh")) func zsh() throws {
    try Self.check("zsh")
    let place = try Self.place("zsh")
    defer { try? FileManager.default.removeItem(at: place) }
    let line = "autoload -Uz compinit; compinit -u; source script; print -r $_comps[tailrace]"
    let shell = try #require(Self.shell("zsh"))
    #expect(try Self.run(shell.path, ["-f", "-c", line], in: place).output == "_tailrace\n")
  }
  @Test("fish reads its script", .enabled(if: hasFish, "no fish")) func fish() throws {
    try Self.check("fish")
  }

  /// Lines up to the cursor, and what both bash and fish offer for the last word.
  static let lines: [(words: [String], offers: [String])] = [
    (["comp"], ["compare", "completions"]), (["help", "expl"], ["explain"]),
    (["completions", ""], ["bash", "fish", "zsh"]), (["run", "--se"], ["--seed", "--set"]),
    (["run", "--color", ""], ["always", "auto", "never"]),
    (["graph", "--format", ""], ["dot", "mermaid", "svg"]),
    (["missing", "--format", "r"], ["ranges"]),
    (["run", "shop"], ["shop one.jsonc", "shop-two.json5"]),
    (["run", "-o", "s"], ["shelf"]), (["fit", "n"], ["notes.txt"]),
    (
      ["run", "shop-two.json5", "--variant", "half"],
      [
        "half-db", "half-db-flush", "half-db-no-cache",
      ]
    ),
    (
      ["compare", "shop-two.json5", "--variants", "half"],
      ["half-db", "half-db-flush", "half-db-no-cache"]
    ),
    (
      ["sweep", "shop-two.json5", "--variants", "cache,half-db-"],
      ["cache,half-db-flush", "cache,half-db-no-cache"]
    ),
    (["report", "s"], ["shelf"]), (["explain", "LEAST_R"], ["LEAST_REQUEST"]),
    (["explain", "shop-"], ["shop-two.json5"]),
    (["-q", "valid"], ["validate"]), (["schema", "--js"], []),
  ]

  @Test("bash completes", .enabled(if: hasBash, "no bash"), arguments: lines)
  func completesInBash(words: [String], offers: [String]) throws {
    let place = try Self.place("bash")
    defer { try? FileManager.default.removeItem(at: place) }
    let line = """
      source ./script; COMP_WORDS=(tailrace "$@"); COMP_CWORD=$#; _tailrace
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let shell = try #require(Self.shell("bash"))
    let (_, output) = try Self.run(shell.path, ["-c", line, "bash"] + words, in: place)
    #expect(output.split(separator: "\n").map(String.init).sorted() == offers)
  }

  @Test("bash completes behind an equals sign too", .enabled(if: hasBash, "no bash"))
  func equalsSign() throws {
    try completesInBash(words: ["run", "--color", "=", "al"], offers: ["always"])
    try completesInBash(words: ["run", "--color", "="], offers: ["always", "auto", "never"])
  }

  @Test("fish completes", .enabled(if: hasFish, "no fish"), arguments: lines)
  func completesInFish(words: [String], offers: [String]) throws {
    let place = try Self.place("fish")
    defer { try? FileManager.default.removeItem(at: place) }
    let line = (["tailrace"] + words).joined(separator: " ")
    let shell = try #require(Self.shell("fish"))
    let (_, output) = try Self.run(
      shell.path, ["--no-config", "-c", "source script; complete -C '\(line)'"], in: place)
    // Behind a tab stands the help; folders end in a slash.
    let found = output.split(separator: "\n").compactMap { line -> String? in
      line.split(separator: "\t").first.map {
        String($0.hasSuffix("/") ? $0.dropLast() : $0).replacing("\\", with: "")
      }
    }
    let extra = Set(found).subtracting(offers)
    #expect(Set(offers).isSubset(of: found), "\(output)")
    #expect(extra.isEmpty, "\(extra)")
  }

  @Test("Every command and option is in every script") func complete() throws {
    let commands = try Program(["help"]).output
    for shell in ["bash", "zsh", "fish"] {
      let script = try Program(["completions", shell]).output
      for command in ["run", "graph", "merge", "completions"] {
        #expect(commands.contains("  \(command) ") && script.contains(command))
        let help = try Program(["help", command]).output
        for match in help.matches(of: /(?m)^\s+(?:-\w, )?--([a-z-]+)/) {
          let dashes = shell == "fish" ? "-l " : "--"
          #expect(script.contains(dashes + match.1), "\(shell): \(match.1)")
        }
      }
    }
    let unknown = try Program(["completions", "tcsh"])
    #expect(unknown.status == 2 && unknown.errors.contains("one of bash, zsh, fish"))
  }
}
