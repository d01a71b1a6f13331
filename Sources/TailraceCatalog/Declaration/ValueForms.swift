extension ValueForm where Value == UInt64 {
  /// A duration in nanoseconds.
  public static func duration(
    _ range: ClosedRange<UInt64> = 0...QuantityScanner.durationMax
  ) -> ValueForm {
    ValueForm(
      "a duration with its unit, such as \"250ms\"", schema: .duration(range),
      write: { "\"\(QuantityText.duration($0))\"" },
      read: { node, key, reading in
        reading.noting { () throws(Diagnostic) in
          try QuantityScanner.duration(node, key: key, in: range)
        }
      })
  }

  /// A size in bytes.
  public static func size(_ range: ClosedRange<UInt64>) -> ValueForm {
    ValueForm(
      "a size with its unit, such as \"64KiB\"", schema: .size(range),
      write: { "\"\(QuantityText.size($0))\"" },
      read: { node, key, reading in
        reading.noting { () throws(Diagnostic) in
          try QuantityScanner.size(node, key: key, in: range)
        }
      })
  }

  /// A whole number that is not negative, such as a seed.
  public static var unsigned: ValueForm {
    ValueForm(
      "a whole number from 0", schema: .integer(0...Int64.max), write: { String($0) },
      read: { node, key, reading in
        reading.noting { () throws(Diagnostic) in
          UInt64(try QuantityScanner.integer(node, key: key, in: 0...Int64.max))
        }
      })
  }
}

extension ValueForm where Value == Int {
  /// A whole number.
  public static func integer(_ range: ClosedRange<Int64>) -> ValueForm {
    ValueForm(
      range.lowerBound == range.upperBound
        ? "\(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)",
      schema: .integer(range),
      write: { String($0) },
      read: { node, key, reading in
        reading.noting { () throws(Diagnostic) in
          Int(try QuantityScanner.integer(node, key: key, in: range))
        }
      })
  }
}

extension ValueForm where Value == Int? {
  /// A whole number or `"unlimited"`, which reads as nil.
  public static func limit(_ range: ClosedRange<Int64>) -> ValueForm {
    let whole = ValueForm<Int>.integer(range)
    let meaning = "\(whole.meaning), or \"unlimited\""
    return ValueForm(
      meaning,
      schema: .anyOf([whole.schema, .choice(["unlimited"])]),
      write: { $0.map(String.init) ?? "\"unlimited\"" },
      read: { node, key, reading in
        if let word = node.string {
          if word == "unlimited" { return .some(nil) }
          if NearestWord.suggest(word, among: ["unlimited"]) != nil {
            reading.report(.unknownChoice(node, key: key, among: ["unlimited"]))
          } else {
            reading.report(
              .wrongType, at: node, "'\(key)' must be \(meaning), not \"\(word.clipped)\"")
          }
          return nil
        }
        return whole.read(node, key, &reading).map { .some($0) }
      })
  }
}

extension ValueForm where Value == Double {
  /// A real number.
  public static func real(_ range: ClosedRange<Double>) -> ValueForm {
    ValueForm(
      "a number", schema: .real(range), write: { QuantityText.real($0) },
      read: { node, key, reading in
        reading.noting { () throws(Diagnostic) in
          try QuantityScanner.real(node, key: key, in: range)
        }
      })
  }

  /// A number of per cent.
  ///
  /// - Parameters:
  ///   - range: What it may be.
  ///   - isFromOne: Whether less than 1, but not 0, is refused as a part of 1.
  /// - Returns: The form.
  public static func percent(
    _ range: ClosedRange<Double>, fromOne isFromOne: Bool = false
  ) -> ValueForm {
    ValueForm(
      "a number", schema: .real(range), write: { QuantityText.real($0) },
      read: { node, key, reading in
        reading.noting { () throws(Diagnostic) in
          try QuantityScanner.percent(node, key: key, in: range, fromOne: isFromOne)
        }
      })
  }

