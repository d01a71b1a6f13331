/// Moves a law's coordinates to where a cost is least.
enum Refinement {
  static func of(
    _ law: any ParametricLaw, _ cost: (any ParametricLaw) -> Double
  ) -> any ParametricLaw {
    let found = Search.minimum(from: law.coordinates, step: 0.3) { place in
      guard let moved = law.moved(to: place) else { return .infinity }
      let value = cost(moved)
      return value.isNaN ? .infinity : value
    }
    return law.moved(to: found.place) ?? law
  }
}
