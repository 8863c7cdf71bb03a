/// How a picture of any shape becomes one of a network's.
public enum Fit: String, CaseIterable, Sendable {
  /// Both sides scaled on their own, as the public U-GAT-IT code does it; the shape changes.
  case stretch
  /// The largest part of the right shape from the middle; the edges are lost.
  case crop
  /// The whole picture, as large as it fits, in the middle of a white canvas.  White because transparency is
  /// flattened on white too, so a cut-out portrait gets no visible frame.
  case pad
}

extension RGBImage {
  /// The picture at the given size, and how it lies in the original.
  /// - Precondition: both sides are positive.
  public func fitted(_ fit: Fit, width: Int, height: Int) -> (image: RGBImage, placement: Placement) {
    let whole = Rectangle(x: 0, y: 0, width: self.width, height: self.height)
    let canvas = Rectangle(x: 0, y: 0, width: width, height: height)
    switch fit {
    case .stretch:
      return (resized(width: width, height: height), Placement(source: whole, target: canvas, canvas: canvas))
    case .crop:
      let part = canvas.scaledToFit(in: whole)
      let image = cropped(to: part).resized(width: width, height: height)
      return (image, Placement(source: part, target: canvas, canvas: canvas))
    case .pad:
      let part = whole.scaledToFit(in: canvas)
      let image = resized(width: part.width, height: part.height).padded(to: canvas, at: part)
      return (image, Placement(source: whole, target: part, canvas: canvas))
    }
  }
}
