/// A word of another product, and what Tailrace calls it.
public struct ForeignWord: Hashable, Sendable {
  /// The word as its owner spells it.
  public let word: String
  /// Tailrace's word or path, or a pair of them as text.
  public let meaning: String
  /// Whose word it is.
  public let owner: String
  /// What else has to change; empty where nothing has.
  public let note: String
  /// Whether the word means so much elsewhere that it is explained only where its meaning may stand.
  public let isCommon: Bool

  /// Makes an entry.
  public init(
    _ word: String, _ meaning: String, _ owner: String, note: String = "", isCommon: Bool = false
  ) {
    self.word = word
    self.meaning = meaning
    self.owner = owner
    self.note = note
    self.isCommon = isCommon
  }

  /// The last part of the meaning: the key or value itself.
  public var name: String {
    guard let dot = meaning.lastIndex(of: ".") else { return meaning }
    return String(meaning[meaning.index(after: dot)...])
  }

  /// The word with its owner, such as `HAProxy's leastconn`, and what else has to change.
  public var attribution: String {
    owner + (owner.hasSuffix("s") ? "' " : "'s ") + word + (note.isEmpty ? "" : ": " + note)
  }
}

/// The table of foreign words; they are explained in errors, and never accepted.
public enum ForeignWords {
  /// The entries for a word, in the order of the table; case, `-` and `_` do not matter.
  public static func entries(for word: String) -> [ForeignWord] {
    guard word.utf8.count <= NearestWord.lengthMax else { return [] }
    let target = NearestWord.normal(word)
    return all.filter { NearestWord.normal($0.word) == target }
  }

  /// The entry for a word whose meaning is one of the candidates.
  public static func entry(for word: String, among candidates: [String]) -> ForeignWord? {
    entries(for: word).first { candidates.contains($0.name) }
  }
}
