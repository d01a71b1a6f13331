import Foundation
import Tailrace
import Testing

/// Every bad file has its exact complaint beside it; `RECORD=1` writes them anew.
@Suite struct BadScenarioTests {
  @Test func everyBadFileIsRefusedInTheseWords() throws {
    let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"
    let files = try Corpus.files(in: Corpus.bad)
    #expect(files.count >= 150)
    for file in files {
      let name = file.lastPathComponent
      let text = Corpus.rendered(try Corpus.bytes(file), name: name)
      let expected = file.deletingPathExtension().appendingPathExtension("expected")
      if isRecording { try Data(text.utf8).write(to: expected) }
      let wanted = try? String(contentsOf: expected, encoding: .utf8)
      #expect(text == wanted, "\(name)")
      #expect(text.contains("Nothing was run."), "\(name) passes")
    }
    if isRecording { Issue.record("the expected texts were written anew; read them") }
  }

  @Test func everyBundledScenarioIsAccepted() throws {
    for file in try Corpus.files(in: Corpus.bundled) {
      let text = Corpus.rendered(
        try Corpus.bytes(file), name: file.lastPathComponent, in: Corpus.bundled)
      #expect(text.contains(": valid; variants: "), "\(text)")
    }
  }

  /// A thousand variants of a large file would be a thousand large files.
  @Test func variantsMayNotMultiplyADocumentBeyondMeasure() {
    var text = "{ tailrace: 1, run: { duration: \"1s\" }, workloads: { w: {\n"
    text += "  arrivals: { type: \"poisson\", rate: \"1/s\" }, steps: [{ call: \"s0\" }] } },\n"
    text += "services: {\n"
    for i in 0..<1_000 { text += "  s\(i): { handler: [{ work: \"1ms\" }] },\n" }
    text += "}, variants: {\n"
    for i in 0..<1_000 { text += "  v\(i): { \"services.s\(i).replicas\": 2 },\n" }
    text += "} }\n"
    let rendered = Corpus.rendered([UInt8](text.utf8), name: "large.jsonc")
    #expect(rendered.contains("1000 variants x 6014 values = 6014000; at most 5000000"))
  }

  /// A thousand lines with a mistake in every twentieth: all are told in one go.
  @Test func fiftyMistakesAreToldAtOnce() {
    var text = "{ tailrace: 1, run: { duration: \"1s\" }, workloads: { w: {\n"
    text += "  arrivals: { type: \"poisson\", rate: \"1/s\" }, steps: [{ call: \"s0\" }] } },\n"
    text += "services: {\n"
    for i in 0..<199 {
      let key = i < 50 ? "replicsa" : "replicas"
      text += "  s\(i): {\n    \(key): 2,\n    concurrency: 4,\n"
      text += "    handler: [{ work: \"1ms\" }],\n  },\n"
    }
    text += "} }\n"
    #expect(text.split(separator: "\n").count >= 998)
    let began = ContinuousClock.now
    let rendered = Corpus.rendered([UInt8](text.utf8), name: "long.jsonc")
    print("50 mistakes in 1,000 lines took \(ContinuousClock.now - began)")
    #expect(rendered.contains("long.jsonc: 50 errors."))
    #expect(rendered.split(separator: "\n").count { $0.contains(": error: ") } == 50)
    for i in 0..<50 { #expect(rendered.contains("unknown key 'replicsa' in service 's\(i)'")) }
  }
}
