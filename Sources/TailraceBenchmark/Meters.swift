#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a run costs on this machine.
enum Meters {
  /// CPU seconds that this thread has used.
  static var threadSeconds: Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }

  /// The most memory this process has held so far, in KiB; nil where the system does not say.
  ///
  /// Calls of `malloc` cannot be counted from Swift: see Tests/tools/allocations.sh.
  static var peakKibibytes: Int? {
    var usage = rusage()
    #if canImport(Glibc)
      let status = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      let status = unsafe getrusage(RUSAGE_SELF, &usage)
    #endif
    guard status == 0 else { return nil }
    return usage.ru_maxrss
  }
}
