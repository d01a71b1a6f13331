import Foundation
import Testing

@testable import TailraceTables

@Suite("Numbers and times in fields") struct FieldTests {
  private static func decimal(_ text: String) -> DecimalText? {
    let bytes = Array(text.utf8)
    return DecimalText(bytes, 0, bytes.count)
  }

  private static func time(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    return CalendarTime.nanoseconds(bytes, 0, bytes.count)
  }

  @Test(
    "Numbers are read exactly",
    arguments: [
      ("0", 0), ("1", 1_000_000_000), ("0.000000001", 1), ("0.0000000005", 1),
      ("0.00000000049", 0), ("-2.5", -2_500_000_000), ("+3e-3", 3_000_000),
      ("1700000000.123456789", 1_700_000_000_123_456_789), ("1.5E2", 150_000_000_000),
      (".5", 500_000_000), ("5.", 5_000_000_000), ("0e400", 0),
      ("9223372036.854775807", Int64.max),
    ])
  func seconds(text: String, expected: Int64) {
    #expect(Self.decimal(text)?.whole(times: 1_000_000_000) == expected)
  }

  @Test("What is no number is refused")
  func noNumbers() {
    for text in [
      "", "-", ".", "1.2.3", "1e", "e5", "0x10", "1,5", " 1", "1 ", "nan", "inf", "1e5x",
    ] {
      #expect(Self.decimal(text) == nil, "\(text)")
    }
    #expect(Self.decimal("9223372036.854775808")?.whole(times: 1_000_000_000) == nil)
    #expect(Self.decimal("1e999999999999")?.real == nil)
    #expect(Self.decimal("1e-999999999999")?.real == 0)
  }

  /// The standard library rounds correctly: it is the twin.
  @Test("The nearest Double")
  func reals() {
    var state: UInt64 = 7
    for i in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let digits = String(state >> (i % 60))
      let text = i % 3 == 0 ? "-" + digits + "e\(i % 50 - 25)" : digits + ".25"
      #expect(Self.decimal(text)?.real == Double(text) || digits.count > 17, "\(text)")
    }
  }

  @Test("Indices are whole and below 2^53")
  func indices() {
    for text in ["0", "12", "1e3", "9007199254740991", "0.0"] {
      #expect(Self.decimal(text)?.isIndex == true, "\(text)")
    }
    for text in ["-1", "1.5", "9007199254740992", "1e30"] {
      #expect(Self.decimal(text)?.isIndex == false, "\(text)")
    }
  }

  @Test(
    "Date-times",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1970-01-01 00:00:01", 1_000_000_000),
      ("1969-12-31T23:59:59.5Z", -500_000_000),
      ("2023-11-16 18:17:03.9799600", 1_700_158_623_979_960_000),
      ("2000-02-29t12:00:00.123456789123z", 951_825_600_123_456_789),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
      ("1970-01-01T02:00:00+02:00", 0), ("1969-12-31T18:30:00-05:30", 0),
    ])
  func times(text: String, expected: Int64) {
    #expect(Self.time(text) == expected)
  }

  @Test("What is no date-time is refused")
  func noTimes() {
    for text in [
      "", "2023-11-16", "2023-13-01 00:00:00", "2023-02-29 00:00:00", "1900-02-29 00:00:00",
      "2023-11-16 24:00:00", "2023-11-16 18:60:00", "2023-11-16 18:17:61",
      "2023-11-16 18:17:03.", "2023-11-16 18:17:03Zx", "2023-11-16 18:17:03+2",
      "2023-11-16 18:17:03+24:00", "2023/11/16 18:17:03", "1600-01-01 00:00:00",
      "2023-11-16 18:17:0x", "٢٠٢٣-11-16 18:17:03",
    ] {
      #expect(Self.time(text) == nil, "\(text)")
    }
  }

  /// Foundation's calendar is the twin.
  @Test("Days of the calendar")
  func days() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: -100_000, to: 100_000, by: 17) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      let found = CalendarTime.days(parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
      #expect(found == day || day < -68_000)
    }
  }

  @Test("A hash does not depend on the portions")
  func portions() {
    let message = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let whole = SHA256.hash(message)
    for size in [1, 3, 63, 64, 65, 200, 999] {
      var hasher = SHA256()
      var start = 0
      while start < message.count {
        hasher.update(message[start..<min(message.count, start + size)])
        start += size
      }
      #expect(hasher.result() == whole, "\(size)")
    }
  }
}
