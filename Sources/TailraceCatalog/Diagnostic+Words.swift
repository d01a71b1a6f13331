extension Diagnostic {
  /// An unknown key, with the nearest known one, or the foreign word explained, or all there are if
  /// they are few.
  ///
  /// - Parameters:
  ///   - member: The key with its value.
  ///   - place: What the key stands in, such as `service 'db'`.
  ///   - candidates: The keys that may stand there.
  /// - Returns: The mistake, at the key.
  public static func unknownKey(
    _ member: Node.Member, in place: String, among candidates: [String]
  ) -> Diagnostic {
    var message = "unknown key '\(member.name.clipped)' in \(place)"
    let (suggestion, foreign) = meaning(of: member.name, among: candidates)
    if let suggestion { message += "; did you mean '\(suggestion)'?" }
    if let foreign {
      message += suggestion == nil ? "; here it is '\(foreign.meaning)'" : ""
      message += " (\(foreign.attribution))"
    } else if suggestion == nil && (1...12).contains(candidates.count) {
      message += "; known here: " + candidates.joined(separator: " ")
    }
    return Diagnostic(
      .unknownKey, source: member.value.source, range: member.nameRange, message: message)
  }

  /// A word that is none of the choices, with the nearest one or the foreign word explained.
  public static func unknownChoice(
    _ node: Node, key: String, among candidates: [String]
  ) -> Diagnostic {
    guard let word = node.string else {
      let wanted = "one of " + candidates.map { "\"\($0)\"" }.joined(separator: ", ")
      let mistake = QuantityMistake.wrongType(wanted: wanted, found: node.kindName)
      return mistake.diagnostic(at: node, key: key)
    }
    var message = "'\(key.clipped)' cannot be \"\(word.clipped)\""
    let (suggestion, foreign) = meaning(of: word, among: candidates)
    if let suggestion {
      message += "; did you mean \"\(suggestion)\"?"
    } else if foreign == nil {
      message += "; it is one of " + candidates.joined(separator: " ")
    }
    if let foreign {
      message += suggestion == nil ? "; here it is '\(foreign.meaning)'" : ""
      message += " (\(foreign.attribution))"
    }
    return Diagnostic(.unknownChoice, at: node, message: message)
  }

  /// A foreign word that means a candidate goes first, then the nearest word, then a foreign
  /// word that means something elsewhere.
  static func meaning(
    of word: String, among candidates: [String]
  ) -> (suggestion: String?, foreign: ForeignWord?) {
    if let foreign = ForeignWords.entry(for: word, among: candidates) {
      return (foreign.name, foreign)
    }
    if let near = NearestWord.suggest(word, among: candidates) { return (near, nil) }
    return (nil, ForeignWords.entries(for: word).first { !$0.isCommon })
  }
}
