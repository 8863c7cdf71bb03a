import CCodecs

/// How a file becomes a picture of a network's size, worked out from its header before a pixel is decoded.
///
/// Rows go from the decoder straight into the resampler, so that the picture is never whole in memory unless its format
/// needs that.  A JPEG is made smaller by its decoder as far as that does not show.
public struct DecodingPlan: Sendable {
  private let header: PictureHeader
  private let limits: DecodingLimits
  let resampling: Resampling
  private let profileUse: ProfileUse
  /// How the fitted picture lies in the upright one.
  public let placement: Placement

  /// - Parameters:
  ///   - crop: the part of the upright picture to take as if it were all there is; all of it when nil.
  ///   - width: of the picture that comes out, positive.
  ///   - height: of the picture that comes out, positive.
  ///   - profile: whether colours are brought to sRGB.
  /// - Throws: `ImageError` as far as the header tells, `outside` where the crop does not lie in the picture.
  public init(
    of file: [UInt8], _ fit: Fit, crop: Rectangle? = nil, width: Int, height: Int,
    filter: ResamplingFilter = .bilinear,
    profile: ProfileUse = .convert, limits: DecodingLimits = DecodingLimits()
  ) throws(ImageError) {
    header = try PictureHeader(of: file, limits: limits)
    self.limits = limits
    profileUse = profile
    placement = Placement(fit, of: try header.part(crop), into: width, height)
    let stored = header.orientation.stored(placement.source, width: header.width, height: header.height)
    let target = placement.target
    let (columns, lines) =
      header.orientation.swapsSides ? (target.height, target.width) : (target.width, target.height)
    resampling = Resampling(
      of: stored, in: (header.width, header.height), to: columns, lines, filter: filter,
      reductions: header.format == .jpeg ? [8, 4, 2] : [])
  }

  /// Bytes that `image(of:)` holds at most, the file itself not included.
  public var bytes: Int {
    let (canvas, samples) = (placement.canvas, header.colours.samples)
    // The picture with its own colours, before and after it is turned, and on its canvas.
    let area = resampling.width * resampling.height
    let pictures = (samples + 3 + 3) * area + 3 * canvas.width * canvas.height
    let profile = header.profile == nil || profileUse == .ignore ? 0 : Self.profileBytes
    return header.wholeBytes + Self.decoderBytes + Self.decoderBytesPerColumn * header.width
      + resampling.windowBytes(channels: samples) + pictures + profile
  }

  /// What decoders hold whatever the picture's size, and for each of its columns: rows of samples before and after
  /// colours are brought to full resolution, of libjpeg for a 4:2:0 picture 50, of libpng for 16 bits of RGBA 24.
  fileprivate static let decoderBytes = 1 << 20
  fileprivate static let decoderBytesPerColumn = 64
  /// A profile, and what its conversion takes.
  fileprivate static let profileBytes = codecs_profile_max + codecs_profile_memory

  /// Decodes the file.
  /// - Returns: the picture, and what became of its colour profile.
  /// - Throws: `damaged`, `tooLarge` or `unsupported`.
  /// - Precondition: it is the file that the plan was made of.
  public func image(of file: [UInt8]) throws(ImageError) -> (image: RGBImage, profile: ProfileOutcome) {
    let (profile, outcome) = colourProfile()
    let keepsInk = profile != nil && header.colours == .cmyk
    var resampler = RowResampler(resampling, channels: keepsInk ? 4 : 3)
    let rows = PictureHeader.Rows(
      reduction: resampling.reduction, keepsInk: keepsInk, maxScannedPixels: limits.maxScannedPixels)
    try header.read(file, rows) { resampler.take($0) }
    // Colours are converted when they are few.
    let pixels = profile?.converted(resampler.pixels) ?? resampler.pixels
    let stored = RGBImage(width: resampling.width, height: resampling.height, pixels: pixels)
    return (stored.turned(header.orientation).padded(to: placement.canvas, at: placement.target), outcome)
  }

  /// The profile where it is to be used and changes something.
  private func colourProfile() -> (ColourProfile?, ProfileOutcome) {
    guard profileUse == .convert, let stored = header.profile else { return (nil, .none) }
    guard let bytes = stored.bytes, let profile = ColourProfile(bytes, colours: header.colours) else {
      return (nil, .unusable)
    }
    return profile.isSRGB ? (nil, .srgb) : (profile, .converted)
  }
}

extension PictureHeader {
  /// - Throws: `outside` where the crop does not lie in the upright picture.
  fileprivate func part(_ crop: Rectangle?) throws(ImageError) -> Rectangle {
    let whole = Rectangle(width: uprightWidth, height: uprightHeight)
    guard let crop else { return whole }
    guard crop.lies(in: whole) else {
      throw ImageError(
        .outside,
        "the crop \(crop) (x, y, width and height) does not lie in the image, which is \(whole.width) x \(whole.height) "
          + "pixels as it is seen, turned as its EXIF says: choose a part of that")
    }
    return crop
  }
}

extension DecodingLimits {
  /// Bytes that a plan needs at most for a picture of 512 x 512 or less, the file itself not included.
  public var memory: Int {
    let fitted = 8 << 20
    return maxWholeBytes + DecodingPlan.decoderBytes + DecodingPlan.profileBytes + fitted
      + DecodingPlan.decoderBytesPerColumn * min(maxSide, 65_535)
  }
}
