@testable import Images

// An ICC profile, for pictures of each kind of colours; and what little-cms makes of it must not depend on what it made
// before.

func fuzz(_ bytes: [UInt8]) {
  for colours in [PictureHeader.Colours.gray, .rgb, .cmyk] {
    guard let profile = ColourProfile(bytes, colours: colours) else { continue }
    let pixels = (0..<256).flatMap { level in
      (0..<colours.samples).map { UInt8(truncatingIfNeeded: level * ($0 * 2 + 1)) }
    }
    let converted = profile.converted(pixels)
    expect(converted.count == 3 * 256, "\(converted.count) samples")
    expect(profile.converted(pixels) == converted, "the colours depend on what came before")
    _ = profile.isSRGB
  }
}
