/// Files on which somebody works: tells when one of them has been saved.
///
/// Five times a second sizes and times of change are looked at; what changed there is read once it
/// has kept still for two looks, so that half-written files are left alone, and counts only if
/// its bytes are others.
public struct FileWatch {
  /// Between two looks, in microseconds.
  static let period: UInt32 = 200_000
  /// Looks for which an empty or missing file may be on its way.
  static let patience = 10

  /// What can be known of a file without reading it.
  struct Stamp: Equatable {
    var seconds: Int
    var nanoseconds: Int
    var size: Int
    var inode: UInt64

    /// Nil where there is no file.
    init?(_ path: String) {
      var facts = stat()
      guard unsafe stat(path, &facts) == 0 else { return nil }
      #if canImport(Darwin)
        let time = facts.st_mtimespec
      #else
        let time = facts.st_mtim
      #endif
      seconds = Int(time.tv_sec)
      nanoseconds = Int(time.tv_nsec)
      size = Int(facts.st_size)
      inode = UInt64(facts.st_ino)
    }
  }

  private let paths: [String]
  private var contents: [[UInt8]?]

  /// Watches files from what they hold now on, or from what the caller has read of them.
  public init(_ paths: [String], read: [String: [UInt8]] = [:]) {
    self.paths = paths
    contents = paths.map { read[$0] ?? Self.contents($0) }
  }

  /// Waits for a save.
  ///
  /// - Parameter shouldStop: asked before each look.
  /// - Returns: whether something was saved; false after a stop.
  public mutating func wait(shouldStop: () -> Bool) -> Bool {
    // Nothing is known of the time until now: the first look reads.
    var last: [Stamp?]?
    while !shouldStop() {
      let stamps = paths.map(Stamp.init)
      if stamps != last {
        last = settled(stamps, shouldStop: shouldStop)
        if shouldStop() { return false }
        let now = paths.map(Self.contents)
        if now != contents {
          contents = now
          return true
        }
      }
      usleep(Self.period)
    }
    return false
  }

  /// Waits until nothing changes any more; who comes late or is empty gets some patience.
  private func settled(
    _ stamps: [Stamp?], shouldStop: () -> Bool
  ) -> [Stamp?] {
    var last = stamps
    var looks = 0
    while !shouldStop() {
      usleep(Self.period)
      let now = paths.map(Stamp.init)
      looks += 1
      let isWhole = now.allSatisfy { ($0?.size ?? 0) > 0 } || looks >= Self.patience
      if now == last, isWhole { return now }
      last = now
    }
    return last
  }

  private static func contents(_ path: String) -> [UInt8]? {
    try? Streams.read(path, limit: 1 << 30)
  }
}
