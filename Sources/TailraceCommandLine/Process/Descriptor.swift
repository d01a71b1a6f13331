/// An open file of the system.
struct Descriptor {
  let number: Int32

  /// Opens a file for reading.
  static func reading(_ path: String) throws(FileError) -> Descriptor {
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw FileError("read", path, code: errno) }
    return Descriptor(number: number)
  }

  /// Makes a file, or empties the one that is there.
  static func writing(_ path: String, shown: String) throws(FileError) -> Descriptor {
    let number = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard number >= 0 else { throw FileError("write", shown, code: errno) }
    return Descriptor(number: number)
  }

  /// Writes all bytes, whatever portions the system takes.
  func write(_ bytes: [UInt8], shown: String) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe systemWrite(number, UnsafeRawBufferPointer(rebasing: buffer[done...]))
      }
      if count > 0 {
        done += count
      } else if count == 0 || errno != EINTR {
        throw FileError("write", shown, code: count == 0 ? ENOSPC : errno)
      }
    }
  }

  /// Reads to the end, at most `limit` bytes.
  func readAll(limit: Int, shown: String) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var portion = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe portion.withUnsafeMutableBytes { unsafe systemRead(number, $0) }
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw FileError("read", shown, code: errno)
      }
      bytes += portion[..<count]
      if bytes.count > limit {
        throw FileError("read", shown, cause: "it is larger than \(limit) bytes")
      }
    }
  }

  /// Closes the file; a late failure to write is told here.
  func close(shown: String) throws(FileError) {
    if systemClose(number) != 0, errno != EINTR {
      throw FileError("write", shown, code: errno)
    }
  }
}

private func systemWrite(_ number: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(number, bytes.baseAddress, bytes.count)
}

private func systemRead(_ number: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(number, bytes.baseAddress, bytes.count)
}

private func systemClose(_ number: Int32) -> Int32 {
  close(number)
}
