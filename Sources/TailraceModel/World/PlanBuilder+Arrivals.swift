import TailraceEngine

extension PlanBuilder {
  /// Lays out when a workload's requests begin.
  static func layOut(
    _ arrivals: ArrivalSpec, of workload: String, source: Int, _ row: inout SourceRow,
    _ plan: inout Plan
  ) {
    switch arrivals {
    case .poisson(let rate): row.law = law(.exponential(mean: 1e9 / rate), &plan)
    case .renewal(let interval): row.law = law(interval, &plan)
    case .constant(let rate):
      row.kind = .constant
      row.gap = 1e9 / rate
    case .instants(let instants):
      row.kind = .instants
      row.firstInstant = Int32(plan.instants.count)
      row.instantCount = Int32(instants.count)
      plan.instants += instants
    case .trace(let trace):
      row.trace = Int32(plan.traces.count)
      plan.traces.append(trace)
      attach(stream(.traced, of: workload), &row, &plan)
    case .rate(let rate):
      var stream = stream(.linear, of: workload)
      layOut(rate, &stream, &plan)
      attach(stream, &row, &plan)
    case .modulated(let states):
      precondition(states.contains { $0.ratePerSecond > 0 }, "a state needs a rate")
      var stream = stream(.modulated, of: workload)
      stream.first = Int32(plan.ratePieces.count)
      stream.count = Int32(states.count)
      stream.chance =
        StreamKey(seed: plan.seed, name: StreamName.hash("workloads", workload, "states"))
        .sequence()
      plan.ratePieces += states.map { RatePiece(start: $0.mean, rate: $0.ratePerSecond / 1e9) }
      attach(stream, &row, &plan)
    case .batches(let inner, let size):
      layOut(inner, of: workload, source: source, &row, &plan)
      let sizes = law(size, &plan)
      if row.kind != .stream {
        let kinds: [ArrivalKind: StreamKind] = [.constant: .constant, .instants: .instants]
        attach(stream(kinds[row.kind] ?? .renewal, of: workload), &row, &plan)
      }
      plan.streams[Int(row.stream)].batch = sizes
    case .closed(let loop):
      row.kind = .closed
      row.law = law(loop.thinkTime, &plan)
      row.rampUp = Double(loop.rampUp)
      row.firstClient = Int32(plan.clients.count)
      row.clientCount = Int32(loop.clients)
      for i in 0..<loop.clients {
        plan.clients.append(ClientRow(source: Int32(source), index: Int32(i)))
      }
    }
  }

  private static func stream(_ kind: StreamKind, of workload: String) -> StreamRow {
    StreamRow(kind: kind, batchSalt: StreamName.hash("workloads", workload, "batch"))
  }

  private static func attach(_ stream: StreamRow, _ row: inout SourceRow, _ plan: inout Plan) {
    row.kind = .stream
    row.stream = Int32(plan.streams.count)
    plan.streams.append(stream)
  }

  private static func layOut(_ rate: RateSpec, _ stream: inout StreamRow, _ plan: inout Plan) {
    switch rate {
    case .points(let points):
      precondition(!points.isEmpty, "a list of rates needs a point")
      stream.first = Int32(plan.ratePieces.count)
      var pieces: [RatePiece] = []
      if points[0].at > 0 {
        pieces.append(RatePiece(start: 0, rate: points[0].ratePerSecond / 1e9))
      }
      for (i, point) in points.enumerated() {
        var piece = RatePiece(start: Double(point.at), rate: point.ratePerSecond / 1e9)
        if i + 1 < points.count, points[i + 1].at > point.at {
          piece.slope =
            (points[i + 1].ratePerSecond / 1e9 - piece.rate) / Double(points[i + 1].at - point.at)
        }
        pieces.append(piece)
      }
      stream.count = Int32(pieces.count)
      plan.ratePieces += pieces
    case .pulses(let base, let peak, let at, let length, let every):
      precondition(length <= every && max(base, peak) > 0, "pulses one after the other")
      stream.kind = .pulses
      stream.mean = base / 1e9
      stream.peak = peak / 1e9
      stream.until = Double(at)
      stream.width = Double(length)
      stream.period = Double(every)
    case .sine(let mean, let amplitude, let period):
      precondition(amplitude >= 0 && amplitude <= 1 && period > 0 && mean > 0, "a sine of rates")
      stream.kind = .sine
      stream.mean = mean / 1e9
      stream.amplitude = amplitude
      stream.period = Double(period)
    }
  }
}
