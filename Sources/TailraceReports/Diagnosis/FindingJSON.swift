import TailraceDiagnosis
import TailraceExperiment

/// A finding in the summary document.
///
/// `question` is `limit`, `tail` or `idle`; `rule` is a word of `tailrace explain diagnosis`;
/// `subject_kind` and `subject` name what it is about; `workload` is there where it is about the
/// requests of one; `weight_ratio` orders the findings to a question; `text` is the sentence, and
/// `evidence` holds every number in it, and more, with the units in the names.
struct FindingJSON: Encodable {
  let finding: Finding

  init(_ finding: Finding) { self.finding = finding }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(finding.question.rawValue, forKey: .question)
    try document.encode(finding.rule, forKey: .rule)
    try document.encode(finding.subject.kind.rawValue, forKey: .subjectKind)
    try document.encode(finding.subject.name, forKey: .subject)
    try document.encodeIfPresent(finding.workload, forKey: .workload)
    try document.encode(Finite(finding.weight), forKey: .weight)
    try document.encode(FindingText().text(finding), forKey: .text)
    let evidence = NumberMap(
      members: finding.evidence.map { ($0.key, Optional($0.fileValue)) })
    try document.encode(evidence, forKey: .evidence)
  }

  private enum Key: String, CodingKey {
    case question, rule, subject, workload, text, evidence
    case subjectKind = "subject_kind"
    case weight = "weight_ratio"
  }
}
