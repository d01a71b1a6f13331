/// Columns of boxes and of the bends of lines between them, with their orders from top to bottom.
///
/// Boxes stand in the even columns; the odd ones have bends only, one of each line for its label.
struct LayerColumns {
  enum Role: Equatable {
    case box(Int)
    case bend(link: Int, isLabelled: Bool)
  }

  struct Vertex {
    let role: Role
    let layer: Int
    /// Neighbours in the column before and in the one after.
    var before: [Int] = []
    var after: [Int] = []
  }

  private(set) var vertices: [Vertex] = []
  /// Vertices from top to bottom, by column.
  private(set) var layers: [[Int]] = []
  private(set) var vertexOfBox: [Int] = []
  /// The vertices of each line from the left to the right; empty for loops and for those above.
  private(set) var chains: [[Int]] = []
  /// Whether a line is drawn from the right to the left.
  private(set) var isBack: [Bool]
  /// Whether it has no bends, since there would be too many.
  private(set) var isAbove: [Bool]

  /// Columns by longest paths, each in the order of the input.
  init(_ boxes: Int, _ links: [LayeredLayout.Link], bendsMax: Int) {
    isBack = Self.backward(boxes, links)
    isAbove = Array(repeating: false, count: links.count)
    let ranks = Self.ranks(boxes, links, isBack)
    layers = Array(repeating: [], count: 2 * (ranks.max() ?? 0) + 1)
    for box in 0..<boxes {
      vertexOfBox.append(vertices.count)
      add(.box(box), 2 * ranks[box])
    }
    func span(_ link: Int) -> Int { abs(ranks[links[link].to] - ranks[links[link].from]) }
    var bends = 0
    chains = Array(repeating: [], count: links.count)
    for link in links.indices.sorted(by: { (span($0), $0) < (span($1), $1) })
    where links[link].from != links[link].to {
      bends += 2 * span(link) - 1
      guard bends <= bendsMax else {
        isAbove[link] = true
        continue
      }
      let ends = (vertexOfBox[links[link].from], vertexOfBox[links[link].to])
      let (first, last) = isBack[link] ? (ends.1, ends.0) : ends
      var chain = [first]
      let (left, right) = (vertices[first].layer, vertices[last].layer)
      let labelled = left + 1 + (span(link) - 1) / 2 * 2
      for layer in (left + 1)..<right {
        chain.append(vertices.count)
        add(.bend(link: link, isLabelled: layer == labelled), layer)
      }
      chain.append(last)
      for (upper, lower) in zip(chain, chain.dropFirst()) {
        vertices[upper].after.append(lower)
        vertices[lower].before.append(upper)
      }
      chains[link] = chain
    }
  }

  private mutating func add(_ role: Role, _ layer: Int) {
    layers[layer].append(vertices.count)
    vertices.append(Vertex(role: role, layer: layer))
  }

