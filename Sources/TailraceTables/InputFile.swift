#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file, or bytes at hand, read from the start to the end in portions.
///
/// Devices, pipes and folders are refused, so that no path can make a program wait or read for
/// ever. One owner, one thread; the file is closed with the value.
public struct InputFile: ~Copyable {
  /// The largest file that is read unless the caller says otherwise: 16 GiB.
  public static let sizeLimit = 1 << 34

  /// Why a file could not be read: a part of a sentence, without its name.
  public struct Failure: Error, Equatable, Sendable {
    public let reason: String
  }

  /// Bytes that the file had when it was opened; never is more read.
  public let size: Int
  /// The system's number; negative where the bytes are at hand.
  private let descriptor: Int32
  private var bytes: [UInt8] = []
  /// Bytes read so far.
  private var position = 0

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: as the system takes it.
  ///   - sizeLimit: the largest size that is accepted, in bytes.
  /// - Throws: `Failure` where it is not there, may not be read, or is no regular file.
  public init(_ path: String, sizeLimit: Int = Self.sizeLimit) throws(Failure) {
    (descriptor, size) = try Self.opened(path, sizeLimit)
  }

  /// Bytes at hand, such as those of standard input, to be read like a file.
  public init(bytes: [UInt8]) {
    self.bytes = bytes
    (descriptor, size) = (-1, bytes.count)
  }

  private static func opened(
    _ path: String, _ sizeLimit: Int
  ) throws(Failure) -> (descriptor: Int32, size: Int) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw Failure(reason: "that is no path") }
    // Without waiting: a pipe that nobody writes to would hold the program up.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(reason: words(for: errno)) }
    var status = stat()
    var reason: String?
    if unsafe fstat(descriptor, &status) != 0 {
      reason = words(for: errno)
    } else if status.st_mode & S_IFMT != S_IFREG {
      reason = status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is no regular file"
    } else if Int(status.st_size) > sizeLimit {
      reason = "it has \(Int(status.st_size)) bytes; at most \(sizeLimit)"
    }
    if let reason {
      close(descriptor)
      throw Failure(reason: reason)
    }
    return (descriptor, Int(status.st_size))
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Reads on into a buffer, from place `start` of it to its end.
  ///
  /// - Returns: how many bytes were read; 0 at the end.
  public mutating func read(
    into buffer: inout [UInt8], from start: Int = 0
  ) throws(Failure) -> Int {
    let wanted = min(buffer.count - start, size - position)
    if wanted == 0 { return 0 }
    if descriptor < 0 {
      for i in 0..<wanted { buffer[start + i] = bytes[position + i] }
      position += wanted
      return wanted
    }
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe systemRead(
          descriptor, UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + wanted]))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(reason: Self.words(for: errno))
      }
      position += count
      return count
    }
  }

  /// Goes back to the start.
  public mutating func rewind() throws(Failure) {
    position = 0
    if descriptor >= 0, lseek(descriptor, 0, SEEK_SET) != 0 {
      throw Failure(reason: Self.words(for: errno))
    }
  }

  /// The system's own texts depend on the language; these don't.
  private static func words(for code: Int32) -> String {
    switch code {
    case EACCES, EPERM: "permission denied"
    case ENOENT: "no such file"
    case ENOTDIR: "a part of the path is not a folder"
    case EISDIR: "it is a folder"
    case ENAMETOOLONG: "the name is too long"
    case EMFILE, ENFILE: "too many open files"
    case ELOOP: "too many symbolic links"
    case ENXIO, ENODEV, EAGAIN: "it is no regular file"
    case EIO: "input failed"
    default: "system error \(code)"
    }
  }
}

private func systemRead(_ number: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(number, bytes.baseAddress, bytes.count)
}
