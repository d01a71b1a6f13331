import Tailrace
import TailraceDiagnosis

/// The rules of the diagnosis as `explain` shows components.
extension DiagnosisRule {
  /// What names all of them.
  static let table = "diagnosis"

  /// Every word that `explain` knows of them.
  static var words: [String] { [table] + Diagnosis.rules.map(\.name) }

  /// All rules under the table's name, or the rule of a name; empty for any other.
  static func components(named name: String) -> [Component] {
    let own = Diagnosis.rules.filter { $0.name == name }.map(\.component)
    if name != table { return own }
    let details = Diagnosis.rules.map { rule in
      Component.Detail(
        name: "\(rule.name) (\(rule.question.rawValue))", text: rule.summary, source: "")
    }
    return [
      Component(
        name: table,
        summary: "Rules that say what limits throughput, what makes the tail and what "
          + "is idle. Explain a rule by its name.", details: details)
    ]
  }

  private var component: Component {
    Component(
      name: name, summary: summary,
      details: [
        .init(name: "question", text: question.rawValue, source: ""),
        .init(name: "looks at", text: looksAt, source: ""),
      ])
  }
}
