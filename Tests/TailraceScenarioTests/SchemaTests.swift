import Foundation
import Tailrace
import Testing

/// Python with PyPI's `jsonschema`, an implementation of JSON Schema that is not ours.
///
/// `TAILRACE_PYTHON` names the interpreter; `.ci/run` makes one with the package.
enum Python {
  static let path = ProcessInfo.processInfo.environment["TAILRACE_PYTHON"] ?? "python3"
  static let hasJSONSchema = (try? run(["-c", "import jsonschema"])) != nil

  /// What a script prints; throws where it fails.
  static func run(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [path] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What an editor sees through the schema is what the reader sees.
@Suite struct SchemaTests {
  @Test(
    "Another JSON Schema implementation takes every scenario and refuses what the corpus says",
    .enabled(
      if: Python.hasJSONSchema,
      "skipped: no python3 with jsonschema (pip install jsonschema; TAILRACE_PYTHON names it)"))
  func schemaAndReaderAgree() throws {
    var lines = ""
    func add(_ name: String, _ document: Node) {
      let text = JSONWriter.text(document).split(separator: "\n").joined()
      lines += "{ \"name\": \(JSONWriter.quoted(name)), \"document\": \(text) }\n"
    }
    var valid = Set<String>()
    for file in try Corpus.files(in: Corpus.bundled) {
      let source = SourceText(name: file.lastPathComponent, bytes: try Corpus.bytes(file))
      add(source.name, try #require(JSON5Reader.read(source).0))
      valid.insert(source.name)
      let scenario = try Scenario.load(source, folder: Corpus.bundled.path)
      for variant in scenario.variants {
        let name = "\(source.name) \(variant.name), resolved"
        add(name, variant.resolved(of: scenario))
        valid.insert(name)
      }
    }
    var refused: [String] = []
    for file in try Corpus.files(in: Corpus.bad) {
      let source = SourceText(name: file.lastPathComponent, bytes: try Corpus.bytes(file))
      // Text that is no JSON5 never meets the schema.
      guard let document = JSON5Reader.read(source).0, JSON5Reader.read(source).1.isEmpty else {
        continue
      }
      add(source.name, document)
      refused.append(source.name)
    }
    let accepted = try accepts(lines)
    #expect(valid.subtracting(accepted) == [])
    // What takes more than a schema to see: references, sums, paths of variants.
    let beyond = refused.filter(accepted.contains).joined(separator: "\n") + "\n"
    let file = Corpus.tests.appending(path: "bad/beyond-schema.txt")
    Recorded.expect(beyond, in: file)
    #expect(refused.count - refused.count(where: accepted.contains) >= 100)
  }

  /// Names of the documents that the schema accepts.
  private func accepts(_ lines: String) throws -> Set<String> {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tailrace-schema-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let schema = folder.appending(path: "schema.json")
    let documents = folder.appending(path: "documents.jsonl")
    try Data(SchemaText.make().utf8).write(to: schema)
    try Data(lines.utf8).write(to: documents)
    let script = Corpus.tests.appending(path: "tools/schema_accepts.py")
    let names = try Python.run([script.path(), schema.path(), documents.path()])
    return Set(names.split(separator: "\n").map(String.init))
  }
}
