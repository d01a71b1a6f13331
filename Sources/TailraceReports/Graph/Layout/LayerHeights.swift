/// How high the vertices of columns stand: near their neighbours, and never too close.
struct LayerHeights {
  struct Size {
    var above: Double
    var below: Double
    /// The least distance to whatever stands above or below.
    var gap: Double
  }

  /// Centres, down from anywhere.
  private(set) var centers: [Double]
  private let columns: LayerColumns
  private let sizes: [Size]

  /// Sweeps to and fro, then to both sides at once.
  init(_ columns: LayerColumns, _ sizes: [Size]) {
    self.columns = columns
    self.sizes = sizes
    centers = Array(repeating: 0, count: sizes.count)
    for layer in columns.layers {
      var y = 0.0
      for (vertex, distance) in zip(layer, distances(layer)) {
        y += distance
        centers[vertex] = y
      }
      let middle = y / 2
      for vertex in layer { centers[vertex] -= middle }
    }
    for sweep in 0..<16 {
      let isForward = sweep.isMultiple(of: 2)
      let order = isForward ? Array(columns.layers.indices) : columns.layers.indices.reversed()
      for layer in order { place(columns.layers[layer], isForward, !isForward || sweep >= 10) }
    }
    for _ in 0..<4 { for layer in columns.layers { place(layer, true, true) } }
  }

  /// Of each vertex's centre from the one above it.
  private func distances(_ layer: [Int]) -> [Double] {
    layer.indices.map { place in
      guard place > 0 else { return 0 }
      let (upper, lower) = (sizes[layer[place - 1]], sizes[layer[place]])
      return upper.below + lower.above + max(upper.gap, lower.gap)
    }
  }

  /// Lines through several columns pull hardest, so that they are straight; a box of many lines
  /// pulls little at each.
  private func pull(at a: Int, from b: Int) -> Double {
    let (vertex, other) = (columns.vertices[a], columns.vertices[b])
    let lines = vertex.layer > other.layer ? other.after.count : other.before.count
    switch (vertex.role, other.role) {
    case (.box, .box): return 1 / Double(lines)
    case (.bend, .bend): return 8
    default: return 2 / Double(lines)
    }
  }

  /// The column's least squares from where its neighbours want it, in order and at least the
  /// distances apart: taking those off leaves a monotone regression, which pooling adjacent
  /// violators solves (Ayer, Brunk, Ewing, Reid and Silverman, 1955).
  private mutating func place(_ layer: [Int], _ looksBefore: Bool, _ looksAfter: Bool) {
    struct Pool {
      var sum: Double
      var weight: Double
      var count: Int
      var mean: Double { sum / weight }
    }
    var pools: [Pool] = []
    var offset = 0.0
    var offsets: [Double] = []
    for (vertex, distance) in zip(layer, distances(layer)) {
      offset += distance
      offsets.append(offset)
      // A little of its own place, so that there always is one.
      var (sum, weight) = (centers[vertex] * 0.01, 0.01)
      let neighbours =
        (looksBefore ? columns.vertices[vertex].before : [])
        + (looksAfter ? columns.vertices[vertex].after : [])
      for neighbour in neighbours {
        let pull = pull(at: vertex, from: neighbour)
        sum += pull * centers[neighbour]
        weight += pull
      }
      pools.append(Pool(sum: sum - weight * offset, weight: weight, count: 1))
      while pools.count > 1, pools[pools.count - 2].mean > pools[pools.count - 1].mean {
        let last = pools.removeLast()
        pools[pools.count - 1].sum += last.sum
        pools[pools.count - 1].weight += last.weight
        pools[pools.count - 1].count += last.count
      }
    }
    var place = 0
    for pool in pools {
      for _ in 0..<pool.count {
        centers[layer[place]] = pool.mean + offsets[place]
        place += 1
      }
    }
  }
}

/// Where lines touch boxes: spread along their sides, in the order of their other ends.
struct LayerPorts {
  /// Heights at the left and at the right end of each line, as drawn.
  private(set) var leaving: [Double]
  private(set) var arriving: [Double]

  init(
    _ columns: LayerColumns, _ links: [LayeredLayout.Link], _ heights: [Double],
    _ centers: [Double]
  ) {
    leaving = Array(repeating: 0, count: links.count)
    arriving = leaving
    var right: [[Int]] = Array(repeating: [], count: heights.count)
    var left = right
    for (link, chain) in columns.chains.enumerated() {
      guard let first = chain.first, let last = chain.last,
        case .box(let from) = columns.vertices[first].role,
        case .box(let to) = columns.vertices[last].role
      else { continue }
      right[from].append(link)
      left[to].append(link)
    }
    for box in heights.indices {
      let center = centers[columns.vertexOfBox[box]]
      let next = right[box].sorted {
        (centers[columns.chains[$0][1]], $0) < (centers[columns.chains[$1][1]], $1)
      }
      for (link, y) in zip(next, Self.spread(next, links, heights[box], center)) {
        leaving[link] = y
      }
      let previous = left[box].sorted { a, b in
        let (chainA, chainB) = (columns.chains[a], columns.chains[b])
        return (centers[chainA[chainA.count - 2]], a) < (centers[chainB[chainB.count - 2]], b)
      }
      for (link, y) in zip(previous, Self.spread(previous, links, heights[box], center)) {
        arriving[link] = y
      }
    }
  }

  /// Heights around a centre, a line's width and a little apart where the side has room.
  private static func spread(
    _ lines: [Int], _ links: [LayeredLayout.Link], _ height: Double, _ center: Double
  ) -> [Double] {
    let widths = lines.map { links[$0].width + 5 }
    let total = widths.reduce(0, +)
    let scale = min(1, (height - 8) / max(1, total))
    var y = center - total * scale / 2
    return widths.map { width in
      y += width * scale
      return y - width * scale / 2
    }
  }
}
