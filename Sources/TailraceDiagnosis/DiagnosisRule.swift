import TailraceExperiment
import TailraceModel

/// A rule of the diagnosis: which question it answers, and what it finds in a run.
public struct DiagnosisRule: Sendable {
  /// Once for a run, or once for the requests of each workload.
  enum Search: Sendable {
    case run(@Sendable (Facts) -> Claim?)
    case workload(@Sendable (Facts, Tail) -> Claim?)
  }

  /// Lower case with hyphens; no two rules have one.
  public let name: String
  public let question: Question
  /// What it says, in a sentence.
  public let summary: String
  /// The numbers it looks at, and when it stays silent.
  public let looksAt: String
  let search: Search

  /// What it finds: at most one finding, or one for each workload.
  func findings(_ facts: Facts) -> [Finding] {
    switch search {
    case .run(let find): return [finding(find(facts), nil)].compactMap { $0 }
    case .workload(let find):
      let isOne = facts.result.workloads.count == 1
      return facts.tails.compactMap { tail in
        var claim = find(facts, tail)
        if !isOne, let own = claim {
          claim?.sentence = "(\(tail.workload.name)) " + own.sentence
        }
        return finding(claim, tail.workload.name)
      }
    }
  }

  private func finding(_ claim: Claim?, _ workload: String?) -> Finding? {
    guard let claim, let evidence = claim.evidence else { return nil }
    return Finding(
      question: question, rule: name, subject: claim.subject, workload: workload,
      weight: min(1, max(0, claim.weight)), sentence: claim.sentence, evidence: evidence)
  }
}
