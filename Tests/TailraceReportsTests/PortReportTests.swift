import Foundation
import TailraceExperiment
import TailraceModel
import Testing

@testable import TailraceReports

@Suite("Reports of ports") struct PortReportTests {
  private var result: RunResult {
    func estimate(_ value: Double) -> Estimate {
      Estimate(value: value, halfWidth: 0.01, perReplication: [value, value])
    }
    var result = sampleResult()
    result.ports = [
      PortResult(
        link: "services/db", service: "web", direction: .in, bandwidth: 125_000_000, ports: 2,
        messages: 2_000, bytes: 60_000_000, utilization: estimate(0.25),
        busiest: (shard: 0, replica: 1, utilization: estimate(0.3125))),
      PortResult(
        link: "services/db", service: "web", direction: .out, bandwidth: 125_000_000, ports: 2,
        messages: 0, bytes: 0, utilization: estimate(0),
        busiest: (shard: 0, replica: 0, utilization: estimate(0))),
    ]
    return result
  }

  @Test("The text has a line for the ports of a service, the JSON the same figures")
  func figures() throws {
    let lines = SummaryText(result).text.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.contains("PORTS ports MB/s each messages MB utilization busiest"))
    #expect(lines.contains("web in (services/db) 2 125.0 2,000 60.00 25.0 % 31.2 %"))
    // Ports that carried nothing only stand in the files.
    #expect(!lines.contains { $0.hasPrefix("web out") })
    #expect(!SummaryText(sampleResult()).text.contains("PORTS"))
    let object = try JSONSerialization.jsonObject(with: Data(try SummaryJSON(result).text().utf8))
    let document = try #require(object as? [String: Any])
    let ports = try #require((document["ports"] as? [[String: Any]])?.first)
    #expect(ports["bytes"] as? Int == 60_000_000)
    #expect(ports["direction"] as? String == "in")
    #expect(ports["utilization_ratio"] as? Double == 0.25)
    let busiest = try #require(ports["busiest_port"] as? [String: Any])
    #expect(busiest["replica"] as? Int == 1)
    #expect(busiest["utilization_ratio"] as? Double == 0.3125)
    let summary = ReportTables.summary([result])
    #expect(summary.contains(",ports,services/db web in,utilization,busiest,ratio,0.3125,"))
  }
}
