import TailraceCatalog
import TailraceExperiment

/// The designs of a grid with what they cost, for the search of the cheapest.
public struct CheapestGrid: Sendable {
  public let plan: SweepPlan
  public let candidates: [CheapestSearch.Candidate]

  /// Last words of paths of which more is taken never to hurt.
  public static let capacityWords = [
    "replicas", "concurrency", "cores", "max_entries", "max_memory",
  ]

  /// Why a grid cannot be searched.
  public enum Refusal: Error, Sendable {
    case invalid(point: Int, Scenario.Invalid)
    /// Nothing has a price at a point.
    case free(point: Int)
  }

  /// Reads every point of a plan for its prices; `count` of them.
  public init(_ plan: SweepPlan, count: Int) throws(Refusal) {
    self.plan = plan
    let ranks = plan.parameters.map(Self.ranks)
    var kinds: [String: Int] = [:]
    var candidates: [CheapestSearch.Candidate] = []
    for point in 0..<count {
      let prices: Prices
      do throws(Scenario.Invalid) {
        prices = try plan.scenario(of: point).variants[0].prices
      } catch {
        throw .invalid(point: point, error)
      }
      if prices.items.isEmpty { throw .free(point: point) }
      let (variant, values) = plan.point(point)
      var kind = [variant]
      var capacities: [Int] = []
      for (parameter, (value, ranks)) in zip(plan.parameters, zip(values, ranks)) {
        if let ranks, let place = parameter.values.firstIndex(of: value) {
          capacities.append(ranks[place])
        } else {
          kind.append(value.setting)
        }
      }
      let name = kind.joined(separator: "\u{0}")
      let number = kinds[name] ?? kinds.count
      kinds[name] = number
      candidates.append(
        .init(standing: prices.standing, capacities: capacities, kind: number))
    }
    self.candidates = candidates
  }

  /// The place of each value among all, low to high; nil where they are no amounts of a capacity.
  private static func ranks(_ parameter: SweepParameter) -> [Int]? {
    guard let word = parameter.path.split(separator: ".").last,
      capacityWords.contains(String(word))
    else { return nil }
    let amounts = parameter.values.map { amount($0.text) }
    guard amounts.allSatisfy({ $0 != nil }) else { return nil }
    let known = amounts.compactMap { $0 }
    return known.map { value in known.count { $0 < value } }
  }

  /// A count or a size as a number.
  private static func amount(_ text: String) -> Double? {
    if let number = Double(text) { return number }
    let node = Node.string(text, from: "--param")
    return (try? QuantityScanner.size(node, key: "")).map { Double($0) }
  }
}
