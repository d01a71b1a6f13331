import TailraceCatalog
import TailraceModel
import TailraceTables

/// What surveys of traces have found, so that variants share them.
struct TraceLibrary {
  private var surveys: [TraceQuery: TraceSurvey] = [:]
  private var headers: [TraceQuery: TraceSurvey] = [:]
  private var shelves: [TraceQuery: TraceShelf] = [:]
  /// Bytes of rows that may still be kept for replications to share.
  var bytesLeft = TraceShelf.bytesMax

  mutating func columns(of query: TraceQuery) -> TraceSurvey {
    var key = TraceQuery(path: query.path)
    key.format = query.format
    if let known = headers[key] { return known }
    let found = TraceSurvey.columns(of: key)
    headers[key] = found
    return found
  }

  mutating func survey(_ query: TraceQuery) -> TraceSurvey {
    if let known = surveys[query] { return known }
    let found = TraceSurvey(query)
    surveys[query] = found
    return found
  }

  /// Where replications share the rows of a surveyed file; nil where they would take too much.
  mutating func shelf(_ query: TraceQuery, _ survey: TraceSurvey) -> TraceShelf? {
    if let known = shelves[query] { return known }
    let rowBytes = TraceShelf.bytesPerRow(query)
    guard survey.rows <= UInt64(bytesLeft / rowBytes) else { return nil }
    bytesLeft -= Int(survey.rows) * rowBytes
    let made = TraceShelf(query, survey)
    shelves[query] = made
    return made
  }
}

// Traces become readers once it is known which of their columns are used.
extension TopologyBuilder {
  /// Binds every workload's trace and checks that what laws use of requests is there.
  mutating func bindTraces(_ topology: inout Topology) {
    let reached = ReachedUses(topology)
    for i in topology.workloads.indices {
      let workload = topology.workloads[i]
      let declared = scenario.workloads.first { $0.name == workload.name }
      var uses = reached.uses(of: workload)
      let own = workload.attributes.map(\.name)
      for name in uses.attributes where !own.contains(name) && !isOfVisit(name) {
        miss(name, workload, own)
      }
      for attribute in workload.attributes {
        var inner = LawUses()
        inner.add(attribute.law)
        if !inner.attributes.isEmpty {
          reading.report(
            .wrongType, at: place(of: workload),
            "attribute '\(attribute.name)' of workload '\(workload.name)' is linear in attributes; "
              + "only work can be")
        }
        uses.add(inner)
      }
      refuseColumnsInArrivals(of: workload)
      let classColumn = declared?.value.classes.column
      let keyColumns = declared?.value.keys.compactMap(\.value.value.column) ?? []
      if Self.isTraced(workload.arrivals) {
        if let bound = bind(workload.name, uses.columns, keyColumns, classColumn) {
          topology.workloads[i].arrivals = Self.replaced(workload.arrivals, by: bound)
        }
      } else {
        if let classColumn {
          reading.report(
            .unknownName, at: classColumn.node,
            "workload '\(workload.name)' replays no trace that could have a column of classes")
        }
        for column in keyColumns {
          reading.report(
            .unknownName, at: column.node,
            "workload '\(workload.name)' replays no trace that could have a column of keys")
        }
        for column in uses.columns {
          reading.report(
            .unknownName, at: node(ofColumn: column.name) ?? place(of: workload),
            "requests of workload '\(workload.name)' come here, but it replays no trace with a "
              + "column '\(column.name.clipped)'")
        }
      }
    }
  }

  private static func isTraced(_ arrivals: ArrivalSpec) -> Bool {
    switch arrivals {
    case .trace: true
    case .batches(let inner, _): isTraced(inner)
    default: false
    }
  }

  private static func replaced(_ arrivals: ArrivalSpec, by trace: TraceSpec) -> ArrivalSpec {
    if case .batches(let inner, let size) = arrivals {
      return .batches(replaced(inner, by: trace), size: size)
    }
    return .trace(trace)
  }

