import Foundation
import Testing

/// A committed file whose bytes the program makes; `RECORD=1` writes it anew and fails once.
enum Recorded {
  static func expect(_ text: String, in file: URL) {
    let name = file.lastPathComponent
    if (try? Data(contentsOf: file)) == Data(text.utf8) { return }
    guard ProcessInfo.processInfo.environment["RECORD"] == "1" else {
      Issue.record("\(name) is not what the program makes; RECORD=1 writes it anew")
      return
    }
    do {
      try Data(text.utf8).write(to: file, options: .atomic)
      Issue.record("\(name) was written anew; read the difference")
    } catch { Issue.record("\(name) cannot be written: \(error)") }
  }
}
