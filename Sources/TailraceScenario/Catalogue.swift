import TailraceCatalog
import TailraceExperiment
import TailraceModel

/// All that can be written in a scenario, by kind: what `list`, `explain` and `schema` show.
public enum Catalogue {
  /// A kind of component with its members.
  public struct Shelf: Sendable {
    public let name: String
    public let components: [Component]
  }

  static let steps = "steps"
  static let arrivals = "arrivals"
  static let distributions = "distributions"
  static let rates = "rates"
  static let popularities = "popularities"
  /// Shelves whose components are told apart by their `type`.
  static let typed = [arrivals, rates, distributions, popularities]

  public static let shelves: [Shelf] = [
    Shelf(
      name: "sections",
      components: [
        Component(ScenarioDeclaration.self), Component(RunDeclaration.self),
        Component(WorkloadDeclaration.self), Component(ServiceDeclaration.self),
        Component(QueueDeclaration.self), Component(CoDelDeclaration.self),
        Component(AdmissionControlDeclaration.self), Component(NetworkDeclaration.self),
        Component(LinkDeclaration.self), Component(NamedLinkDeclaration.self),
        Component(LinkEndDeclaration.self), Component(ConnectionDeclaration.self),
        Component(HandshakeDeclaration.self), Component(ServicePriceDeclaration.self),
        Component(CachePriceDeclaration.self), Component(GroupDeclaration.self),
        Component(WarmUpDeclaration.self),
        Component(ClassDeclaration.self), Component(FaultDeclaration.self),
        Component(FaultEndDeclaration.self),
        Component(KeySpaceDeclaration.self), Component(CarriedKeysDeclaration.self),
        Component(ShardByDeclaration.self), Component(HotKeysDeclaration.self),
        Component(ReshardDeclaration.self),
        Component(CacheDeclaration.self), Component(RateLimitDeclaration.self),
        Component(PoolDeclaration.self), Component(CircuitBreakersDeclaration.self),
        Component(RetryBudgetDeclaration.self), Component(RoundRobinDeclaration.self),
        Component(AffinityDeclaration.self), Component(SubsetDeclaration.self),
        Component(SlowStartDeclaration.self), Component(OutlierDeclaration.self),
        Component(ReadinessDeclaration.self), Component(LivenessDeclaration.self),
        Component(DefaultsDeclaration.self), Component(CallDefaultsDeclaration.self),
      ]),
    Shelf(name: steps, components: Verbs.all.map { component($0, $0.name) }),
    Shelf(
      name: "step-fields",
      components: [
        Component(StepCommon.self, name: "step"), Component(ConditionDeclaration.self),
        Component(ArmDeclaration.self), Component(WaitForDeclaration.self),
        Component(RetryPolicyDeclaration.self), Component(BackOffDeclaration.self),
        Component(HedgePolicyDeclaration.self), Component(HedgingDelayDeclaration.self),
        Component(BreakerDeclaration.self), Component(AdaptiveThrottlingDeclaration.self),
      ]),
    Shelf(
      name: arrivals,
      components: Arrivals.all.map { component($0, $0.name) }),
    Shelf(
      name: "arrival-fields",
      components: [
        Component(ArrivalCommon.self), Component(RateStateDeclaration.self),
        Component(ClosedDeclaration.self), Component(TraceTimeDeclaration.self),
        Component(TraceCountDeclaration.self), Component(TraceClassDeclaration.self),
      ]),
    Shelf(
      name: rates,
      components: [
        Component(SineDeclaration.self, name: SineDeclaration.name),
        Component(PulseDeclaration.self, name: PulseDeclaration.name),
      ]),
    Shelf(name: distributions, components: Distributions.all.map { component($0, $0.name) }),
    Shelf(name: "distribution-fields", components: [Component(WeightedValueDeclaration.self)]),
    Shelf(name: popularities, components: Popularities.all.map { component($0, $0.name) }),
    Shelf(
      name: "shardings",
      components: ShardingPolicies.all.map { policy in
        (policy as? any Declared.Type).map { component($0, policy.name, growth(of: policy)) }
          ?? Component(name: policy.name, summary: policy.summary, details: growth(of: policy))
      }),
    Shelf(
      name: "evictions",
      components: EvictionPolicies.all.map { policy in
        Component(
          name: policy.name, summary: policy.summary,
          details: policy.variant.map { .init(name: $0.part, text: $0.rule, source: "") })
      }),
    Shelf(
      name: "policies",
      components: BalancingPolicies.all.map { policy in
        (policy as? any Declared.Type).map { component($0, policy.name) }
          ?? Component(name: policy.name, summary: policy.summary)
      }
        + BalancingPolicies.hashes.map { policy in
          Component(
            name: policy.name,
            summary: "Sends all calls with one key, as 'hash_by' says, to one replica. "
              + policy.summary.replacing("shard", with: "replica"))
        }),
    Shelf(
      name: "admissions",
      components: AdmissionPolicies.all.map { policy in
        Component(name: policy.name, summary: policy.summary, details: keys(of: policy))
      }),
    Shelf(
      name: "disciplines",
      components: Discipline.allCases.map { Component(name: $0.rawValue, summary: $0.summary) }),
    Shelf(name: "metrics", components: ThresholdMetrics.all.map(component)),
    Shelf(name: "presets", components: Presets.all.map(component)),
  ]

