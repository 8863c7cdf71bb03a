import ArgumentParser
import Service

/// What a picture that goes in may cost.
struct PictureOptions: EnvironmentOptions {
  @Option(\.decoding.maxSide, .whole(1...65_535, "pixels"), "Longest side of an image.")
  var maxSide: Setting

  @Option(\.decoding.maxPixels, .megapixels(1...1000), "Most pixels of a JPEG; of a PNG or WebP a third.")
  var maxMegapixels: Setting
}
