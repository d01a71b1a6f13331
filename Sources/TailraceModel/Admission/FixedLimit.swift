import TailraceEngine

/// So many visits inside and no more.
public struct FixedLimit: AdmissionPolicy {
  public static let name = "FIXED"
  public static let summary = "At most 'limit' visits inside a replica, at work or waiting."
  public let limit: Int32?

  public init(_ limit: Int32) { self.limit = limit }

  public mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom) {}
}
