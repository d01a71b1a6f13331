import TailraceEngine

// Ticks: what balancers and those who check replicas do at their own times.
extension Machine {
  /// Plans the first ticks of each service that has any.
  mutating func startClusters() {
    for c in 0..<Int32(clusters.rows.count) {
      let row = clusters.rows[c]
      if row.ejects { tick(.sweep, c, at: row.outliers.interval) }
      if row.reportPeriod > 0 { tick(.reportLoad, c, at: row.reportPeriod) }
      if row.weightPeriod > 0 { tick(.reportUtilization, c, at: row.weightPeriod) }
      if row.tellsIdle { startIdle(row) }
      if row.restarts { startLiveness(row) }
      guard row.isProbed else { continue }
      let service = services[row.service]
      for s in 0..<(service.shards &* service.replicas) {
        let luck = Luck.root(base: row.phases, request: UInt64(UInt32(bitPattern: s)))
        var draw = Luck.draw(luck, salt: 0)
        tick(.probe, service.firstStation &+ s, at: draw.below(row.readiness.period))
      }
    }
  }

  /// At the start all replicas are idle and have told a balancer so.
  private mutating func startIdle(_ row: ClusterRow) {
    let service = services[row.service]
    for s in 0..<(service.shards &* service.replicas) {
      if row.memberCount == 0 { return }
      let b = clusters.members[row.firstMember &+ s % row.memberCount]
      clusters.idleCount &+= 1
      clusters.hosts[balancers[b].firstLoad &+ s].idleNumber = clusters.idleCount
    }
  }

  mutating func tick(_ kind: TickKind, _ index: Int32, at due: UInt64) {
    if due > Clock.latest { return }
    agenda.push(EventKey(due, .control), kind.word(index))
  }

  /// The next of a kind, unless nothing that counts is to come.
  private mutating func tickAgain(_ kind: TickKind, _ index: Int32, after period: UInt64) {
    let isOver = time >= window.upperBound && countedLive == 0
    if !isOver && time < window.upperBound &* 2 { tick(kind, index, at: time &+ period) }
  }

  @inline(never) mutating func takeTick(_ word: UInt64) {
    let i = Int32(truncatingIfNeeded: word & 0xfff_ffff)
    guard let kind = TickKind(rawValue: word &>> 28 & 0xff) else {
      preconditionFailure("unknown tick")
    }
    switch kind {
    case .sweep:
      sweep(i)
      tickAgain(.sweep, i, after: clusters.rows[i].outliers.interval)
    case .reportLoad:
      reportLoad(i)
      tickAgain(.reportLoad, i, after: clusters.rows[i].reportPeriod)
    case .reportUtilization:
      reportUtilization(i)
      tickAgain(.reportUtilization, i, after: clusters.rows[i].weightPeriod)
    case .probe:
      tickAgain(.probe, i, after: readiness(of: i).period)
      probe(i)
    case .verdict: note(isServing: answersChecks(i), i)
    case .announce: announce(i)
    case .serve: if isServing(i) { pullAll(to: i) }
    case .checkLife:
      tickAgain(.checkLife, i, after: livenessRule(of: i).period)
      checkLife(i)
    case .judgeLife: endCheck(i)
    }
    if !ready.isEmpty { runReady() }
  }

  // MARK: Checks

  private mutating func readiness(of s: Int32) -> ProbeRow {
    clusters.rows[services[stations[s].service].cluster].readiness
  }

  /// Whether a replica answers a check now. A check has a path of its own: neither slow work nor a
  /// chance to fail touches it.
  private mutating func answersChecks(_ s: Int32) -> Bool {
    let q = stations[s].queue
    return q < 0 || (isServing(s) && queues[q].speed > 0)
  }

  /// Checks a replica; one that is silent or stands still fails when the check's time is over.
  private mutating func probe(_ s: Int32) {
    let rule = readiness(of: s)
    let start = clusters.health[s].startedAt
    if start > 0 && time < start &+ rule.initialDelay { return }
    if answersChecks(s) {
      note(isServing: true, s)
    } else if !isServing(s) && !isSilent(stations[s].queue) {
      note(isServing: false, s)
    } else {
      tick(.verdict, s, at: time &+ rule.timeout)
    }
  }

  private mutating func note(isServing: Bool, _ s: Int32) {
    let rule = readiness(of: s)
    let health = clusters.health.row(s)
    health.successes = isServing ? health.successes &+ 1 : 0
    health.failures = isServing ? 0 : health.failures &+ 1
    let isReady =
      health.isReady ? health.failures < rule.failures : health.successes >= rule.successes
    if isReady == health.isReady { return }
    health.isReady = isReady
    publish(s)
  }

