import TailraceExperiment

/// A fault in the summary document: what strikes what, and when.
struct FaultJSON: Encodable {
  let name: String
  let verb: String
  let target: String
  let from: Double?
  let to: Double?

  init(_ fault: FaultTime) {
    name = fault.name
    verb = fault.verb
    target = fault.target
    from = fault.at.map { Double($0) / 1e9 }
    to = fault.end.map { Double($0) / 1e9 }
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(name, forKey: .name)
    try document.encode(verb, forKey: .verb)
    try document.encode(target, forKey: .target)
    try document.encode(from, forKey: .from)
    try document.encode(to, forKey: .to)
  }

  private enum Key: String, CodingKey {
    case name, verb, target
    case from = "from_s"
    case to = "to_s"
  }
}
