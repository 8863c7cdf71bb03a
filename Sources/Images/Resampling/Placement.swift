/// How a fitted picture lies in its original, so that what the network makes of it can be put back to size.
public struct Placement: Sendable, Equatable {
  /// The part of the original that was used.
  let source: Rectangle
  /// Where that part lies in the fitted picture; the rest of it is padding.
  let target: Rectangle
  /// The fitted picture.
  let canvas: Rectangle

  /// - Parameters:
  ///   - part: of the original, from which the fit takes; what lies around it never shows.
  ///   - canvasWidth: of the fitted picture, `canvasHeight` likewise.
  init(_ fit: Fit, of part: Rectangle, into canvasWidth: Int, _ canvasHeight: Int) {
    precondition(canvasWidth > 0 && canvasHeight > 0, "an image has at least one pixel")
    canvas = Rectangle(width: canvasWidth, height: canvasHeight)
    source = fit == .crop ? canvas.scaledToFit(in: part) : part
    target = fit == .pad ? part.scaledToFit(in: canvas) : canvas
  }

  /// The size that `restored` gives a picture.
  public var restoredWidth: Int { source.width }
  public var restoredHeight: Int { source.height }

  /// Undoes the fit: cuts the padding off and scales to the size that the used part had in the original.  After
  /// `Fit.crop` this is the crop's own size, since nothing is known of what lay around it.
  /// - Parameter image: of the fitted picture's size; another one (a heatmap) is scaled to it first.
  public func restored(_ image: RGBImage) -> RGBImage {
    image.resized(width: canvas.width, height: canvas.height)
      .cropped(to: target)
      .resized(width: source.width, height: source.height)
  }
}

extension RGBImage {
  func cropped(to part: Rectangle) -> RGBImage {
    if part == Rectangle(width: width, height: height) { return self }
    var cropped: [UInt8] = []
    cropped.reserveCapacity(3 * part.width * part.height)
    for y in part.y..<part.y + part.height {
      let start = 3 * (y * width + part.x)
      cropped += pixels[start..<start + 3 * part.width]
    }
    return RGBImage(width: part.width, height: part.height, pixels: cropped)
  }

  func padded(to canvas: Rectangle, at part: Rectangle) -> RGBImage {
    if part == canvas { return self }
    let white: UInt8 = 255
    var padded: [UInt8] = []
    padded.reserveCapacity(3 * canvas.width * canvas.height)
    padded += repeatElement(white, count: 3 * canvas.width * part.y)
    for y in 0..<height {
      padded += repeatElement(white, count: 3 * part.x)
      padded += pixels[3 * y * width..<3 * (y + 1) * width]
      padded += repeatElement(white, count: 3 * (canvas.width - part.x - width))
    }
    padded += repeatElement(white, count: 3 * canvas.width * (canvas.height - part.y - height))
    return RGBImage(width: canvas.width, height: canvas.height, pixels: padded)
  }
}
