/// Part of a picture, in pixels from its top left corner.
public struct Rectangle: Sendable, Equatable {
  /// Of its own top left corner, 0 or more.
  public internal(set) var x, y: Int
  /// At least 1.
  public internal(set) var width, height: Int

  init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// All of a picture.
  init(width: Int, height: Int) { self.init(x: 0, y: 0, width: width, height: height) }

  /// Whether all of it lies in a picture of this size.
  func lies(in picture: Rectangle) -> Bool {
    x >= picture.x && y >= picture.y && x + width <= picture.x + picture.width
      && y + height <= picture.y + picture.height
  }

  /// The largest rectangle of this one's shape inside of `frame`, in its middle; at least one pixel on each side.
  func scaledToFit(in frame: Rectangle) -> Rectangle {
    func rounded(_ product: Int, over divisor: Int) -> Int { max((product + divisor / 2) / divisor, 1) }
    var fit = frame
    if width * frame.height > height * frame.width {
      fit.height = rounded(height * frame.width, over: width)
    } else {
      fit.width = rounded(width * frame.height, over: height)
    }
    fit.x += (frame.width - fit.width) / 2
    fit.y += (frame.height - fit.height) / 2
    return fit
  }
}

extension Rectangle: LosslessStringConvertible {
  /// The grammar of `description`, for whoever is told that something else is wrong.
  public static let notation = "x,y,width,height in whole pixels, x and y from 0, width and height from 1"

  /// `x,y,width,height`
  public var description: String { "\(x),\(y),\(width),\(height)" }

  /// - Returns: nil for what is not four whole numbers with commas between them, of which the last two are positive, or
  ///   beyond what any format can store.
  public init?(_ description: String) {
    let numbers = description.split(separator: ",", omittingEmptySubsequences: false).map { text in
      // `Int` would take a sign.
      text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ? Int(text) : nil
    }
    guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
      let height = numbers[3], width > 0, height > 0, max(x, y, width, height) <= Int(Int32.max)
    else { return nil }
    self.init(x: x, y: y, width: width, height: height)
  }
}
