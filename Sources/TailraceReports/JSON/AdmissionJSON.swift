import TailraceExperiment
import TailraceModel

/// What a service's admission control did: a part of the summary document.
struct AdmissionJSON: Encodable {
  let sum: AdmissionSum

  init(_ sum: AdmissionSum) { self.sum = sum }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(sum.refused, forKey: .refused)
    guard let limits = sum.limits else { return }
    try document.encode(Finite(limits.mean), forKey: .mean)
    try document.encode(limits.least, forKey: .least)
    try document.encode(limits.most, forKey: .most)
    try document.encode(Finite(limits.lastMean), forKey: .last)
  }

  private enum Key: String, CodingKey {
    case refused
    case mean = "limit_mean"
    case least = "limit_min"
    case most = "limit_max"
    case last = "limit_last"
  }
}
