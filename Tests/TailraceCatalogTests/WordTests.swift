import Testing

@testable import TailraceCatalog

@Suite("Words that were meant")
struct WordTests {
  @Test(
    "The nearest word",
    arguments: [
      ("replicsa", "replicas"), ("REPLICAS", "replicas"), ("minReplicas", "min_replicas"),
      ("min-replicas", "min_replicas"), ("shrads", "shards"), ("xyz", nil), ("", nil),
      ("a", nil), ("zone", "zones"),
    ] as [(String, String?)])
  func nearest(word: String, expected: String?) {
    let candidates = ["zones", "shards", "replicas", "min_replicas", "q"]
    #expect(NearestWord.suggest(word, among: candidates) == expected)
  }

  @Test("Ties go by name, whatever the order is")
  func ties() {
    #expect(NearestWord.suggest("bat", among: ["cat", "hat", "bad"]) == "bad")
    #expect(NearestWord.suggest("bat", among: ["hat", "bad", "cat"]) == "bad")
  }

  @Test("Long words are refused")
  func long() {
    let word = String(repeating: "a", count: 65)
    #expect(NearestWord.suggest(word, among: [word + "a"]) == nil)
    #expect(
      NearestWord.suggest("a" + String(repeating: "\u{301}", count: 1_000_000), among: ["a"]) == nil
    )
  }

  @Test("The distance is that of the plain recurrence")
  func distance() {
    func twin(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
      if left.isEmpty || right.isEmpty { return left.count + right.count }
      let (a, b) = (left.dropLast(), right.dropLast())
      let same = left.last == right.last ? 0 : 1
      var best = min(
        twin(Array(a), Array(b)) + same, twin(Array(a), right) + 1, twin(left, Array(b)) + 1)
      if left.count > 1, right.count > 1, left.last == b.last, a.last == right.last {
        best = min(best, twin(Array(a.dropLast()), Array(b.dropLast())) + 1)
      }
      return best
    }
    var generator = Generator(state: 4)
    for _ in 0..<300 {
      func word(_ generator: inout Generator) -> [Unicode.Scalar] {
        (0..<Int.random(in: 1...5, using: &generator)).map { _ in
          ["a", "b", "c"].randomElement(using: &generator)!
        }
      }
      let (left, right) = (word(&generator), word(&generator))
      let expected = twin(left, right)
      for limit in 1...4 {
        let found = NearestWord.distance(left, right, limit: limit)
        #expect(found == (expected <= limit ? expected : nil), "\(left) \(right)")
      }
    }
  }

  @Test("A common word is explained only where what it means may stand")
  func common() {
    let queue = Diagnostic.meaning(of: "capacity", among: ["max_length", "timeout"])
    #expect(queue.suggestion == "max_length" && queue.foreign?.owner == "Java")
    let elsewhere = Diagnostic.meaning(of: "capacity", among: ["handler", "shards"])
    #expect(elsewhere.suggestion == nil && elsewhere.foreign == nil)
    let pool = Diagnostic.meaning(of: "maxConcurrentCalls", among: ["handler", "shards"])
    #expect(pool.suggestion == nil && pool.foreign?.meaning == "pools.size")
  }

  @Test("Foreign words are found as people write them")
  func foreign() {
    #expect(ForeignWords.entries(for: "leastconn").first?.attribution == "HAProxy's leastconn")
    #expect(ForeignWords.entry(for: "period_seconds", among: ["period"])?.owner == "Kubernetes")
    #expect(ForeignWords.entries(for: "fcfs").map(\.name) == ["FIFO"])
    #expect(ForeignWords.entries(for: "replicas").isEmpty)
    #expect(
      ForeignWord("periodSeconds", "period", "Kubernetes").attribution
        == "Kubernetes' periodSeconds")
    #expect(
      ForeignWord("rate", "fill_interval", "NGINX", note: "a time").attribution
        == "NGINX's rate: a time")
    #expect(Set(ForeignWords.all).count == ForeignWords.all.count)
  }
}
