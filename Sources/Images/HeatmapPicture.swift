/// How a heatmap is shown.
public enum HeatmapStyle: String, CaseIterable, Sendable {
  /// Dark blue for the least, through cyan, green and yellow, to dark red for the greatest.
  case jet
  /// Black for the least, white for the greatest.
  case gray
  /// `jet` over the picture, in a proportion of 2 to 3.
  case overlay
}

extension Heatmap {
  /// The map as a picture: levels of 0...255, scaled bilinearly, then coloured, in the order of the public code.
  /// - Parameters:
  ///   - width: of the picture, positive; it need not have the map's shape.
  ///   - height: of the picture, positive.
  ///   - image: what `overlay` lies over, scaled to that size; without one, `overlay` shows `jet`.
  public func picture(style: HeatmapStyle, width: Int, height: Int, over image: RGBImage? = nil) -> RGBImage {
    let gray = RGBImage(width: self.width, height: self.height, pixels: levels().flatMap { [$0, $0, $0] })
      .resized(width: width, height: height)
    switch style {
    case .gray: return gray
    case .jet: return gray.colouredAsJet()
    case .overlay:
      guard let image else { return gray.colouredAsJet() }
      return gray.colouredAsJet().blended(over: image.resized(width: width, height: height))
    }
  }
}

extension RGBImage {
  /// The colours of this gray picture's levels.
  fileprivate func colouredAsJet() -> RGBImage {
    var pixels = self.pixels
    for i in stride(from: 0, to: pixels.count, by: 3) {
      (pixels[i], pixels[i + 1], pixels[i + 2]) = jetColours[Int(pixels[i])]
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  /// Two parts of this picture and three of `image`, rounded; both are of the same size.
  fileprivate func blended(over image: RGBImage) -> RGBImage {
    var pixels = image.pixels
    for i in pixels.indices { pixels[i] = UInt8((2 * Int(self.pixels[i]) + 3 * Int(pixels[i]) + 2) / 5) }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}

/// The colours of levels 0...255 as OpenCV's COLORMAP_JET has them.
///
/// With `x = level / 255` each of red, green and blue is `1.5 - |4x - c|`, c = 3, 2 and 1, clamped to 0...1 (the
/// trapezoids of MATLAB's `jet`), and is stored as 255 times that, halves rounded to even.  OpenCV's decimal
/// constants give the blue of level 159 as 1, the formula as 2; all others agree.
let jetColours: [(red: UInt8, green: UInt8, blue: UInt8)] = (0..<256).map { level in
  func component(_ centre: Int) -> UInt8 {
    // 255 times the formula lies halfway between this integer and the next.
    let floor = 382 - abs(4 * level - 255 * centre)
    return UInt8(min(max(floor + floor % 2, 0), 255))
  }
  return (red: component(3), green: component(2), blue: component(1))
}
