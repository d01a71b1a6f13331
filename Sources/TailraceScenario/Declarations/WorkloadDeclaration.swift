import TailraceCatalog
import TailraceModel

/// A workload: where requests come from and what each does.
public struct WorkloadDeclaration: Declared {
  public static let kind = "workload"
  public static let summary = "Where requests come from, and what each does."
  public static let keys: [Key<Self>] = [
    Key("arrivals", \.arrivals, .arrivals, "When requests begin; this or 'closed'."),
    Key(
      "closed", \.closed, .object(ClosedDeclaration.self),
      "Clients that wait for their answers; this or 'arrivals'."),
    Key("class", \.classes, .classes, "Class of its requests, or classes with weights."),
    Key(
      "keys", \.keys, .map(.carriedKeys),
      "Keys that each request carries: key space -> how many different ones."),
    Key(
      "attributes", \.attributes, .map(.countLaw),
      "What 'linear' can refer to, drawn once for each request."),
    Key(
      "zones", \.zones, .weights,
      "Where clients stand: zone -> weight, drawn for each request, and once for each client of a "
        + "closed loop; in all zones alike if not given."),
    Key("steps", \.steps, .steps, required: true, "The client's program."),
    Key("enabled", \.enabled, .boolean, "Whether it sends anything."),
  ]
  public static let laterKeys = ["session"]

  var arrivals: ArrivalSpec?
  var closed: ClosedDeclaration?
  var classes = ClassChoice.weights([])
  var keys: [Named<Located<CarriedKeysDeclaration>>] = []
  var attributes: [Named<LawSpec>] = []
  var zones: [Named<Double>]?
  var steps: [StepDeclaration]?
  var enabled = true

  public init() {}
}
