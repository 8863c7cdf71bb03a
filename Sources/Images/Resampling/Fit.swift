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
  public func fitted(
    _ fit: Fit, width: Int, height: Int, filter: ResamplingFilter = .bilinear
  ) -> (image: RGBImage, placement: Placement) {
    let placement = Placement(fit, of: Rectangle(width: self.width, height: self.height), into: width, height)
    let image = resampled(
      placement.source, width: placement.target.width, height: placement.target.height, filter: filter)
    return (image.padded(to: placement.canvas, at: placement.target), placement)
  }
}
