import Foundation
import Tailrace
import Testing

/// Where a reader looks a key up: each is in the schema, in `list`, in `explain` and on the page.
@Suite("Pages of the knobs") struct KnobPagesTests {
  private static let components = Catalogue.shelves.flatMap(\.components)
  private static let verbs = components.map(\.kind).filter { $0.hasPrefix("step ") }

  @Test("No component with keys is shown twice")
  func once() {
    let kinds = Self.components.filter { !$0.keys.isEmpty }.map(\.kind)
    let repeated = Dictionary(grouping: kinds, by: \.self).filter { $0.value.count > 1 }.keys
    #expect(repeated.sorted() == [])
  }

  @Test("The schema has each key with its meaning, and each of its words")
  func schema() throws {
    let data = Data(SchemaText.make().utf8)
    let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let definitions = try #require(document?["$defs"] as? [String: Any])
    for component in Self.components where !component.keys.isEmpty {
      // Steps have the common fields each for itself.
      let kinds = component.kind == "step" ? Self.verbs : [component.kind]
      for kind in kinds {
        let definition = definitions[kind] as? [String: Any]
        let properties = try #require(definition?["properties"] as? [String: Any], "\(kind)")
        for key in component.keys {
          let place = "\(kind): \(key.name)"
          let property = try #require(properties[key.name] as? [String: Any], "\(place)")
          let description = property["description"] as? String ?? ""
          #expect(description.hasPrefix(key.summary), "\(place)")
          let shape = try JSONSerialization.data(withJSONObject: property)
          let text = String(decoding: shape, as: UTF8.self)
          for word in key.schema.words {
            #expect(text.contains("\"\(word)\""), "\(place) \(word)")
          }
        }
      }
    }
  }

  @Test("The reference page has a line for each key in its component's section")
  func reference() throws {
    var sections: [String: Substring] = [:]
    for part in ReferenceText.make()[...].split(separator: "\n### ") {
      sections[String(part.prefix { $0 != "\n" }), default: ""] += part
    }
    for component in Self.components where !component.keys.isEmpty {
      let section = try #require(sections[component.kind], "\(component.kind)")
      for key in component.keys {
        #expect(section.contains("\n| `\(key.name)` |"), "\(component.kind): \(key.name)")
      }
    }
  }

  @Test("'list' names each component with its summary")
  func list() throws {
    let lines = try Program(["list"]).output.split(separator: "\n")
    for component in Self.components {
      #expect(
        lines.contains { $0.hasPrefix("  \(component.name) ") && $0.hasSuffix(component.summary) },
        "\(component.name)")
    }
  }

  @Test("'explain' tells of each component all keys with their meaning")
  func explain() throws {
    for component in Self.components where !component.keys.isEmpty {
      let output = try Program(["explain", component.kind]).output
      for key in component.keys {
        #expect(
          output.contains("\n  \(key.name)\n    \(key.summary)\n"),
          "\(component.kind): \(key.name)")
      }
    }
  }

  @Test(
    "The schema accepts every scenario of the table",
    .enabled(if: hasJSONSchema, "skipped: no python3 with PyPI's jsonschema (TAILRACE_PYTHON)"))
  func accepted() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var lines = ""
    var names: [String] = []
    for line in KnobTests.lines {
      let key = try #require(KnobTests.key(line.knob.key, of: line.group.kind))
      for (value, run) in line.group.accepted(line.knob, of: key) {
        let name = "\(line.name) = \(value)"
        let document = try run.document().replacing("\n", with: " ")
        lines += "{ \"name\": \(JSONWriter.quoted(name)), \"document\": \(document) }\n"
        names.append(name)
      }
    }
    let files = [folder.appending(path: "schema.json"), folder.appending(path: "documents.jsonl")]
    for (file, text) in zip(files, [SchemaText.make(), lines]) {
      try Data(text.utf8).write(to: file)
    }
    let script = Library.root.appending(path: "Tests/tools/schema_accepts.py").path()
    let output = try python([script] + files.map { $0.path() })
    let accepted = Set(output.split(separator: "\n").map(String.init))
    #expect(names.filter { !accepted.contains($0) } == [])
  }
}

/// `TAILRACE_PYTHON` names the interpreter; `.ci/run` makes one with PyPI's `jsonschema`.
private let hasJSONSchema = (try? python(["-c", "import jsonschema"])) != nil

/// What a script prints; throws where it fails.
private func python(_ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments =
    [ProcessInfo.processInfo.environment["TAILRACE_PYTHON"] ?? "python3"] + arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  let bytes = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  return String(decoding: bytes, as: UTF8.self)
}
