/// Standard streams and single files, where a lone dash means a stream.
public enum Streams {
  /// The largest input that is read unless the caller says otherwise: 64 MiB.
  public static let inputLimit = 1 << 26

  /// The bytes of a file, or of standard input for "-".
  public static func read(
    _ path: String, limit: Int = inputLimit
  ) throws(FileError) -> [UInt8] {
    if path == "-" { return try Descriptor(number: 0).readAll(limit: limit, shown: path) }
    let file = try Descriptor.reading(path)
    do throws(FileError) {
      let bytes = try file.readAll(limit: limit, shown: path)
      try file.close(shown: path)
      return bytes
    } catch {
      try? file.close(shown: path)
      throw error
    }
  }

  /// Whether a folder is there.
  public static func isFolder(_ path: String) -> Bool { Folder.isFolder(path) }

  /// The names of what a folder holds, sorted by their bytes; hidden ones are left out.
  public static func names(in folder: String) throws(FileError) -> [String] {
    try Folder.names(in: folder)
  }

  /// Writes results to standard output.
  public static func printResult(_ text: String) throws(FileError) {
    try Descriptor(number: 1).write(Array(text.utf8), shown: "standard output")
  }

  /// Writes talk to standard error; failures there have no one to hear them.
  public static func printMessage(_ text: String) {
    try? Descriptor(number: 2).write(Array(text.utf8), shown: "standard error")
  }

  /// Whether standard output (1) or standard error (2) is a terminal.
  public static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// A variable of the environment.
  public static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Cores this process may use, at least 1.
  public static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
