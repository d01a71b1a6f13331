import TailraceExperiment

/// What tells a scatter from others, as every document about scatters begins.
enum ScatterKey: String, CodingKey {
  case workload, from, service, members, joins
  case kind = "member"
}

extension Encoder {
  /// Writes whose scatter it is, to whom, and how many joins it has had.
  func encodeScatter(
    workload: String?, from: String, to service: String, isByReplica: Bool, members: Int,
    joins: UInt64
  ) throws {
    var document = container(keyedBy: ScatterKey.self)
    try document.encode(workload, forKey: .workload)
    try document.encode(from, forKey: .from)
    try document.encode(service, forKey: .service)
    try document.encode(isByReplica ? "replica" : "shard", forKey: .kind)
    try document.encode(members, forKey: .members)
    try document.encode(joins, forKey: .joins)
  }
}
