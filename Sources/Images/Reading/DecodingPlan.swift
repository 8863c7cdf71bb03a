/// How a file becomes a picture of a network's size, worked out from its header before a pixel is decoded.
///
/// Rows go from the decoder straight into the resampler, so that the picture is never whole in memory unless its format
/// needs that.  A JPEG is made smaller by its decoder as far as that does not show.
public struct DecodingPlan: Sendable {
  private let header: PictureHeader
  private let limits: DecodingLimits
  private let resampling: Resampling
  /// How the fitted picture lies in the upright one.
  public let placement: Placement

  /// - Parameters:
  ///   - width: of the picture that comes out, positive.
  ///   - height: of the picture that comes out, positive.
  /// - Throws: `ImageError` as far as the header tells.
  public init(
    of file: [UInt8], _ fit: Fit, width: Int, height: Int, filter: ResamplingFilter = .bilinear,
    limits: DecodingLimits = DecodingLimits()
  ) throws(ImageError) {
    header = try PictureHeader(of: file, limits: limits)
    self.limits = limits
    placement = Placement(
      fit, of: header.uprightWidth, header.uprightHeight, into: width, height)
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
    let canvas = placement.canvas
    // The picture before and after it is turned, and on its canvas.
    let pictures = 3 * (2 * resampling.width * resampling.height + canvas.width * canvas.height)
    return header.wholeBytes + Self.decoderBytes + Self.decoderBytesPerColumn * header.width
      + resampling.windowBytes(channels: 3) + pictures
  }

  /// What decoders hold whatever the picture's size, and for each of its columns: rows of samples before and after
  /// colours are brought to full resolution, of libjpeg for a 4:2:0 picture 50, of libpng for 16 bits of RGBA 24.
  private static let decoderBytes = 1 << 20
  private static let decoderBytesPerColumn = 64

  /// Decodes the file.
  /// - Throws: `damaged`, `tooLarge` or `unsupported`.
  /// - Precondition: it is the file that the plan was made of.
  public func image(of file: [UInt8]) throws(ImageError) -> RGBImage {
    var resampler = RowResampler(resampling, channels: 3)
    let rows = PictureHeader.Rows(
      reduction: resampling.reduction, maxScannedPixels: limits.maxScannedPixels)
    try header.read(file, rows) { resampler.take($0) }
    let stored = RGBImage(width: resampling.width, height: resampling.height, pixels: resampler.pixels)
    return stored.turned(header.orientation).padded(to: placement.canvas, at: placement.target)
  }
}