  /// A rate in events per second.
  public static var rate: ValueForm {
    ValueForm(
      "a rate with its unit, such as \"200/s\"", schema: .rate(rateRange),
      write: { "\"\(QuantityText.rate($0))\"" },
      read: { node, key, reading in
        reading.noting { () throws(Diagnostic) in
          try QuantityScanner.rate(node, key: key, in: rateRange)
        }
      })
  }

  private static var rateRange: ClosedRange<Double> { 1e-5...1e9 }

  /// A parameter of a distribution: a duration in nanoseconds, a count, or bytes.
  public static var quantity: ValueForm {
    ValueForm(
      "a quantity with its unit",
      schema: .anyOf([
        .duration(0...QuantityScanner.delayMax), .size(0...1 << 50), .real(0...0x1p51),
      ]),
      write: { QuantityText.real($0) },
      read: { node, key, reading in
        switch reading.quantity {
        case .duration:
          reading.noting { () throws(Diagnostic) in
            Double(try QuantityScanner.duration(node, key: key, in: 0...QuantityScanner.delayMax))
          }
        case .count:
          reading.noting { () throws(Diagnostic) in
            try QuantityScanner.real(node, key: key, in: 0...0x1p51)
          }
        case .size:
          reading.noting { () throws(Diagnostic) in
            Double(try QuantityScanner.size(node, key: key, in: 0...1 << 50))
          }
        }
      })
  }
}

extension ValueForm where Value == Bool {
  /// `true` or `false`.
  public static var boolean: ValueForm {
    ValueForm(
      "true or false", schema: .boolean, write: { String($0) },
      read: { node, key, reading in
        guard let value = node.boolean else {
          reading.report(
            .wrongType, at: node, "'\(key)' must be true or false, not \(node.kindName)")
          return nil
        }
        return value
      })
  }
}

extension ValueForm where Value == String {
  /// Any text.
  public static var text: ValueForm {
    ValueForm(
      "a text", schema: .string, write: { "\"\($0)\"" },
      read: { node, key, reading in
        guard let value = node.string else {
          reading.report(.wrongType, at: node, "'\(key)' must be a text, not \(node.kindName)")
          return nil
        }
        return value
      })
  }
}

extension ValueForm where Value == String {
  /// A name that paths can use.
  public static var name: ValueForm {
    ValueForm(
      "a name", schema: .name, write: { "\"\($0)\"" },
      read: { node, key, reading in
        guard let value = text.read(node, key, &reading) else { return nil }
        if value.isComponentName { return value }
        reading.report(
          .badName, at: node,
          "'\(value.clipped)' is no name: a letter, then letters, digits, '_' or '-'")
        return nil
      })
  }
}

extension ValueForm where Value == Node {
  /// Changes by name, which are looked at later.
  public static var changes: ValueForm {
    ValueForm(
      "a map from names to {path: value}", schema: .changes, write: { $0.spelling },
      read: { node, _, _ in node })
  }

  /// Values by path, which are looked at later.
  public static var sweep: ValueForm {
    ValueForm(
      "a map from paths to lists of values or ranges such as \"6..14 step 2\"",
      schema: .texts(
        keys: ".",
        .anyOf([.array(.any), .quantity(example: "6..14 step 2", pattern: "\\.\\.")])),
      write: { $0.spelling }, read: { node, _, _ in node })
  }

  /// A value that is looked at later.
  public static var raw: ValueForm {
    ValueForm(
      "any value", schema: .any, write: { $0.spelling }, read: { node, _, _ in node })
  }
}

extension ValueForm {
  /// One word of a list of words.
  ///
  /// - Parameters:
  ///   - words: what is written and what it means.
  ///   - later: words of the language that this version does not have yet.
  /// - Returns: the form.
  public static func choice(
    _ words: [(String, Value)], later: [String] = []
  ) -> ValueForm where Value: Equatable {
    let names = words.map(\.0)
    return ValueForm(
      "one of \(names.joined(separator: ", "))", schema: .choice(names),
      write: { value in "\"\(words.first { $0.1 == value }?.0 ?? "?")\"" },
      read: { node, key, reading in
        guard let word = node.string else {
          reading.report(
            .wrongType, at: node,
            "'\(key)' must be one of \(names.joined(separator: ", ")), not \(node.kindName)")
          return nil
        }
        if let found = words.first(where: { $0.0 == word }) { return found.1 }
        if later.contains(word) {
          reading.report(
            .notInThisVersion, at: node, "'\(key)' \"\(word)\" is not in this version")
        } else {
          reading.report(.unknownChoice(node, key: key, among: names))
        }
        return nil
      })
  }

