import TailraceCatalog

/// A whole scenario file.
public struct ScenarioDeclaration: Declared {
  public static let kind = "scenario"
  public static let summary = "A scenario: what to simulate, for how long, in which variants."
  public static let keys: [Key<Self>] = [
    Key("$schema", \.schema, .text, "Where editors find the schema."),
    Key("name", \.name, .text, "Name of the scenario; the file's name by default."),
    Key("description", \.description, .text, "What it is about."),
    Key("currency", \.currency, .text, "What prices are in, as results show it."),
    Key("tailrace", \.tailrace, .integer(1...1), required: true, "Version of the language: 1."),
    Key("seed", \.seed, .unsigned, "Seed of all chance."),
    Key(
      "run", \.run, .object(RunDeclaration.self), required: true,
      "How long and how often to simulate."),
    Key(
      "keys", \.keys, .map(.component(KeySpaceDeclaration.self, "keys")),
      "Key spaces by name: what requests can be about."),
    Key(
      "workloads", \.workloads, .map(.component(WorkloadDeclaration.self, "workload")),
      required: true,
      "Where requests come from, by name."),
    Key(
      "services", \.services, .map(.component(ServiceDeclaration.self, "service")), required: true,
      "Groups of replicas, by name."),
    Key(
      "caches", \.caches, .map(.component(CacheDeclaration.self, "cache")),
      "Caches by name: what 'cache' steps look keys up in."),
    Key(
      "rate_limits", \.rateLimits, .map(.component(RateLimitDeclaration.self, "rate limit")),
      "Rate limits by name: what 'rate_limit' steps ask."),
    Key(
      "pools", \.pools, .map(.component(PoolDeclaration.self, "pool")),
      "Pools of permits by name: what 'hold' steps hold."),
    Key(
      "classes", \.classes, .map(.object(ClassDeclaration.self)),
      "Classes of requests, only needed for priorities."),
    Key(
      "network", \.network, .object(NetworkDeclaration.self), "Links between components."),
    Key("zones", \.zones, .zoneNames, "Zones that replicas and clients can stand in."),
    Key(
      "faults", \.faults, .map(.component(FaultDeclaration.self, "fault")),
      "What goes wrong, where and when, by name."),
    Key(
      "preset", \.preset, .preset,
      "What nothing nearer says, as this product does it ('tailrace list presets')."),
    Key(
      "defaults", \.defaults, .object(DefaultsDeclaration.self),
      "What things have that do not say otherwise, by kind."),
    Key(
      "thresholds", \.thresholds, .thresholds,
      "What must hold ('tailrace list metrics'); exit code 99 if it does not."),
    Key("variants", \.variants, .changes, "Changes by name; the first is the base."),
    Key(
      "sweep", \.sweep, .sweep,
      "What 'tailrace sweep' varies: values, or a range such as \"6..14 step 2\", by path."),
  ]
  public static let laterKeys = [
    "queues", "nodes", "changes",
  ]

  var schema: String?
  var name: String?
  var description: String?
  var currency: String?
  var tailrace = 1
  var seed: UInt64 = 0
  var run = RunDeclaration()
  var keys: [Named<KeySpaceDeclaration>] = []
  var workloads: [Named<WorkloadDeclaration>] = []
  var services: [Named<ServiceDeclaration>] = []
  var caches: [Named<CacheDeclaration>] = []
  var rateLimits: [Named<RateLimitDeclaration>] = []
  var pools: [Named<PoolDeclaration>] = []
  var classes: [Named<ClassDeclaration>] = []
  var network = NetworkDeclaration()
  var zones: [Located<String>]?
  var faults: [Named<FaultDeclaration>] = []
  var preset: String?
  var defaults: DefaultsDeclaration?
  var thresholds: [ThresholdDeclaration] = []
  var variants: Node?
  var sweep: Node?

  public init() {}
}

/// Links between components.
public struct NetworkDeclaration: Declared {
  public static let kind = "network"
  public static let summary = "Links between components."
  public static let keys: [Key<Self>] = [
    Key(
      "default", \.defaultLink, .object(LinkDeclaration.self),
      "The link of every call that has no nearer one."),
    Key(
      "same_zone", \.sameZone, .object(LinkDeclaration.self),
      "The link of calls within a zone, nearer than 'default'."),
    Key(
      "cross_zone", \.crossZone, .object(LinkDeclaration.self),
      "The link of calls from one zone to another, nearer than 'default'."),
    Key(
      "links", \.links, .map(.component(NamedLinkDeclaration.self, "link")),
      "Links between two services, nearer than the callee's own."),
  ]
  public static let laterKeys = ["same_node"]

  var defaultLink: LinkDeclaration?
  var sameZone: LinkDeclaration?
  var crossZone: LinkDeclaration?
  var links: [Named<NamedLinkDeclaration>] = []

  public init() {}
}
