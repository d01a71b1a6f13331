/// The delay of messages between two services, nearer than the callee's own.
public struct LinkSpec: Sendable {
  public var from: String
  public var to: String
  /// Whether it also carries messages from `to` to `from`.
  public var bothWays = true
  /// Delay of a message; nil takes no time.
  public var latency: LawSpec?

  public init(from: String, to: String, latency: LawSpec?) {
    self.from = from
    self.to = to
    self.latency = latency
  }

  /// Whether it carries messages from one service to another.
  public func carries(from sender: String, to receiver: String) -> Bool {
    (from, to) == (sender, receiver) || bothWays && (to, from) == (sender, receiver)
  }
}