  /// Gaps and thoughts belong to no request that has a row.
  private mutating func refuseColumnsInArrivals(of workload: WorkloadSpec) {
    var uses = LawUses()
    func add(_ arrivals: ArrivalSpec) {
      switch arrivals {
      case .renewal(let interval): uses.add(interval)
      case .batches(let inner, let size):
        uses.add(size)
        add(inner)
      case .closed(let loop): uses.add(loop.thinkTime)
      default: break
      }
    }
    add(workload.arrivals)
    if !uses.columns.isEmpty || !uses.attributes.isEmpty {
      reading.report(
        .wrongType, at: place(of: workload),
        "the arrivals of workload '\(workload.name)' cannot depend on columns or attributes of "
          + "requests")
    }
  }

  private func place(of workload: WorkloadSpec) -> Node {
    scenario.workloads.first { $0.name == workload.name }?.nameNode ?? document
  }

  private mutating func miss(_ name: String, _ workload: WorkloadSpec, _ own: [String]) {
    // One that was written but not understood has been complained about.
    if document["workloads"]?[workload.name]?["attributes"]?[name] != nil { return }
    let node = node(ofAttribute: name) ?? place(of: workload)
    if LinearDeclaration.later.contains(name) {
      reading.report(
        .notInThisVersion, at: node, "attribute '\(name)' is not in this version")
      return
    }
    let near = NearestWord.suggest(name, among: own).map { "; did you mean '\($0)'?" }
    reading.report(
      .unknownName, at: node,
      "requests of workload '\(workload.name)' come here, but its 'attributes' have no "
        + "'\(name.clipped)'\(near ?? "")")
  }

  // MARK: Files

  /// A workload's trace with the columns that are used; nil where a mistake has been noted.
  private mutating func bind(
    _ workload: String, _ columns: [ColumnName], _ keyColumns: [Located<String>],
    _ classColumn: Located<String>?
  ) -> TraceSpec? {
    guard let node = document["workloads"]?[workload]?["arrivals"] else { return nil }
    // Whatever is wrong in it was noted when it was read first.
    var again = Reading()
    let common = again.shared(node, as: ArrivalCommon.self)
    let declared = again.object(
      node, as: TraceDeclaration.self, named: "", besides: ["type", "batch", "scale"])
    guard let declared, let file = declared.file, again.diagnostics.isEmpty else { return nil }
    guard declared.time != nil || declared.count != nil || declared.interval != nil else {
      return nil
    }
    var query = TraceQuery(path: reading.resolved(file.value))
    query.format = declared.format
    query.timeColumn = declared.time?.column?.value
    query.timeFormat = declared.time?.format ?? .dateTime
    query.countColumn = declared.count?.column?.value
    query.interval = declared.count?.interval ?? declared.interval ?? 0
    query.columns = columns
    for column in keyColumns {
      let name = ColumnName(column.value, .key)
      if !query.columns.contains(name) { query.columns.append(name) }
    }
    query.classColumn = classColumn?.value
    var named = columns.map { ($0.name, self.node(ofColumn: $0.name) ?? node) }
    for place in [declared.time?.column, declared.count?.column, classColumn] + keyColumns {
      if let place { named.append((place.value, place.node)) }
    }
    guard hasColumns(named, query, file) else { return nil }
    let survey = traces.survey(query)
    guard !noted(survey, file) else { return nil }
    reading.files.insert(
      NamedFile(path: file.value, byteCount: survey.byteCount, sha256: survey.sha256))
    var replay = TraceReplay(
      query: query, survey: survey, shownPath: file.value, scale: common.scale,
      isLooped: declared.loop)
    guard isReplayable(replay, node, file) else { return nil }
    replay.shelf = traces.shelf(query, survey)
    return replay.spec
  }

  /// Notes what is wrong in a file, and says whether anything is.
  private mutating func noted(_ survey: TraceSurvey, _ file: Located<String>) -> Bool {
    reading.noted(survey.mistakes, survey.failure, file)
  }

