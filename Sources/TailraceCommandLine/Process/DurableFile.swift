/// Files that survive the death of the process that writes them, and of others that write the same.
public enum DurableFile {
  /// Writes a file so that its name only ever stands for whole contents, even after a power cut.
  ///
  /// The bytes go to a hidden name of their own in the same folder, are flushed to the disk, and then
  /// take the name in one step. Several processes may write the same file at a time.
  public static func write(_ contents: [UInt8], to path: String) throws(FileError) {
    let (folder, name) = Folder.split(path)
    // Only in a name that is gone when this returns: no result depends on it.
    let nonce = UInt64.random(in: 0...UInt64.max)
    let temporary = Folder.join(
      folder, ".\(name).\(getpid()).\(String(nonce, radix: 16)).tmp")
    let number = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard number >= 0 else { throw FileError("write", path, code: errno) }
    let file = Descriptor(number: number)
    do throws(FileError) {
      try file.write(contents, shown: path)
      if fsync(number) != 0 { throw FileError("write", path, code: errno) }
    } catch {
      try? file.close(shown: path)
      unsafe unlink(temporary)
      throw error
    }
    do throws(FileError) {
      try file.close(shown: path)
      if unsafe rename(temporary, path) != 0 { throw FileError("write", path, code: errno) }
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    // The name itself is in the folder; where that cannot be flushed the system does it later.
    if let place = try? Descriptor.reading(folder.isEmpty ? "." : folder) {
      _ = fsync(place.number)
      try? place.close(shown: folder)
    }
  }

  /// The bytes of a file; nil where there is none.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
    if !Folder.isThere(path) { return nil }
    return try Streams.read(path, limit: limit)
  }

  /// Removes a file; one that is not there is fine.
  public static func remove(_ path: String) throws(FileError) {
    if unsafe unlink(path) != 0, errno != ENOENT { throw FileError("remove", path, code: errno) }
  }
}

/// A file that grows by whole entries; a kill leaves at most the last one torn.
public final class AppendFile: Sendable {
  private let file: Descriptor
  private let path: String

  /// Opens a file behind its first `length` bytes, the rest being dropped; makes it where missing.
  public init(_ path: String, keeping length: Int) throws(FileError) {
    self.path = path
    let number = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard number >= 0 else { throw FileError("write", path, code: errno) }
    file = Descriptor(number: number)
    guard ftruncate(number, off_t(length)) == 0, lseek(number, off_t(length), SEEK_SET) >= 0
    else { throw FileError("write", path, code: errno) }
  }

  /// Adds an entry.
  public func append(_ entry: [UInt8]) throws(FileError) { try file.write(entry, shown: path) }

  deinit { try? file.close(shown: path) }
}
