/// Mixtures in the scenario language.
enum MixtureText {
  /// Members with their weights; each law is an object on one line.
  static func of(_ members: [(weight: String, law: String)]) -> String {
    let parts = members.map { "{\"weight\": \($0.weight), \($0.law.dropFirst())" }
    return "{\"type\": \"mixture\", \"of\": [\(parts.joined(separator: ", "))]}"
  }
}