  /// A declared object that is called by its name, such as `service 'db'`.
  public static func component(_ type: Value.Type, _ what: String) -> ValueForm
  where Value: Declared {
    ValueForm(
      Value.kind, schema: .reference(Value.kind), write: { _ in "{}" },
      read: { node, key, reading in
        reading.object(node, as: type, named: "\(what) '\(key.clipped)'")
      }
    ).resolving { type.resolved($0) }
  }

  /// A declared object.
  public static func object(_ type: Value.Type) -> ValueForm where Value: Declared {
    ValueForm(
      "an object", schema: .reference(Value.kind), write: { _ in "{}" },
      read: { node, key, reading in reading.object(node, as: type, named: "'\(key)'") }
    ).resolving { type.resolved($0) }
  }

  /// A list of values.
  public static func list<Element>(_ element: ValueForm<Element>) -> ValueForm
  where Value == [Element] {
    ValueForm(
      "a list, each \(element.meaning)", schema: .array(element.schema),
      write: { "[" + $0.map(element.write).joined(separator: ", ") + "]" },
      read: { node, key, reading in
        guard let items = node.array else {
          reading.report(
            .wrongType, at: node,
            "'\(key)' must be a list, not \(node.kindName)" + element.schema.asList(node))
          return nil
        }
        var values: [Element] = []
        for item in items {
          if let value = element.read(item, key, &reading) { values.append(value) }
        }
        return values.count == items.count ? values : nil
      }
    ).resolving { $0.mappingItems(element.resolve) }
  }

  /// A map from names to values, in the order of the file.
  public static func map<Element>(_ element: ValueForm<Element>) -> ValueForm
  where Value == [Named<Element>] {
    ValueForm(
      "a map from names, each \(element.meaning)", schema: .map(element.schema),
      write: { _ in "{}" },
      read: { node, key, reading in
        guard let object = node.object else {
          reading.report(.wrongType, at: node, "'\(key)' must be a map, not \(node.kindName)")
          return nil
        }
        var values: [Named<Element>] = []
        for member in object.members {
          let nameNode = Node(
            .string(member.name), source: member.value.source, range: member.nameRange)
          if !member.name.isComponentName {
            reading.report(
              .badName, at: nameNode,
              "'\(member.name.clipped)' is no name: a letter, then letters, digits, '_' or '-'")
          }
          if member.value.isNull { continue }
          if let value = element.read(member.value, member.name, &reading) {
            values.append(Named(name: member.name, nameNode: nameNode, value: value))
          }
        }
        return values
      }
    ).resolving { $0.mappingMembers(element.resolve) }
  }
}

/// A value with the name it is declared under.
public struct Named<Value: Sendable>: Sendable {
  public var name: String
  public var nameNode: Node
  public var value: Value

  public init(name: String, nameNode: Node, value: Value) {
    self.name = name
    self.nameNode = nameNode
    self.value = value
  }
}

extension String {
  /// Whether this matches `[A-Za-z][A-Za-z0-9_-]*`, at most 64 long.
  public var isComponentName: Bool {
    guard let first = utf8.first, first.isLetter else { return false }
    return isVariantName
  }

  /// Whether this can name a variant: as a component, but a digit may come first.
  public var isVariantName: Bool {
    guard let first = utf8.first, utf8.count <= 64, first != 45, first != 95 else { return false }
    return utf8.allSatisfy { $0.isLetter || (48...57).contains($0) || $0 == 95 || $0 == 45 }
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
}