  private mutating func hasColumns(
    _ named: [(name: String, node: Node)], _ query: TraceQuery, _ file: Located<String>
  ) -> Bool {
    let header = traces.columns(of: query)
    if noted(header, file) { return false }
    var isComplete = true
    for (name, node) in named {
      if let mistake = ColumnMistake.of(name, among: header.columns, in: file.value) {
        reading.report(.unknownName, at: node, mistake)
        isComplete = false
      }
    }
    return isComplete
  }

  private mutating func isReplayable(
    _ replay: TraceReplay, _ node: Node, _ file: Located<String>
  ) -> Bool {
    let requests = replay.survey.requests
    if requests == 0 {
      reading.report(.outOfRange, at: file.node, "'\(file.value.clipped)' counts no request")
      return false
    }
    if Double(requests) * replay.scale < 1 {
      reading.report(
        .outOfRange, at: file.node,
        "'\(file.value.clipped)' has \(requests) requests, with 'scale' less than one")
      return false
    }
    if replay.isLooped && replay.period == 0 {
      reading.report(
        .outOfRange, at: node["loop"] ?? node, "'loop' needs rows at two different times")
      return false
    }
    let rate = replay.ratePerSecond
    if rate > 1e9 && requests > 1 {
      reading.report(
        .outOfRange, at: file.node,
        "'\(file.value.clipped)' has \(requests) requests in \(replay.period) ns"
          + (replay.scale == 1 ? "" : " times 'scale' \(replay.scale)")
          + "; at most 1000000000 in a second")
      return false
    }
    return true
  }

  // MARK: Places

  /// Where a `column` of this name is written first.
  private func node(ofColumn name: String) -> Node? {
    Self.first(in: document) { node in
      guard let column = node["column"], node["type"]?.string == "column",
        column.string == name
      else { return nil }
      return column
    }
  }

  /// Where an attribute of this name is used first.
  func node(ofAttribute name: String) -> Node? {
    Self.first(in: document) { node in
      guard node["type"]?.string == "linear", let member = node["per"]?.object?[name] else {
        return nil
      }
      return Node(.string(name), source: member.value.source, range: member.nameRange)
    }
  }

  private static func first(in node: Node, _ find: (Node) -> Node?) -> Node? {
    if let found = find(node) { return found }
    for member in node.object?.members ?? [] {
      if let found = first(in: member.value, find) { return found }
    }
    for item in node.array ?? [] {
      if let found = first(in: item, find) { return found }
    }
    return nil
  }
}

extension Reading {
  /// Notes what is wrong in a file where its path stands, and says whether anything is.
  mutating func noted(
    _ mistakes: [TableMistake], _ failure: String?, _ file: Located<String>
  ) -> Bool {
    if let failure {
      report(.file, at: file.node, "cannot read '\(file.value.clipped)': \(failure)")
      return true
    }
    for (number, mistake) in mistakes.enumerated() {
      report(
        Diagnostic(
          .file, source: file.node.source, range: file.node.range,
          message: "\(file.value.clipped):\(mistake.line):\(mistake.column): \(mistake.message)",
          ordinal: number))
    }
    return !mistakes.isEmpty
  }
}

/// A name that no column has.
enum ColumnMistake {
  /// The sentence, or nil where there is such a column.
  static func of(_ name: String, among columns: [String], in file: String) -> String? {
    if columns.contains(name) { return nil }
    var text = "'\(file.clipped)' has no column '\(name.clipped)'"
    if let near = NearestWord.suggest(name, among: columns) {
      text += "; did you mean '\(near)'?"
    } else {
      let shown = columns.prefix(12).map { "'\($0.clipped)'" }.joined(separator: ", ")
      text += "; it has " + shown + (columns.count > 12 ? ", …" : "")
    }
    return text
  }
}

extension Diagnostic.Code {
  static let file: Diagnostic.Code = "file"
}
