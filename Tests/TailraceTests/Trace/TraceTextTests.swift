import Tailrace
import TailraceModel
import TailraceReports
import Testing

@Suite("Traces as text") struct TraceTextTests {
  @Test("A scatter in a branch, and a call that is given up and goes on for nobody")
  func shop() throws {
    let result = try Shop.experiment().trace(.slowest(1, workload: nil))
    #expect(
      TraceText(result).text == """
        shop · variant base · seed 1
        the slowest of 3 answered requests in replication 0

        request 0 of shoppers · replication 0 · began at 0.000000000 s
        degraded after 8.000000 ms

               at ms      lasts  0 … 8.000 ms          what
        *      0.000      8.000  ████████████████████  request 0: → degraded
        *      0.000      8.000  ████████████████████  └ web slot 0: work parse 2.000
                                                         │   waits for answers 5.000 · work 1.000
                                                         │   → degraded
        *      2.000      5.000       █████████████      ├ branch 0: waits for answers 5.000
                                                         │ │   released the join
        *      2.000      5.000       █████████████      │ ├ stock shard 0: work 5.000 · released the join
               2.000      5.000       ░░░░░░░░░░░░░      │ └ stock shard 1: work 5.000
               2.000      3.500       ░░░░░░░░░          └ branch 1: work 1.000 · waits for answers 2.500
                                                           │   → degraded
               3.000      2.500         ░░░░░░░            └ call price: lost 2.500 · → timeout
               3.000      4.000         ░░░░░░░░░░░          └ price replica 0: work 4.000 · → timed out
                                                                   given up at 5.500, went on for nobody

        CRITICAL PATH (3 parts, to the nanosecond)
             at ms  lasts ms    share  where          what
          0.000000  2.000000   25.0 %  web            work parse
          2.000000  5.000000   62.5 %  stock shard 0  work
          7.000000  1.000000   12.5 %  web            work
                    8.000000  100.0 %  all of it

        """)
    #expect(
      FoldedTrace(result).text == """
        shoppers;web;web work parse 2000000
        shoppers;web;stock;stock work 5000000
        shoppers;web;web work 1000000

        """)
  }

  @Test("A storm: four attempts with their pauses, each in the queue for nobody when it is over")
  func storm() throws {
    let (_, scenario) = try Library.load(
      Library.root.appending(path: "scenarios/retry-storm.jsonc"))
    var experiment = scenario.variants[0].experiment(of: scenario)
    experiment.duration = 60_000_000_000
    let name = TraceChoice.Name(workload: "users", number: 7_000)
    let result = try experiment.trace(.named([name]))
    let trace = try #require(result.requests.first).trace
    let attempts = trace.spans.filter { $0.kind == .visit }
    #expect(attempts.map(\.attempt) == [0, 1, 2, 3])
    #expect(attempts.map(\.attemptKind) == [.first, .retry, .retry, .retry])
    #expect(attempts.allSatisfy { $0.ending == .timedOut })
    // Lost, pause, lost, pause ...: nothing else is between the start and the timeout.
    #expect(
      trace.path.map(\.cause) == [
        .lost, .backOff, .lost, .backOff, .lost, .backOff, .lost,
      ])
    #expect(trace.time(in: .lost) == 4_000_000_000)
    #expect(trace.outcome == .timeout && trace.isExact)
    let text = TraceText(result).text
    #expect(text.contains("timeout after"))
    #expect(text.contains("├ attempt 2 (retry) db"))
    #expect(text.contains("went on for nobody"))
    for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test("Of 100 leaves the slowest and the critical one are shown; -v shows all")
  func wide() throws {
    let (_, scenario) = try Library.load(
      Library.root.appending(path: "scenarios/scatter-gather-100.jsonc"))
    var experiment = scenario.variants[0].experiment(of: scenario)
    experiment.duration = 12_000_000_000
    experiment.replications = 1
    let result = try experiment.trace(.slowest(1, workload: "search"))
    let short = TraceText(result).text
    #expect(short.split(separator: "\n").count < 25)
    #expect(short.contains("… 97 more of leaf: "))
    #expect(short.contains("-v shows all"))
    #expect(short.contains("released the join"))
    let long = TraceText(result, isVerbose: true).text
    #expect((0..<100).allSatisfy { long.contains("leaf shard \($0) ") })
    #expect(!long.contains("… 97"))
    // Colour adds marks and takes nothing away.
    let vivid = TraceText(result, hasColor: true).text
    #expect(vivid.contains("\u{1B}["))
    #expect(vivid.replacing(/\u{1B}\[[0-9]+m/, with: "") == short)
  }

  @Test("One who waits for somebody else's fetch names the request that fetches")
  func coalesced() throws {
    let experiment = try Shop.experiment { _ in
      """
      {
        tailrace: 1, name: "pages", seed: 1,
        run: { duration: "1s", warm_up: "0s", replications: 1 },
        workloads: {
          users: {
            arrivals: { type: "constant", rate: "500/s" }, steps: [{ call: "web" }],
            keys: { page: 1 },
          },
        },
        services: {
          web: { concurrency: "unlimited", handler: [
            { cache: "pages", on_miss: [{ call: "db" }] },
          ] },
          db: { concurrency: 1, handler: [{ work: "7ms" }] },
        },
        keys: { page: { count: 1 } },
        caches: {
          pages: { max_entries: 10, lock: true, hit_latency: "50us" },
        },
      }
      """
    }
    let names = [0, 1, 9].map { TraceChoice.Name(workload: "users", number: $0) }
    let result = try experiment.trace(.named(names))
    let text = TraceText(result).text
    #expect(text.contains("pages miss"))
    #expect(text.contains("pages being fetched by request 0 of users"))
    #expect(text.contains("other's fetch 5.000"))
    #expect(text.contains("pages hit"))
    #expect(text.contains("cache 50.000"))
  }

  @Test("More spans than there is room for are refused with the sum")
  func tooMany() throws {
    let experiment = try Shop.experiment()
    do throws(TraceFailure) {
      _ = try experiment.trace(.slowest(3, workload: nil), spansMax: 20)
      Issue.record("21 spans do not fit")
    } catch {
      guard case .tooManySpans(let spans, let begun, let chosen) = error else {
        Issue.record("\(error)")
        return
      }
      // A request has eight: itself, web, two branches, two leaves, a call and its attempt.
      #expect(spans == 20 && begun == 3 && chosen == 3)
    }
    let all = try experiment.trace(.slowest(3, workload: nil), spansMax: 24)
    #expect(all.requests.map(\.trace.spans.count) == [8, 8, 8])
  }
}
