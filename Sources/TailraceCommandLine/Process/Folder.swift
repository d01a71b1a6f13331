/// Folders and the paths of files in them.
enum Folder {
  /// Makes a folder and those above it; an existing one is fine.
  static func make(_ path: String) throws(FileError) {
    if path.isEmpty { throw FileError("create", path, cause: "the path is empty") }
    if isFolder(path) { return }
    let (parent, _) = split(path)
    if !parent.isEmpty, parent != path { try make(parent) }
    if unsafe mkdir(path, 0o777) != 0 {
      let code = errno
      // Another process may have made it meanwhile.
      if !isFolder(path) { throw FileError("create", path, code: code) }
    }
  }

  /// The folder's path (empty for the current one) and the last part of a path.
  static func split(_ path: String) -> (folder: String, name: String) {
    var path = path
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    let name = String(path[path.utf8.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
  }

  /// A file's path in a folder.
  static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }

  /// The names of what a folder holds, sorted by their bytes; hidden ones are left out.
  static func names(in path: String) throws(FileError) -> [String] {
    guard let folder = unsafe opendir(path) else {
      throw FileError("list", path, code: errno)
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// Whether anything is there.
  static func isThere(_ path: String) -> Bool { kind(of: path) != nil }

  /// Whether a folder is there.
  static func isFolder(_ path: String) -> Bool {
    kind(of: path) == S_IFDIR
  }

  /// Whether something other than a file or folder is there: a pipe, a device.
  static func isDevice(_ path: String) -> Bool {
    guard let kind = kind(of: path) else { return false }
    return kind != S_IFDIR && kind != S_IFREG
  }

  private static func kind(of path: String) -> mode_t? {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    return facts.st_mode & S_IFMT
  }
}
