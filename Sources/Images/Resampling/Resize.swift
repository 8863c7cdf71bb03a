extension RGBImage {
  /// The picture at another size, as Pillow's `Image.resize((width, height), BILINEAR)` makes it: antialiased
  /// when it shrinks, across first, then down, with 8 bit samples in between.  Exactly so for photographs made
  /// smaller; where Pillow 13 goes down first (a tall picture made wider and lower), within 1 of 255.
  /// - Precondition: both sides are positive.
  public func resized(width: Int, height: Int, filter: ResamplingFilter = .bilinear) -> RGBImage {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    let whole = Rectangle(width: self.width, height: self.height)
    return resampled(whole, width: width, height: height, filter: filter)
  }

  /// Part of the picture at another size; nothing around the part shows.
  func resampled(_ part: Rectangle, width: Int, height: Int, filter: ResamplingFilter) -> RGBImage {
    if (part.width, part.height) == (width, height) { return cropped(to: part) }
    let resampling = Resampling(
      of: part, in: (self.width, self.height), to: width, height, filter: filter)
    var resampler = RowResampler(resampling, channels: 3)
    let (line, slack) = (3 * self.width, PictureHeader.slack)
    // Unsafe because the resampler reads a little behind each row; where that would be behind the picture, it gets a copy.
    pixels.withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { return }
      for y in 0..<self.height {
        if (y + 1) * line + slack <= pixels.count {
          resampler.take(start + y * line)
        } else {
          let last = pixels[y * line..<(y + 1) * line] + [UInt8](repeating: 0, count: slack)
          last.withUnsafeBufferPointer { if let row = $0.baseAddress { resampler.take(row) } }
        }
      }
    }
    return RGBImage(width: width, height: height, pixels: resampler.pixels)
  }
}
