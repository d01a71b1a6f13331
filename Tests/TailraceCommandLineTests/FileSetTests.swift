import Foundation
import Testing

@testable import TailraceCommandLine

@Suite("Files")
final class FileSetTests {
  private let folder: String
  private let manager = FileManager.default

  init() throws {
    folder = NSTemporaryDirectory() + "/tailrace-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func set(_ names: String..., text: String = "x") -> FileSet {
    FileSet(names.map { .init(name: $0, contents: Array(text.utf8)) })
  }

  private func names(_ path: String) throws -> [String] {
    try manager.contentsOfDirectory(atPath: path).sorted()
  }

  @Test("Writes into a new folder, and leaves nothing else")
  func newFolder() throws {
    let out = folder + "/a/b"
    try set("manifest.json", "summary.txt").write(to: out)
    #expect(try names(out) == ["manifest.json", "summary.txt"])
    #expect(try Streams.read(out + "/summary.txt") == Array("x".utf8))
  }

  @Test("Replaces what an earlier run left, and nothing of others")
  func stale() throws {
    try set("summary.csv", "report.html", "notes.md").write(to: folder)
    try set("summary.txt", "manifest.json", text: FileSet.mark).write(to: folder)
    let before = ["manifest.json", "notes.md", "report.html", "summary.csv", "summary.txt"]
    #expect(try names(folder) == before)
    try set("summary.txt").write(to: folder)
    #expect(try names(folder) == ["notes.md", "summary.txt"])
  }

  @Test("A failure leaves the folder as it was")
  func failure() throws {
    try set("summary.txt", "manifest.json", text: FileSet.mark).write(to: folder)
    try manager.createDirectory(
      atPath: folder + "/services.csv", withIntermediateDirectories: true)
    let error = #expect(throws: FileError.self) {
      try self.set("summary.txt", "services.csv", text: "new").write(to: self.folder)
    }
    #expect(error?.text == "error: cannot write '\(folder)/services.csv': it is a folder\n")
    #expect(try Streams.read(folder + "/summary.txt") == Array(FileSet.mark.utf8))
    #expect(try names(folder) == ["manifest.json", "services.csv", "summary.txt"])
  }

  @Test("A file where a folder should be")
  func notAFolder() throws {
    try FileSet.write([1], to: folder + "/file")
    let path = folder + "/file"
    let error = #expect(throws: FileError.self) { try self.set("a").write(to: path) }
    #expect(error == FileError("create", path, cause: "it exists and is not a folder"))
    let below = #expect(throws: FileError.self) { try self.set("a").write(to: path + "/b") }
    #expect(below?.cause == "it exists and is not a folder")
  }

  @Test("Causes in words", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func causes() {
    let full = #expect(throws: FileError.self) { try FileSet.write([1], to: "/dev/full") }
    #expect(full?.text == "error: cannot write '/dev/full': no space left on the device\n")
    let missing = #expect(throws: FileError.self) { try Streams.read("/no/such") }
    #expect(missing?.cause == "no such file or folder")
    let place = folder
    let isFolder = #expect(throws: FileError.self) { try Streams.read(place) }
    #expect(isFolder?.cause == "it is a folder")
  }

  @Test("Input has a limit")
  func limit() throws {
    try FileSet.write([1, 2, 3], to: folder + "/three")
    let path = folder + "/three"
    #expect(try Streams.read(path, limit: 3) == [1, 2, 3])
    #expect(throws: FileError.self) { try Streams.read(path, limit: 2) }
  }

  @Test("Paths")
  func paths() {
    #expect(Folder.split("/a") == ("/", "a"))
    #expect(Folder.split("a/b/") == ("a", "b"))
    #expect(Folder.split("a") == ("", "a"))
    #expect(Folder.join("/", "a") == "/a")
    #expect(Folder.join("", "a") == "a")
  }
}
