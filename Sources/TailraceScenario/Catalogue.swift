import TailraceCatalog
import TailraceModel

/// All that can be written in a scenario, by kind: what `list`, `explain` and `schema` show.
public enum Catalogue {
  /// A kind of component with its members.
  public struct Shelf: Sendable {
    public let name: String
    public let components: [Component]
  }

  public static let shelves: [Shelf] = [
    Shelf(
      name: "sections",
      components: [
        Component(ScenarioDeclaration.self), Component(RunDeclaration.self),
        Component(WorkloadDeclaration.self), Component(ServiceDeclaration.self),
        Component(QueueDeclaration.self), Component(NetworkDeclaration.self),
        Component(LinkDeclaration.self), Component(NamedLinkDeclaration.self),
        Component(LinkEndDeclaration.self), Component(GroupDeclaration.self),
        Component(ClassDeclaration.self), Component(FaultDeclaration.self),
        Component(KeySpaceDeclaration.self), Component(CarriedKeysDeclaration.self),
        Component(ShardByDeclaration.self),
      ]),
    Shelf(name: "steps", components: Verbs.all.map { component($0, $0.name) }),
    Shelf(
      name: "step fields",
      components: [
        Component(StepCommon.self, name: "step"), Component(ConditionDeclaration.self),
        Component(ArmDeclaration.self), Component(WaitForDeclaration.self),
      ]),
    Shelf(
      name: "arrivals",
      components: Arrivals.all.map { component($0, $0.name) }),
    Shelf(
      name: "arrival fields",
      components: [
        Component(ArrivalCommon.self), Component(RateStateDeclaration.self),
        Component(SineDeclaration.self), Component(PulseDeclaration.self),
        Component(ClosedDeclaration.self), Component(TraceTimeDeclaration.self),
        Component(TraceCountDeclaration.self),
      ]),
    Shelf(name: "distributions", components: Distributions.all.map { component($0, $0.name) }),
    Shelf(name: "popularities", components: Popularities.all.map { component($0, $0.name) }),
    Shelf(
      name: "shardings",
      components: ShardingPolicies.all.map { Component(name: $0.name, summary: $0.summary) }),
    Shelf(
      name: "policies",
      components: BalancingPolicies.all.map { policy in
        (policy as? any Declared.Type).map { component($0, policy.name) }
          ?? Component(name: policy.name, summary: policy.summary)
      }),
  ]

  private static func component(_ type: any Declared.Type, _ name: String) -> Component {
    func open<Owner: Declared>(_ type: Owner.Type) -> Component { Component(type, name: name) }
    return open(type)
  }

  /// Components of a name, and keys of that name with the components they belong to.
  public static func find(_ name: String) -> (
    components: [Component], keys: [(owner: Component, key: Component.KeyInfo)]
  ) {
    let all = shelves.flatMap(\.components)
    return (
      all.filter { $0.name == name },
      all.flatMap { owner in owner.keys.filter { $0.name == name }.map { (owner, $0) } }
    )
  }

  /// Every word that `explain` knows.
  public static var words: [String] {
    shelves.flatMap(\.components).flatMap { [$0.name] + $0.keys.map(\.name) }
  }
}
