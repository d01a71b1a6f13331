extension Node {
  /// A named value of an object.
  public struct Member: Sendable {
    /// The name with its escapes resolved.
    public let name: String
    /// The bytes of the name, quotes included.
    public let nameRange: SourceRange
    /// The value.
    public let value: Node

    /// Makes a member from its parts.
    public init(name: String, nameRange: SourceRange, value: Node) {
      self.name = name
      self.nameRange = nameRange
      self.value = value
    }
  }

  /// The members of an object in the order of the text.
  ///
  /// Finding one by name takes constant time. Of members with one name the first counts; the
  /// others are kept aside, because a reader has complained about them already.
  public struct Object: Sendable {
    /// The members with different names, in the order of the text.
    public private(set) var members: [Member] = []
    /// The members whose name stood there before, in the order of the text.
    public private(set) var repeated: [Member] = []
    private var indices: [String: Int] = [:]

    private static let scanMax = 8

    /// Makes an object of members.
    public init(_ members: [Member] = []) {
      for member in members { append(member) }
    }

    /// The member of a name.
    public subscript(name: String) -> Member? {
      if indices.isEmpty { return members.first { $0.name == name } }
      return indices[name].map { members[$0] }
    }

    /// Adds a member, and returns the earlier one of its name if there is one.
    @discardableResult
    public mutating func append(_ member: Member) -> Member? {
      if let earlier = self[member.name] {
        repeated.append(member)
        return earlier
      }
      members.append(member)
      if !indices.isEmpty {
        indices[member.name] = members.count - 1
      } else if members.count > Self.scanMax {
        for (index, member) in members.enumerated() { indices[member.name] = index }
      }
      return nil
    }
  }
}
