import Foundation
import Testing

/// Tests/PROPERTIES.md says which test shows what: none of them may be gone.
@Suite("Table of properties") struct PropertyTableTests {
  /// `Suite/test` of every test in the sources.
  static let known: Set<String> = {
    var found: Set<String> = []
    let tests = Library.root.appending(path: "Tests")
    let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift",
        let text = try? String(contentsOf: file, encoding: .utf8)
      else { continue }
      found.formUnion(names(in: text))
    }
    return found
  }()

  /// The tests of a file: each belongs to the suite above it.
  private static func names(in text: String) -> [String] {
    var names: [String] = []
    var suite: Substring?
    var isTest = false
    for line in text.split(separator: "\n") {
      if line.contains("@Suite"), let match = line.firstMatch(of: /struct (\w+)/) {
        suite = match.1
      }
      isTest = isTest || line.contains("@Test")
      if isTest, let match = line.firstMatch(of: /func (\w+)/) {
        if let suite { names.append("\(suite)/\(match.1)") }
        isTest = false
      }
    }
    return names
  }

  @Test("Every test that the table names exists, and the counts above it are right")
  func everyTest() throws {
    let text = try String(
      contentsOf: Library.root.appending(path: "Tests/PROPERTIES.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.contains(/^\| \d+ \|/) }
    let shown = rows.filter { $0.contains(/`\w+Tests\/\w+`/) }
    var named: Set<String> = []
    for row in shown {
      for match in row.matches(of: /`(\w+Tests\/\w+)`/) { named.insert(String(match.1)) }
    }
    #expect(named.subtracting(Self.known).sorted() == [])
    #expect(text.contains("\(shown.count) properties, \(named.count) tests"))
    #expect(text.contains("the \(rows.count - shown.count) that wait"))
  }

  @Test("A test that is not there is missed")
  func missing() {
    #expect(Self.known.contains("PropertyTableTests/everyTest"))
    #expect(!Self.known.contains("PropertyTableTests/names"))
    #expect(Self.names(in: "@Suite(\"A\") struct A {\n  func b() {}\n}").isEmpty)
  }
}
