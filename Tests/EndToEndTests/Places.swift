import Images

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Where things are.
enum Places {
  /// The program under test lies beside the test bundle that runs.
  static let program: String = {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = readlink("/proc/self/exe", &path, Int(PATH_MAX))
    let bundle = String(decoding: path[..<max(0, length)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      + "/ugatit"
  }()

  /// Whether what runs here has a sanitizer in it, which has memory of its own, and keeps what is freed: tests of memory
  /// would measure that.
  static let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

  private static let tests: String = {
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }()

  static let fixtures = tests + "/Fixtures"
  /// The models that come with the repository.
  static let models = tests + "/../../models"
  static let readme = tests + "/../../README.md"
  static let deployment = tests + "/../../deploy"

  static func photograph(_ name: String) throws -> [UInt8] { try File.read("\(fixtures)/\(name).jpg") }

  /// What PyTorch makes of it.
  static func toon(_ name: String) throws -> RGBImage {
    try RGBImage(decoding: try File.read("\(fixtures)/\(name).toon.png"))
  }
}

struct SystemError: Error, CustomStringConvertible {
  let description: String
  init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
}

enum File {
  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError(path) }
    defer { close(descriptor) }
    return try readToEnd(descriptor)
  }

  static func readToEnd(_ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = systemRead(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw SystemError("read") }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

/// The system call, which the method of its name would hide.
func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

/// How far two pictures are apart.
struct Difference {
  /// Share of the samples that differ by more than 1 of 255.
  let share: Double

  init?(_ a: RGBImage, _ b: RGBImage) {
    guard a.width == b.width, a.height == b.height else { return nil }
    let far = zip(a.pixels, b.pixels).count { abs(Int($0) - Int($1)) > 1 }
    share = Double(far) / Double(a.pixels.count)
  }
}
