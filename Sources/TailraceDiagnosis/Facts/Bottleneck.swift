import TailraceExperiment

/// What is full first as the load grows: a service, a part of one, a pool, or a port to a link.
struct Bottleneck {
  var subject: Subject
  /// How the sentence calls it.
  var words: String
  /// Of the part that is full first, and of the whole.
  var busy: Double
  var mean: Double
  var station: Station?
  /// Where it is a pool, which others wait for.
  var pool: HeldPool?
}

extension Facts {
  /// All whose use is known, the busiest first; without those whose slots are held by waiting,
  /// which are full because others are slow.
  var bottlenecks: [Bottleneck] {
    var all: [Bottleneck] = stations.compactMap { station in
      guard let mean = station.busy, let busy = station.busyMost, !station.holdsSlots else {
        return nil
      }
      let part = station.busiest.map { "\(station.name)'s \($0.words)" }
      return Bottleneck(
        subject: Subject(.service, station.name), words: part ?? station.name, busy: busy,
        mean: mean, station: station)
    }
    for port in result.ports where port.messages >= 1_000 {
      guard let mean = port.utilization.value, let busy = port.busiest.utilization.value,
        port.busiest.utilization.isNarrow(Double(port.messages))
      else { continue }
      let name = "\(port.link) \(port.service) \(port.direction.rawValue)"
      all.append(
        Bottleneck(
          subject: Subject(.ports, name),
          // As the table of ports has it.
          words: "\(port.service) \(port.direction.rawValue) (\(port.link))", busy: busy,
          mean: mean, station: nil))
    }
    for pool in heldPools where pool.isStuck || isHeldForWork(pool.name) {
      guard let busy = pool.busy, pool.isStuck || pool.result.utilization.isNarrow(pool.grants)
      else { continue }
      all.append(
        Bottleneck(
          subject: Subject(.pool, pool.name), words: "pool \(pool.name)", busy: busy, mean: busy,
          station: nil, pool: pool))
    }
    return all.sorted { ($1.busy, $0.subject.name) < ($0.busy, $1.subject.name) }
  }
}
