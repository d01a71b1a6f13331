/// What a diagnosis answers.
public enum Question: String, CaseIterable, Sendable {
  /// What keeps the throughput from being higher, or takes away from it.
  case limit
  /// What makes the slow requests slow.
  case tail
  /// What could be less.
  case idle
}

/// What a finding is about.
public struct Subject: Sendable, Hashable {
  public enum Kind: String, Sendable { case workload, service, cache, ports, pool }

  public var kind: Kind
  public var name: String

  public init(_ kind: Kind, _ name: String) { (self.kind, self.name) = (kind, name) }
}

/// One answer that a rule found in the numbers of a run.
public struct Finding: Sendable {
  public var question: Question
  /// The rule's name.
  public var rule: String
  public var subject: Subject
  /// The workload whose requests it is about; nil for all.
  public var workload: String?
  /// From 0 to 1: of findings to one question the heaviest comes first.
  public var weight: Double
  public var sentence: Sentence
  /// The numbers of the sentence, then more; each name once.
  public var evidence: [Evidence]
}

/// What a rule says: a finding without the rule's own name and question.
struct Claim {
  var subject: Subject
  var weight: Double
  var sentence: Sentence
  var also: [Evidence] = []

  /// All numbers, each name once; nil where one is not finite.
  var evidence: [Evidence]? {
    var all: [Evidence] = []
    for number in sentence.numbers + also {
      guard number.value.isFinite else { return nil }
      if let known = all.first(where: { $0.name == number.name }) {
        assert(known == number, "two numbers called '\(number.name)'")
      } else {
        all.append(number)
      }
    }
    return all
  }
}
