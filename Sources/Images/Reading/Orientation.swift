/// How a stored picture has to be turned to be upright, numbered as EXIF does (EXIF 2.32, tag 0x0112).
enum Orientation: UInt16, CaseIterable {
  case upright = 1
  case mirrored
  case upsideDown
  case mirroredUpsideDown
  /// Mirrored along the diagonal from the top left.
  case transposed
  /// To be turned a quarter clockwise.
  case quarterClockwise
  /// Mirrored along the diagonal from the top right.
  case transverse
  /// To be turned a quarter counterclockwise.
  case quarterCounterclockwise

  /// Whether the upright picture is as wide as the stored one is high.
  var swapsSides: Bool { rawValue >= 5 }
  /// Whether stored columns run against the upright columns, or rows if sides are swapped.
  private var reversesColumns: Bool { [2, 3, 7, 8].contains(rawValue) }
  /// Whether stored rows run against the upright rows, or columns if sides are swapped.
  private var reversesRows: Bool { [3, 4, 6, 7].contains(rawValue) }

  /// Where a part of the upright picture lies in the stored one, which has these sides.
  func stored(_ part: Rectangle, width: Int, height: Int) -> Rectangle {
    var stored =
      swapsSides ? Rectangle(x: part.y, y: part.x, width: part.height, height: part.width) : part
    if reversesColumns { stored.x = width - stored.x - stored.width }
    if reversesRows { stored.y = height - stored.y - stored.height }
    return stored
  }

  /// Where the upright picture's first pixel lies among the stored ones, and how far it is from there to the next in
  /// its row and in its column.
  fileprivate func steps(width: Int, height: Int) -> (first: Int, across: Int, down: Int) {
    let column = reversesColumns ? -1 : 1
    let row = reversesRows ? -width : width
    let first = (reversesColumns ? width - 1 : 0) + (reversesRows ? width * (height - 1) : 0)
    return (first, swapsSides ? row : column, swapsSides ? column : row)
  }
}

extension Metadata {
  /// What the EXIF says, or else the XMP; `upright` when they say nothing, or nothing that makes sense: a picture is
  /// worth more than its metadata.
  var orientation: Orientation {
    let number = exif?.exifOrientation() ?? xmp?.xmpOrientation()
    return number.flatMap(UInt16.init(exactly:)).flatMap(Orientation.init(rawValue:)) ?? .upright
  }
}

extension RGBImage {
  /// The upright picture of this stored one.
  func turned(_ orientation: Orientation) -> RGBImage {
    guard orientation != .upright else { return self }
    let (first, across, down) = orientation.steps(width: width, height: height)
    let (columns, rows) = orientation.swapsSides ? (height, width) : (width, height)
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { turned, count in
      // Unsafe so that the array is not zeroed first nor each index checked; the steps stay inside by construction.
      pixels.withUnsafeBufferPointer { pixels in
        var to = 0
        for y in 0..<rows {
          for x in 0..<columns {
            let from = 3 * (first + x * across + y * down)
            for channel in 0..<3 { turned[to + channel] = pixels[from + channel] }
            to += 3
          }
        }
        count = to
      }
    }
    return RGBImage(width: columns, height: rows, pixels: turned)
  }
}