  /// What the checks have found makes its way to the balancers.
  private mutating func publish(_ s: Int32) {
    let delay = readiness(of: s).propagation
    if delay == 0 { announce(s) } else { tick(.announce, s, at: time &+ delay) }
  }

  /// Who restarts a replica knows that it is not ready until its checks pass again.
  mutating func loseReadiness(_ s: Int32) {
    let health = clusters.health.row(s)
    health.successes = 0
    health.failures = 0
    if !health.isReady { return }
    health.isReady = false
    publish(s)
  }

  /// Balancers learn what the checks have found.
  private mutating func announce(_ s: Int32) {
    let health = clusters.health.row(s)
    if health.isKnownReady == health.isReady { return }
    health.isKnownReady = health.isReady
    health.knownSince = max(1, time)
    let c = services[stations[s].service].cluster
    let row = clusters.rows[c]
    for m in row.firstMember..<(row.firstMember &+ row.memberCount) {
      let b = clusters.members[m]
      clusters.states[b].exceptions &+= health.isReady ? -1 : 1
    }
    // Where few are left health is ignored: others than this one may be free, too.
    if row.bindsLate {
      let service = services[row.service]
      for s in service.firstStation..<(service.firstStation &+ service.shards &* service.replicas)
      where isServing(s) {
        pullAll(to: s)
      }
    }
  }

  /// A replica's crash is over: it serves now, or when it has started.
  mutating func comeBack(_ s: Int32) {
    clusters.health[s].startedAt = max(1, time)
    if clusters.vitals.count > 0 { clusters.vitals[s] = LivenessRow() }
    let c = services[stations[s].service].cluster
    if c < 0 || !clusters.rows[c].bindsLate { return }
    if isServing(s) { pullAll(to: s) } else { tick(.serve, s, at: mishaps.starts[s].servesFrom) }
  }

  // MARK: Reports

  /// Replicas say how many visits are in them.
  private mutating func reportLoad(_ c: Int32) {
    let service = services[clusters.rows[c].service]
    for s in service.firstStation..<(service.firstStation &+ service.shards &* service.replicas) {
      clusters.servers[s].reported = stations[s].busy &+ stations[s].length
    }
  }

  /// Replicas say how busy they were, and balancers weigh them anew.
  private mutating func reportUtilization(_ c: Int32) {
    let row = clusters.rows[c]
    let service = services[row.service]
    let count = service.shards &* service.replicas
    var policy = UtilizationWeighted()
    policy.errorUtilizationPenalty = row.errorPenalty
    let seconds = Double(row.weightPeriod) / 1e9
    for i in 0..<count {
      let s = service.firstStation &+ i
      let server = clusters.servers.row(s)
      let slots = stations[s].slots == .max ? 1 : Double(stations[s].slots)
      let weight = policy.weight(
        answers: Double(server.answers), failures: Double(server.failures),
        utilization: min(1, Double(server.worked) / 1e9 / seconds / slots), seconds: seconds)
      (server.answers, server.failures, server.worked) = (0, 0, 0)
      if let weight {
        if server.firstReport == never { server.firstReport = time }
        server.lastReport = time
        for m in row.firstMember..<(row.firstMember &+ row.memberCount) {
          let b = clusters.members[m]
          clusters.hosts[balancers[b].firstLoad &+ i].weight = weight
        }
      }
    }
    for shard in 0..<service.shards { reweigh(row, service, shard) }
  }

  /// Weights in force: reports that are old enough and not too old; the others' mean for the rest.
  private mutating func reweigh(_ row: ClusterRow, _ service: ServiceRow, _ shard: Int32) {
    for m in row.firstMember..<(row.firstMember &+ row.memberCount) {
      let b = clusters.members[m]
      let first = shard &* service.replicas
      let load = balancers[b].firstLoad &+ first
      var (sum, known) = (0.0, 0)
      for i in 0..<service.replicas where isWeighed(row, service.firstStation &+ first &+ i) {
        sum += clusters.hosts[load &+ i].weight
        known += 1
      }
      for i in 0..<service.replicas {
        let own = clusters.hosts[load &+ i].weight
        let isKnown = isWeighed(row, service.firstStation &+ first &+ i)
        // In parts of their mean, so that turns do not jump when weights take the place of ones.
        clusters.hosts[load &+ i].present = known < 2 || !isKnown ? 1 : own * Double(known) / sum
      }
    }
  }

  private mutating func isWeighed(_ row: ClusterRow, _ s: Int32) -> Bool {
    let server = clusters.servers[s]
    return server.firstReport != never && time &- server.firstReport >= row.blackout
      && time &- server.lastReport < row.expiration
  }
}