  private static func component(_ metric: ThresholdMetric) -> Component {
    let unit =
      switch metric.unit {
      case .time: "a duration"
      case .share: "a share such as 5%"
      case .perSecond: "a rate such as 200/s"
      case .number: "a number"
      }
    let labels = metric.scopes.map { scope in
      scope.enumerated().map { $0.offset == 0 ? $0.element.rawValue : "[\($0.element.rawValue)]" }
        .joined(separator: " ")
    }
    return Component(
      name: metric.name, summary: metric.summary,
      details: [
        .init(name: "bound", text: unit, source: ""),
        .init(
          name: "statistics", text: metric.statistics.joined(separator: " "), source: ""),
        .init(name: "labels", text: labels.joined(separator: ", or "), source: ""),
      ])
  }

  private static func component(_ preset: Preset) -> Component {
    Component(
      name: preset.name, summary: preset.summary,
      details: preset.values.map { value in
        let condition = value.mechanism.map { " (where \($0) is named)" } ?? ""
        return .init(
          name: "\(value.kind.rawValue).\(value.path)", text: value.text + condition,
          source: value.source)
      })
  }

  /// Kinds of objects into which defaults or presets may put keys.
  static let filledKinds: Set<String> = {
    let byKind = shelves.flatMap(\.components).reduce(into: [String: Component]()) {
      $0[$1.kind] = $1
    }
    let whole = Set(
      shelves.filter { typed.contains($0.name) }.flatMap { $0.components.map(\.kind) } + ["step"])
    var found = Set<String>()
    var rest = [
      CallDefaultsDeclaration.kind, WorkloadDeclaration.kind, ServiceDeclaration.kind,
      CacheDeclaration.kind, RateLimitDeclaration.kind, PoolDeclaration.kind,
    ]
    while let kind = rest.popLast() {
      guard !whole.contains(kind), let component = byKind[kind], found.insert(kind).inserted
      else { continue }
      rest += component.keys.flatMap(\.schema.references)
    }
    return found
  }()

  private static func component(
    _ type: any Declared.Type, _ name: String, _ details: [Component.Detail] = []
  ) -> Component {
    func open<Owner: Declared>(_ type: Owner.Type) -> Component {
      Component(type, name: name, details: details)
    }
    return open(type)
  }

  /// What an admission policy reads, each with its meaning and its default.
  private static func keys(of policy: any DeclaredAdmission.Type) -> [Component.Detail] {
    Component(AdmissionControlDeclaration.self).keys.filter { policy.keys.contains($0.name) }.map {
      .init(name: $0.name, text: "\($0.told(of: policy.name)) (\($0.range))", source: "")
    }
  }

  /// What growth by a shard moves.
  private static func growth(of policy: any ShardingPolicy.Type) -> [Component.Detail] {
    guard let moved = policy.movedFromTenToEleven else { return [] }
    let text = "from 10 to 11 shards \(QuantityText.real(moved)) % of the keys find another owner"
    return [.init(name: "growth", text: text, source: "")]
  }

  /// Every word that `explain` knows.
  public static var words: [String] {
    shelves.flatMap(\.components).flatMap { component in
      [component.name] + component.keys.flatMap { [$0.name] + $0.schema.words }
    }
  }
}
