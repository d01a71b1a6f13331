import TailraceCatalog
import TailraceModel

/// The link between two services.
public struct NamedLinkDeclaration: Declared, LinkFields {
  public static let kind = "link between services"
  public static let summary = "What messages between two services meet on their way."
  public static let keys: [Key<Self>] =
    [
      Key(
        "from", \.from, .object(LinkEndDeclaration.self), required: true, "Who sends the messages."),
      Key("to", \.to, .object(LinkEndDeclaration.self), required: true, "Who receives them."),
      Key("both_ways", \.bothWays, .boolean, "Whether it carries messages the other way, too."),
    ] + linkKeys

  var from: LinkEndDeclaration?
  var to: LinkEndDeclaration?
  var bothWays = true
  var transport = TransportDeclaration()

  public init() {}
}

/// An end of a link.
public struct LinkEndDeclaration: Declared {
  public static let kind = "end of a link"
  public static let summary = "A service at the end of a link."
  public static let keys: [Key<Self>] = [
    Key("service", \.service, .text, required: true, "The service.")
  ]
  public static let laterKeys = [
    "shard", "replica", "group", "version", "zone", "node", "cache", "queue", "fraction",
  ]

  var service: Located<String>?

  public init() {}
}
