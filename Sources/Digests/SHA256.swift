import CDigests

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
///
///     var hash = SHA256()
///     hash.update([0x61, 0x62, 0x63])
///     hexadecimal(hash.digest)  // "ba7816bf…f20015ad"
public struct SHA256: Sendable {
  /// A way to take blocks into the state.
  typealias Compression = @convention(c) (UnsafeMutablePointer<UInt32>?, UnsafePointer<UInt8>?, Int) -> Void

  /// The processor's own instructions, where it has them.
  static let native: Compression? = ug_sha256_compress_native()
  /// Plain C.
  static let scalar: Compression = ug_sha256_compress_scalar

  private var hash = ug_sha256()

  public init() { self.init(Self.native ?? Self.scalar) }

  init(_ compression: Compression) { ug_sha256_begin(&hash, compression) }

  /// The hash of one piece.
  public static func digest(of bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.digest
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    ug_sha256_update(&hash, start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The 32 bytes of all that came until now.
  public var digest: [UInt8] {
    // What ends is a copy: more may come.
    var copy = hash
    return [UInt8](unsafeUninitializedCapacity: Int(UG_SHA256_DIGEST)) { digest, count in
      ug_sha256_end(&copy, digest.baseAddress)
      count = digest.count
    }
  }
}
