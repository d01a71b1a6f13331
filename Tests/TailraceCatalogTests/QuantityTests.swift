import Testing

@testable import TailraceCatalog

@Suite("Quantities")
struct QuantityTests {
  @Test(
    "Durations",
    arguments: [
      ("'250us'", "250000"), ("'1m30s'", "90000000000"), ("'1.5s'", "1500000000"),
      ("'0.1s'", "100000000"), ("'0s'", "0"), ("'1d2h3m4s5ms6us7ns'", "93784005006007"),
      ("'0.0000000015s'", "2"), ("'1.4ns'", "1"), ("'0.5ns'", "1"),
      ("'0.4ns'", "'timeout' is less than half a nanosecond: 0.4ns"),
      ("'576460752303423488ns'", "576460752303423488"),
      (
        "'576460752303423489ns'",
        "'timeout' must be at most 2^59 ns, about 18 years, not 576460752303423489ns"
      ),
      (
        "'99999999999999999999999999d'",
        "'timeout' must be at most 2^59 ns, about 18 years, not 99999999999999999999999999d"
      ),
      ("250", "'timeout' needs a unit: write \"250ms\" or \"250s\", not 250"),
      ("'250'", "'timeout' needs a unit: write \"250ms\" or \"250s\", not \"250\""),
      ("0", "'timeout' needs a unit: write \"0s\", not 0"),
      ("-250", "'timeout' cannot be negative: -250"),
      ("'-5s'", "'timeout' cannot be negative: -5s"),
      ("'5min'", "'timeout' has the unknown unit 'min' in \"5min\"; write \"5m\""),
      ("'1h5min'", "'timeout' has the unknown unit 'min' in \"1h5min\"; write \"1h5m\""),
      (
        "'5x'",
        "'timeout' has the unknown unit 'x' in \"5x\"; units are ns us ms s m h d"
      ),
      ("'250 ms'", "'timeout' has a space in \"250 ms\"; write \"250ms\""),
      ("'30s1m'", "'timeout' must have each unit once, the largest first, not \"30s1m\""),
      ("'1s1s'", "'timeout' must have each unit once, the largest first, not \"1s1s\""),
      ("'soon'", "'timeout' must be a duration such as \"250ms\", not \"soon\""),
      ("'.5s'", "'timeout' must be a duration such as \"250ms\", not \".5s\""),
      ("''", "'timeout' must be a duration such as \"250ms\", not \"\""),
      ("[1]", "'timeout' must be a duration such as \"250ms\", not a list"),
      (
        "'0.1234567890123456789s'",
        "'timeout' has more than 18 digits after the point: 0.1234567890123456789s"
      ),
    ])
  func duration(text: String, expected: String) throws {
    let node = try value(text)
    #expect(
      outcome { () throws(Diagnostic) in
        try QuantityScanner.duration(node, key: "timeout")
      } == expected)
  }

  @Test(
    "Rates, sizes, bandwidths and shares",
    arguments: [
      ("rate", "'2000/s'", "2000.0"), ("rate", "'4/m'", "\(4.0 / 60)"),
      ("rate", "'0.5/ms'", "500.0"), ("rate", "'2/us'", "2000000.0"),
      ("rate", "'1/h'", "\(1.0 / 3600)"), ("rate", "'0/s'", "0.0"),
      ("rate", "100", "'x' needs a unit: write \"100/s\" or \"100/m\", not 100"),
      ("rate", "'100rps'", "'x' has the unknown unit 'rps' in \"100rps\"; write \"100/s\""),
      ("rate", "'5/min'", "'x' has the unknown unit '/min' in \"5/min\"; write \"5/m\""),
      ("size", "'64KiB'", "65536"), ("size", "'1GB'", "1000000000"), ("size", "'0B'", "0"),
      ("size", "'1.5KB'", "1500"), ("size", "'18446744073709551615B'", "18446744073709551615"),
      ("size", "'18446744073709551616B'", "'x' is too large: 18446744073709551616B"),
      ("size", "'1.5B'", "'x' must be a whole number of bytes, not 1.5B"),
      ("size", "64", "'x' needs a unit: write \"64KiB\" or \"64MiB\", not 64"),
      ("size", "'64Mi'", "'x' has the unknown unit 'Mi' in \"64Mi\"; write \"64MiB\""),
      ("bandwidth", "'100MB/s'", "100000000.0"), ("bandwidth", "'1Gbit/s'", "125000000.0"),
      ("bandwidth", "'1KiB/s'", "1024.0"), ("bandwidth", "'1bit/s'", "0.125"),
      ("bandwidth", "'1Gbps'", "'x' has the unknown unit 'Gbps' in \"1Gbps\"; write \"1Gbit/s\""),
      ("bandwidth", "'10MB'", "'x' has the unknown unit 'MB' in \"10MB\"; write \"10MB/s\""),
      ("share", "'5%'", "0.05"), ("share", "'0.1%'", "0.001"), ("share", "'100%'", "1.0"),
      ("share", "'101%'", "'x' must be from 0% to 100%, not 101%"),
      ("share", "0.05", "'x' needs a unit: write \"5%\" or \"0.05%\", not 0.05"),
      ("share", "5", "'x' needs a unit: write \"5%\", not 5"),
      ("share", "true", "'x' must be a share such as \"5%\", not a boolean"),
      ("integer", "5", "5"), ("integer", "1e3", "1000"),
      ("integer", "2.5", "'x' must be a whole number, not 2.5"),
      ("integer", "'5'", "'x' must be a whole number, not \"5\"; write 5"),
      ("integer", "'2.5'", "'x' must be a whole number, not \"2.5\""),
      ("real", "'2.5'", "'x' must be a number, not \"2.5\"; write 2.5"),
      ("real", "'inf'", "'x' must be a number, not \"inf\""),
      (
        "integer", "1e30",
        "'x' must be from -9223372036854775808 to 9223372036854775807, not 1e30"
      ),
      ("real", "0.25", "0.25"), ("real", "null", "'x' must be a number, not null"),
    ])
  func others(kind: String, text: String, expected: String) throws {
    let node = try value(text)
    let actual = outcome { () throws(Diagnostic) -> String in
      switch kind {
      case "rate": "\(try QuantityScanner.rate(node, key: "x"))"
      case "size": "\(try QuantityScanner.size(node, key: "x"))"
      case "bandwidth": "\(try QuantityScanner.bandwidth(node, key: "x"))"
      case "share": "\(try QuantityScanner.share(node, key: "x"))"
      case "integer": "\(try QuantityScanner.integer(node, key: "x"))"
      default: "\(try QuantityScanner.real(node, key: "x"))"
      }
    }
    #expect(actual == expected)
  }

  @Test(
    "A number of per cent is told apart from a part of 1",
    arguments: [
      ("50", "50.0"), ("1", "1.0"), ("0", "0.0"),
      ("'50%'", "'x' must be a number, not \"50%\"; write 50"),
      ("0.07", "'x' must be 0 or from 1 to 100, not 0.07; in per cent: write 7"),
      ("101", "'x' must be from 0 to 100, not 101"),
    ])
  func percent(text: String, expected: String) throws {
    let node = try value(text)
    let actual = outcome { () throws(Diagnostic) -> String in
      "\(try QuantityScanner.percent(node, key: "x", in: 0...100, fromOne: true))"
    }
    #expect(actual == expected)
    let half = try value("0.5")
    #expect(try QuantityScanner.percent(half, key: "x", in: 0...100, fromOne: false) == 0.5)
  }

  @Test("Ranges are named in the unit of the key")
  func ranges() throws {
    let zero = try value("0")
    #expect(
      outcome { () throws(Diagnostic) in
        try QuantityScanner.integer(zero, key: "replicas", in: 1...100_000)
      } == "'replicas' must be from 1 to 100000, not 0")
    #expect(
      outcome { () throws(Diagnostic) in
        try QuantityScanner.integer(zero, key: "replicas", in: 1...Int64.max)
      } == "'replicas' must be at least 1, not 0")
    #expect(
      outcome { () throws(Diagnostic) in
        try QuantityScanner.real(zero, key: "scale", in: .leastNonzeroMagnitude...10)
      } == "'scale' must be above 0 and at most 10, not 0")
    let long = try value("'20s'")
    #expect(
      outcome { () throws(Diagnostic) in
        try QuantityScanner.duration(long, key: "period", in: 1_000_000...10_000_000_000)
      } == "'period' must be from 1ms to 10s, not 20s")
    let large = try value("'1GB'")
    #expect(
      outcome { () throws(Diagnostic) in
        try QuantityScanner.size(large, key: "memory", in: 0...1024)
      } == "'memory' must be at most 1KiB, not 1GB")
  }

  @Test("Durations are written short, and read back exactly")
  func durationText() throws {
    let samples: [(UInt64, String)] = [
      (0, "0s"), (1, "1ns"), (250_000, "250us"), (1_500_000, "1.5ms"), (1_500_000_000, "1.5s"),
      (90_000_000_000, "1m30s"), (3_600_000_000_000, "1h"), (90_500_000_000, "1m30.5s"),
      (86_400_000_000_000, "1d"), (1_000_000_001, "1.000000001s"),
    ]
    for (nanoseconds, text) in samples { #expect(QuantityText.duration(nanoseconds) == text) }
    var generator = Generator(state: 1)
    for bits in 1...59 {
      for _ in 0..<40 {
        let nanoseconds = UInt64.random(in: 0...(1 << UInt64(bits)), using: &generator)
        let node = Node.string(QuantityText.duration(nanoseconds), from: "t")
        #expect(try QuantityScanner.duration(node, key: "k") == nanoseconds)
      }
    }
  }

  @Test("Sizes are written short, and read back exactly")
  func sizeText() throws {
    let samples: [(UInt64, String)] = [
      (0, "0B"), (65_536, "64KiB"), (1_000_000_000, "1GB"), (1_536, "1536B"), (1_500, "1.5kB"),
      (1 << 40, "1TiB"), (.max, "18446744073709551615B"),
    ]
    for (bytes, text) in samples { #expect(QuantityText.size(bytes) == text) }
    var generator = Generator(state: 2)
    for bits in 1...63 {
      for shift in [0, bits / 2, bits] {
        let bytes = UInt64.random(in: 0...(1 << UInt64(bits - shift)), using: &generator) << shift
        let node = Node.string(QuantityText.size(bytes), from: "t")
        #expect(try QuantityScanner.size(node, key: "k") == bytes)
      }
    }
  }

  @Test("Rates, bandwidths, shares and numbers read back exactly")
  func realText() throws {
    #expect(QuantityText.rate(4.0 / 60) == "4/m")
    #expect(QuantityText.rate(2_000) == "2000/s")
    #expect(QuantityText.share(0.05) == "5%")
    #expect(QuantityText.bandwidth(125_000_000) == "125MB/s")
    #expect(QuantityText.bandwidth(1_024) == "1KiB/s")
    #expect(QuantityText.real(3) == "3" && QuantityText.real(-0.5) == "-0.5")
    var generator = Generator(state: 3)
    var samples: [Double] = [
      0, .leastNonzeroMagnitude, 1e-300, 0.1, 1 / 3, 1e22, 1.7976931348623157e308,
    ]
    while samples.count < 3_000 {
      let sample = Double(bitPattern: generator.next() >> 1)
      if sample.isFinite { samples.append(sample) }
      samples.append(Double.random(in: 0...1e6, using: &generator))
    }
    let all = 0...Double.greatestFiniteMagnitude
    for sample in samples {
      let rate = Node.string(QuantityText.rate(sample), from: "t")
      #expect(try QuantityScanner.rate(rate, key: "k") == sample)
      let bandwidth = Node.string(QuantityText.bandwidth(sample), from: "t")
      #expect(try QuantityScanner.bandwidth(bandwidth, key: "k") == sample)
      let share = Node.string(QuantityText.share(sample), from: "t")
      #expect(try QuantityScanner.share(share, key: "k", in: all) == sample)
      let real = try value(QuantityText.real(sample))
      #expect(try QuantityScanner.real(real, key: "k") == sample)
    }
  }
}
