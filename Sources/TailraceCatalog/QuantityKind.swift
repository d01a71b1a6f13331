/// The five kinds of quantity, with their units.
enum QuantityKind {
  case duration
  case rate
  case size
  case bandwidth
  case share

  /// The kind in words, with an example.
  var noun: String {
    switch self {
    case .duration: "a duration such as \"250ms\""
    case .rate: "a rate such as \"2000/s\""
    case .size: "a size such as \"64KiB\""
    case .bandwidth: "a bandwidth such as \"100MB/s\""
    case .share: "a share such as \"5%\""
    }
  }

  /// All units, for messages.
  var unitNames: String {
    switch self {
    case .duration: "ns us ms s m h d"
    case .rate: "/us /ms /s /m /h /d"
    case .size: "B kB MB GB TB KiB MiB GiB TiB"
    case .bandwidth: "B/s kB/s MB/s GB/s KiB/s MiB/s GiB/s bit/s kbit/s Mbit/s Gbit/s"
    case .share: "%"
    }
  }

  /// Whether a text ends in letters that are a unit of some kind, as quantities do.
  static func endsInUnit(_ text: String) -> Bool {
    let unit = String(text.drop { $0.isNumber || "+-._eE".contains($0) })
    let kinds: [QuantityKind] = [.duration, .rate, .size, .bandwidth, .share]
    return kinds.contains { kind in
      kind.unitNames.split(separator: " ").contains { $0 == unit } || kind.alias(of: unit) != nil
    }
  }

  /// The two units that a bare number most likely lacks.
  private var likelyUnits: [String] {
    switch self {
    case .duration: ["ms", "s"]
    case .rate: ["/s", "/m"]
    case .size: ["KiB", "MiB"]
    case .bandwidth: ["MB/s", "Mbit/s"]
    case .share: ["%"]
    }
  }

  /// What a bare number may mean, each reading with its unit.
  func readings(of number: DecimalSpelling) -> [String] {
    let text = number.text
    if number.digits.isEmpty { return [text + likelyUnits[likelyUnits.count - 1]] }
    // A share of 0.05 is more often five percent than a twentieth of one.
    let isRatio = number.digits.count + number.exponent <= 0 || text == "1"
    if case .share = self, isRatio { return [number.shifted(by: 2).text + "%", text + "%"] }
    return likelyUnits.map { text + $0 }
  }

  /// The unit that a foreign or misspelled one stands for.
  func alias(of unit: String) -> String? {
    let lower = unit.lowercased()
    switch self {
    case .duration: return Self.durationAliases[lower]
    case .rate: return Self.rateAliases[lower]
    case .size: return Self.sizeAliases[lower]
    case .bandwidth: return Self.bandwidthAlias(of: unit)
    case .share: return ["percent", "pct", "per cent"].contains(lower) ? "%" : nil
    }
  }

  private static let durationAliases: [String: String] = [
    "nsec": "ns", "nanos": "ns", "\u{B5}s": "us", "\u{3BC}s": "us", "usec": "us", "micros": "us",
    "msec": "ms", "millis": "ms", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "min": "m", "mins": "m", "minute": "m", "minutes": "m", "hr": "h", "hrs": "h", "hour": "h",
    "hours": "h", "day": "d", "days": "d", "ns": "ns", "us": "us", "ms": "ms", "s": "s", "h": "h",
    "d": "d",
  ]

  private static let rateAliases: [String: String] = [
    "rps": "/s", "qps": "/s", "tps": "/s", "r/s": "/s", "req/s": "/s", "requests/s": "/s",
    "ops/s": "/s", "/sec": "/s", "/second": "/s", "rpm": "/m", "r/m": "/m", "/min": "/m",
    "/minute": "/m", "/hr": "/h", "/hour": "/h", "/day": "/d", "hz": "/s", "s": "/s",
    "per second": "/s", "per minute": "/m",
  ]

  private static let sizeAliases: [String: String] = [
    "b": "B", "byte": "B", "bytes": "B", "k": "kB", "m": "MB", "g": "GB", "t": "TB", "kb": "kB",
    "mb": "MB", "gb": "GB", "tb": "TB", "ki": "KiB", "mi": "MiB", "gi": "GiB", "ti": "TiB",
    "kib": "KiB", "mib": "MiB", "gib": "GiB", "tib": "TiB",
  ]

  private static func bandwidthAlias(of unit: String) -> String? {
    for (ending, rate) in [("Bps", "B/s"), ("bps", "bit/s"), ("b/s", "bit/s")]
    where unit.hasSuffix(ending) && unit.utf8.count <= ending.utf8.count + 1 {
      let prefix = unit.dropLast(ending.count)
      return (prefix == "K" ? "k" : prefix) + rate
    }
    guard let size = sizeAliases[unit.lowercased()] ?? (unit == "bit" ? "bit" : nil) else {
      return nil
    }
    return size + "/s"
  }
}
