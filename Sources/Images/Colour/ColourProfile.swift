import CCodecs

/// Whether the colours of a picture's ICC profile are brought to sRGB, which networks and screens take for granted.
public enum ProfileUse: String, CaseIterable, Sendable {
  /// Relative colorimetric, as Pillow's ImageCms does it.
  case convert
  /// The samples are taken as they are, as the public U-GAT-IT code does it.
  case ignore
}

/// What became of a picture's ICC profile.
public enum ProfileOutcome: String, CaseIterable, Sendable {
  /// There is none, or it was not to be used.
  case none
  /// It moves no colour by more than 1 of 255.
  case srgb
  case converted
  /// It is damaged, larger than 1 MiB, of an odd class, or for other colours than the picture's.
  case unusable
}

/// A way from the colours of a picture to sRGB.
final class ColourProfile {
  private let profile: OpaquePointer
  private let colours: PictureHeader.Colours

  /// Nil for a profile that is not usable for these colours.
  init?(_ bytes: [UInt8], colours: PictureHeader.Colours) {
    guard let profile = codecs_profile_open(bytes, bytes.count, colours.count) else { return nil }
    self.profile = profile
    self.colours = colours
  }

  deinit { codecs_profile_close(profile) }

  /// - Parameter pixels: three samples each, of CMYK four as they are stored.
  /// - Returns: three samples each.
  func converted(_ pixels: [UInt8]) -> [UInt8] {
    let count = pixels.count / colours.samples
    return [UInt8](unsafeUninitializedCapacity: 3 * count) { rgb, written in
      // Unsafe because C fills the array in place.
      guard let start = rgb.baseAddress else { return }
      codecs_profile_convert(profile, pixels, count, start)
      written = 3 * count
    }
  }

  /// Whether no colour of a grid over all of them moves by more than 1.
  var isSRGB: Bool {
    guard colours != .cmyk else { return false }
    let levels = (0...16).map { UInt8($0 * 255 / 16) }
    let grays = (0...255).flatMap { [UInt8](repeating: $0, count: 3) }
    let probes =
      colours == .gray
      ? grays
      : grays + levels.flatMap { red in levels.flatMap { green in levels.flatMap { [red, green, $0] } } }
    return zip(probes, converted(probes)).allSatisfy { abs(Int($0) - Int($1)) <= 1 }
  }
}

extension PictureHeader.Colours {
  /// How many there are.
  var count: CInt {
    switch self {
    case .gray: 1
    case .rgb: 3
    case .cmyk: 4
    }
  }

  /// Samples of a pixel on its way to another size.
  var samples: Int { self == .cmyk ? 4 : 3 }
}
