import FoundationEssentials
import Images
import Testing

/// The files that Fixtures/make_fixtures.py made, read where the sources lie: a resource bundle would need all of
/// Foundation.
enum Fixtures {
  static let folder = #filePath.dropLast("Fixtures.swift".count) + "Fixtures/"

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try #require(FileManager.default.contents(atPath: folder + name), "no fixture \(name)"))
  }

  /// Names in a folder that end so, sorted.
  static func names(in subfolder: String, ending: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder + subfolder).filter { $0.hasSuffix(ending) }
      .sorted()
  }

  /// The pixels of a binary PPM.
  static func picture(_ name: String) throws -> RGBImage {
    let bytes = try bytes(name)
    let end = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
    let header = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    let (width, height) = (try #require(Int(header[1])), try #require(Int(header[2])))
    return RGBImage(width: width, height: height, pixels: Array(bytes[(end + 1)...]))
  }
}

extension RGBImage {
  /// The largest difference of any sample; 256 when the sizes differ.
  func difference(from other: RGBImage) -> Int {
    guard width == other.width, height == other.height else { return 256 }
    return zip(pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }

  /// A picture whose samples depend on the seed only.
  static func noise(width: Int, height: Int, seed: UInt64) -> RGBImage {
    var random = SeededRandom(seed: seed)
    let pixels = (0..<3 * width * height).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same numbers for a seed everywhere.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// What decoding gives or throws.
func decoding(_ bytes: [UInt8], limits: DecodingLimits = DecodingLimits()) -> Result<RGBImage, ImageError> {
  do throws(ImageError) {
    return .success(try RGBImage(decoding: bytes, limits: limits))
  } catch {
    return .failure(error)
  }
}

extension Result where Failure == ImageError {
  /// The kind of the failure, nil for a success.
  var errorKind: ImageError.Kind? {
    if case .failure(let error) = self { error.kind } else { nil }
  }
}

extension Result where Success == RGBImage {
  /// The picture, nil for a failure.
  var image: RGBImage? {
    if case .success(let image) = self { image } else { nil }
  }
}