  /// Lines that lead back to a box on the way to them: depth first, in the order of the input.
  private static func backward(_ boxes: Int, _ links: [LayeredLayout.Link]) -> [Bool] {
    enum State { case new, open, done }
    var leaving: [[Int]] = Array(repeating: [], count: boxes)
    var hasCaller = Array(repeating: false, count: boxes)
    for (place, link) in links.enumerated() where link.from != link.to {
      leaving[link.from].append(place)
      hasCaller[link.to] = true
    }
    var isBack = Array(repeating: false, count: links.count)
    var state = Array(repeating: State.new, count: boxes)
    // Those whom nobody calls first: what is behind them then leads forward where it can.
    let roots = (0..<boxes).filter { !hasCaller[$0] } + (0..<boxes).filter { hasCaller[$0] }
    for root in roots where state[root] == .new {
      var path: [(box: Int, next: Int)] = [(root, 0)]
      state[root] = .open
      while let (box, next) = path.last {
        guard next < leaving[box].count else {
          state[box] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let link = leaving[box][next]
        switch state[links[link].to] {
        case .open: isBack[link] = true
        case .new:
          state[links[link].to] = .open
          path.append((links[link].to, 0))
        case .done: break
        }
      }
    }
    return isBack
  }

  /// The most lines on any way to each box, lines back turned round.
  private static func ranks(
    _ boxes: Int, _ links: [LayeredLayout.Link], _ isBack: [Bool]
  ) -> [Int] {
    var after: [[Int]] = Array(repeating: [], count: boxes)
    var missing = Array(repeating: 0, count: boxes)
    for (place, link) in links.enumerated() where link.from != link.to {
      let (first, last) = isBack[place] ? (link.to, link.from) : (link.from, link.to)
      after[first].append(last)
      missing[last] += 1
    }
    var ranks = Array(repeating: 0, count: boxes)
    var ready = (0..<boxes).filter { missing[$0] == 0 }
    while let box = ready.popLast() {
      for next in after[box] {
        ranks[next] = max(ranks[next], ranks[box] + 1)
        missing[next] -= 1
        if missing[next] == 0 { ready.append(next) }
      }
    }
    return ranks
  }
}

extension LayerColumns {
  /// Sweeps to and fro that put each vertex at the mean place of its neighbours; the order with the
  /// fewest crossings stays. Two sweeps of four turn equals round: else they would never change
  /// places (Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs", 1993).
  mutating func improveOrder() {
    layers = firstOrder()
    var best = layers
    var fewest = crossings()
    for sweep in 0..<16 where fewest > 0 {
      let isForward = sweep.isMultiple(of: 2)
      let order = isForward ? Array(layers.indices) : layers.indices.reversed()
      for layer in order { sort(layer, isForward, turnsEquals: sweep % 4 >= 2) }
      let count = crossings()
      if count < fewest { (best, fewest) = (layers, count) }
    }
    layers = best
  }

  /// Depth first from the left: what hangs together stands together.
  private func firstOrder() -> [[Int]] {
    var order: [[Int]] = Array(repeating: [], count: layers.count)
    var isSeen = Array(repeating: false, count: vertices.count)
    for root in layers.joined() where !isSeen[root] && vertices[root].before.isEmpty {
      var rest = [root]
      while let vertex = rest.popLast() {
        if isSeen[vertex] { continue }
        isSeen[vertex] = true
        order[vertices[vertex].layer].append(vertex)
        rest += vertices[vertex].after.reversed()
      }
    }
    return order
  }

  private mutating func sort(_ layer: Int, _ isForward: Bool, turnsEquals: Bool) {
    let other = layer + (isForward ? -1 : 1)
    guard layers.indices.contains(other) else { return }
    let place = places(of: other)
    let keyed = layers[layer].enumerated().map { position, vertex in
      let neighbours = isForward ? vertices[vertex].before : vertices[vertex].after
      let sum = neighbours.reduce(0.0) { $0 + Double(place[$1] ?? 0) }
      // Who has no neighbour there keeps its place among the others, as a share.
      let share = Double(position) / Double(max(1, layers[layer].count))
      let key =
        neighbours.isEmpty ? share * Double(layers[other].count) : sum / Double(neighbours.count)
      return (key: key, position: turnsEquals ? -position : position, vertex: vertex)
    }
    layers[layer] = keyed.sorted { ($0.key, $0.position) < ($1.key, $1.position) }.map(\.vertex)
  }

  private func places(of layer: Int) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: layers[layer].enumerated().map { ($1, $0) })
  }

  /// Pairs of lines that cross between neighbouring columns, counted with a Fenwick tree.
  func crossings() -> Int {
    var total = 0
    for layer in layers.indices.dropLast() {
      let place = places(of: layer + 1)
      var tree = Array(repeating: 0, count: layers[layer + 1].count + 1)
      var seen = 0
      for upper in layers[layer] {
        let targets = vertices[upper].after.map { place[$0] ?? 0 }
        for target in targets {
          var (below, i) = (0, target + 1)
          while i > 0 {
            below += tree[i]
            i -= i & -i
          }
          total += seen - below
        }
        for target in targets {
          var i = target + 1
          while i < tree.count {
            tree[i] += 1
            i += i & -i
          }
        }
        seen += targets.count
      }
    }
    return total
  }
}
