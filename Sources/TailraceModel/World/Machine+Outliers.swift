import TailraceEngine

// Outlier detection, as Envoy does it: each balancer judges replicas by the answers that it hears.
extension Machine {
  /// An answer may be the failure too many in a row.
  mutating func judge(_ load: Int32, _ b: Int32, _ c: Int32, _ outcome: Outcome) {
    let rule = clusters.rows[c].outliers
    let host = clusters.hosts.row(load)
    host.answers &+= 1
    if outcome.isAnswered || outcome == .shed && !rule.countsShed {
      host.consecutive = 0
      return
    }
    host.failures &+= 1
    host.consecutive &+= 1
    if rule.consecutive > 0 && host.consecutive >= rule.consecutive { eject(load, b, c) }
  }

  /// Leaves a replica out, unless too many are.
  private mutating func eject(_ load: Int32, _ b: Int32, _ c: Int32) {
    let row = clusters.rows.row(c)
    let host = clusters.hosts.row(load)
    if host.isEjected { return }
    let service = services[row.service]
    let most = (row.outliers.percentMax / 100 * Double(service.shards &* service.replicas))
      .rounded(.down)
    if Double(clusters.states[b].ejected) + 1 > max(1, most) { return }
    host.ejectedAt = time
    host.ejections &+= 1
    host.consecutive = 0
    clusters.states[b].ejected &+= 1
    clusters.states[b].exceptions &+= 1
    clusters.sums[c].ejections &+= inWindow
  }

  /// Replicas come back whose time is over; then those are judged by their statistics that are in.
  mutating func sweep(_ c: Int32) {
    let row = clusters.rows.row(c)
    let service = services[row.service]
    let count = service.shards &* service.replicas
    for m in row.firstMember..<(row.firstMember &+ row.memberCount) {
      let b = clusters.members[m]
      let first = balancers[b].firstLoad
      for load in first..<(first &+ count) { readmit(load, b, row.outliers) }
      judgeStatistics(first..<(first &+ count), b, c)
      for load in first..<(first &+ count) {
        clusters.hosts[load].answers = 0
        clusters.hosts[load].failures = 0
      }
    }
    if row.bindsLate {
      for s in service.firstStation..<(service.firstStation &+ count) { pullAll(to: s) }
    }
  }

  private mutating func readmit(_ load: Int32, _ b: Int32, _ rule: OutlierRow) {
    let host = clusters.hosts.row(load)
    if !host.isEjected {
      if host.ejections > 0 { host.ejections &-= 1 }
      return
    }
    let longest = max(rule.most, rule.base)
    let (product, overflow) = rule.base.multipliedReportingOverflow(by: UInt64(host.ejections))
    let length = overflow ? longest : min(product, longest)
    if time &- host.ejectedAt < length { return }
    host.ejectedAt = never
    host.consecutive = 0
    clusters.states[b].ejected &-= 1
    clusters.states[b].exceptions &-= 1
  }

  /// Ejects replicas whose share of failures is too high, or whose success rate lies too far below
  /// the mean.
  private mutating func judgeStatistics(_ loads: Range<Int32>, _ b: Int32, _ c: Int32) {
    let rule = clusters.rows[c].outliers
    var judged: Int32 = 0
    var sum = 0.0
    for load in loads where clusters.hosts[load].isJudged(rule) {
      judged &+= 1
      sum += clusters.hosts[load].successRate
    }
    if judged < rule.hostsMin { return }
    let mean = sum / Double(judged)
    var squares = 0.0
    for load in loads where clusters.hosts[load].isJudged(rule) {
      let distance = clusters.hosts[load].successRate - mean
      squares += distance * distance
    }
    let bound = mean - rule.deviations * (squares / Double(judged)).squareRoot()
    for load in loads where clusters.hosts[load].isJudged(rule) {
      let rate = clusters.hosts[load].successRate
      let isFar = rule.deviations > 0 && rate < bound
      if isFar || (1 - rate) * 100 >= rule.failurePercent { eject(load, b, c) }
    }
  }
}

extension HostRow {
  /// Whether it has answered often enough of late to be judged.
  fileprivate func isJudged(_ rule: OutlierRow) -> Bool { !isEjected && answers >= rule.volumeMin }

  fileprivate var successRate: Double { 1 - Double(failures) / Double(answers) }
}
