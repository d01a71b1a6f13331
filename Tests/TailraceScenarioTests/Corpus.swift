import Foundation
import Tailrace

/// The files of `Tests/bad` and `scenarios`, wherever the tests run.
enum Corpus {
  static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
  static let bad = tests.appending(path: "bad")
  static let bundled = tests.deletingLastPathComponent().appending(path: "scenarios")

  /// The scenario files of a folder by name.
  static func files(in folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "jsonc" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  static func bytes(_ file: URL) throws -> [UInt8] { try [UInt8](Data(contentsOf: file)) }

  /// What `validate` and `run` print about a file, which is all they know of it.
  static func rendered(_ bytes: [UInt8], name: String, in folder: URL = bad) -> String {
    do throws(Scenario.Invalid) {
      let scenario = try Scenario.load(SourceText(name: name, bytes: bytes), folder: folder.path())
      return "\(name): valid; variants: "
        + scenario.variants.map(\.name).joined(separator: ", ") + "\n"
    } catch {
      return DiagnosticRenderer().render(error.diagnostics, name: name)
    }
  }
}
