import CCodecs

/// An ICC profile as it lies in a picture's file.
enum StoredProfile {
  /// Pieces that follow each other.
  case plain([ByteReader])
  /// A zlib stream.
  case compressed(ByteReader)

  /// Nil where it is larger than a profile may be, or nothing.
  var bytes: [UInt8]? {
    let most = codecs_profile_max
    let bytes: [UInt8]
    switch self {
    case .plain(let pieces):
      guard pieces.reduce(0, { $0 + $1.count }) <= most else { return nil }
      bytes = pieces.flatMap(\.bytes)
    case .compressed(let stream): bytes = Array(stream.inflated(atMost: most + 1).bytes)
    }
    return bytes.isEmpty || bytes.count > most ? nil : bytes
  }
}

/// The pieces of a profile in a JPEG's APP2 segments, each with its number and how many there are (ICC.1:2022, annex
/// B.4).
struct ProfileSegments {
  private var pieces: [Int: ByteReader] = [:]
  private var count = 0

  mutating func add(_ segment: ByteReader) {
    guard let content = segment.part(behind: "ICC_PROFILE\0"), let number = content.byte(at: 0),
      let count = content.byte(at: 1), let piece = content.part(at: 2, count: content.count - 2)
    else { return }
    pieces[Int(number)] = pieces[Int(number)] ?? piece
    self.count = Int(count)
  }

  /// Nil where there is none; without any pieces where one is missing.
  var profile: StoredProfile? {
    guard !pieces.isEmpty else { return nil }
    let inOrder = (1...max(count, 1)).compactMap { pieces[$0] }
    return .plain(inOrder.count == count ? inOrder : [])
  }
}
