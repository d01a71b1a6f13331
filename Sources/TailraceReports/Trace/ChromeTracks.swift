import TailraceCatalog

/// Processes and threads by name, with their order of display.
struct ChromeTracks {
  private var processes: [String: Int] = [:]
  private var processRows: [(name: String, order: Int)] = []
  private var threads: [String: Int] = [:]
  private var threadRows: [(process: Int, name: String, order: Int)] = []
  /// By process and lane, when it is taken, in order of time.
  private var busy: [String: [(from: UInt64, until: UInt64)]] = [:]

  /// The number of a process, from 1.
  mutating func process(_ name: String, order: Int) -> Int {
    if let known = processes[name] { return known }
    processRows.append((name, order))
    processes[name] = processRows.count
    return processRows.count
  }

  /// The number of a thread of a process, from 1 over all processes.
  mutating func thread(_ name: String, in process: Int, order: Int) -> Int {
    let key = "\(process)\n\(name)"
    if let known = threads[key] { return known }
    threadRows.append((process, name, order))
    threads[key] = threadRows.count
    return threadRows.count
  }

  /// The first of a family of threads on which a time is free.
  mutating func freeThread(
    in process: Int, from begin: UInt64, until end: UInt64,
    _ family: (Int) -> (name: String, order: Int)
  ) -> Int {
    var n = 0
    while true {
      let (name, order) = family(n)
      let key = "\(process)\n\(name)"
      let i = place(of: begin, in: busy[key] ?? [])
      let taken = busy[key] ?? []
      let isAfter = i == 0 || taken[i - 1].until <= begin
      let isBefore = i == taken.count || end <= taken[i].from
      if isAfter && isBefore {
        busy[key, default: []].insert((begin, end), at: i)
        return thread(name, in: process, order: order)
      }
      n += 1
    }
  }

  /// How many of these begin before an instant.
  private func place(of instant: UInt64, in taken: [(from: UInt64, until: UInt64)]) -> Int {
    var (low, high) = (0, taken.count)
    while low < high {
      let middle = (low + high) / 2
      if taken[middle].from < instant { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Names and orders of all of them.
  var metadata: [String] {
    var lines: [String] = []
    func add(_ kind: String, _ process: Int, _ thread: Int, _ arguments: String) {
      lines.append(
        "{\"ts\":0.000,\"ph\":\"M\",\"pid\":\(process),\"tid\":\(thread),\"name\":\"\(kind)\","
          + "\"args\":{\(arguments)}}")
    }
    for (i, row) in processRows.enumerated() {
      add("process_name", i + 1, 0, "\"name\":\(JSONWriter.quoted(row.name))")
      add("process_sort_index", i + 1, 0, "\"sort_index\":\(row.order)")
    }
    for (i, row) in threadRows.enumerated() {
      add("thread_name", row.process, i + 1, "\"name\":\(JSONWriter.quoted(row.name))")
      add("thread_sort_index", row.process, i + 1, "\"sort_index\":\(row.order)")
    }
    return lines
  }
}
