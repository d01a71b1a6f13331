import TailraceEngine

/// Searches for roots and minima whose steps depend on nothing but their numbers.
enum Search {
  /// Where a function that grows passes zero, between two ends; an end where it does not.
  ///
  /// Bisection down to neighbouring numbers or 200 steps.
  static func root(between low: Double, and high: Double, of grows: (Double) -> Double) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if grows(middle) < 0 { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  /// A minimum near a start, by Nelder and Mead's simplex ("A Simplex Method for Function
  /// Minimization", 1965) with restarts from its best corner.
  ///
  /// - Parameters:
  ///   - start: where to begin; its count is the dimension, from 1.
  ///   - step: the size of the first simplex in each direction.
  ///   - cost: what to make small; infinite where there is no value.
  /// - Returns: the best place found. At most 400 evaluations for each dimension and restart.
  static func minimum(
    from start: [Double], step: Double, of cost: ([Double]) -> Double
  ) -> (place: [Double], cost: Double) {
    var best = (place: start, cost: cost(start))
    var step = step
    for _ in 0..<4 {
      let found = descend(from: best, step: step, cost)
      let gain = best.cost - found.cost
      if found.cost < best.cost { best = found }
      if !(gain > 1e-10 * (1 + best.cost.magnitude)) { break }
      step /= 4
    }
    return best
  }

  private typealias Corner = (place: [Double], cost: Double)

  private static func descend(
    from start: (place: [Double], cost: Double), step: Double, _ cost: ([Double]) -> Double
  ) -> (place: [Double], cost: Double) {
    let count = start.place.count
    var corners: [Corner] = [start]
    for axis in 0..<count {
      var place = start.place
      place[axis] += step
      corners.append((place, cost(place)))
    }
    var evaluations = count
    while evaluations < 400 * count {
      sort(&corners)
      let spread = corners[count].cost - corners[0].cost
      if spread <= 1e-13 * (1 + corners[0].cost.magnitude), width(corners) < 1e-7 { break }
      var centre = [Double](repeating: 0, count: count)
      for corner in corners.dropLast() {
        for axis in 0..<count { centre[axis] += corner.place[axis] / Double(count) }
      }
      func probe(_ factor: Double) -> Corner {
        var place = centre
        for axis in 0..<count {
          place[axis] += factor * (centre[axis] - corners[count].place[axis])
        }
        evaluations += 1
        return (place, cost(place))
      }
      let mirrored = probe(1)
      if mirrored.cost < corners[0].cost {
        let farther = probe(2)
        corners[count] = farther.cost < mirrored.cost ? farther : mirrored
      } else if mirrored.cost < corners[count - 1].cost {
        corners[count] = mirrored
      } else {
        let isOutside = mirrored.cost < corners[count].cost
        let nearer = probe(isOutside ? 0.5 : -0.5)
        if nearer.cost < min(mirrored.cost, corners[count].cost) {
          corners[count] = nearer
        } else {
          shrink(&corners, cost)
          evaluations += count
        }
      }
    }
    sort(&corners)
    return corners[0]
  }

  private static func shrink(_ corners: inout [Corner], _ cost: ([Double]) -> Double) {
    for index in 1..<corners.count {
      for axis in corners[0].place.indices {
        let best = corners[0].place[axis]
        corners[index].place[axis] = best + (corners[index].place[axis] - best) / 2
      }
      corners[index].cost = cost(corners[index].place)
    }
  }

  /// By insertion: equal costs keep their order, and what is no number goes last.
  private static func sort(_ corners: inout [Corner]) {
    for index in 1..<corners.count {
      var place = index
      while place > 0,
        corners[place].cost < corners[place - 1].cost
          || (corners[place - 1].cost.isNaN && !corners[place].cost.isNaN)
      {
        corners.swapAt(place, place - 1)
        place -= 1
      }
    }
  }

  private static func width(_ corners: [Corner]) -> Double {
    var widest = 0.0
    for corner in corners.dropFirst() {
      for (a, b) in zip(corner.place, corners[0].place) { widest = max(widest, (a - b).magnitude) }
    }
    return widest
  }
}
