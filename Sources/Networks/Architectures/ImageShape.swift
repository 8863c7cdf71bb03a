import Tensors

/// Finds that there is a plan for images of a size.
/// - Parameter channels: the most that activations of the image's own size have.
/// - Throws: `TensorSourceError` that tells which sizes there are plans for.
func checkImage(height: Int, width: Int, channels: Int) throws(TensorSourceError) {
  for (name, side) in [("height", height), ("width", width)] {
    guard ImageSize(width: side, height: side).isPossible else {
      let sides = ImageSize.sides
      throw TensorSourceError(
        "image \(name) \(side): must be a multiple of 4 from \(sides.lowerBound) to \(sides.upperBound)")
    }
  }
  // The kernels address a layer's activations with 32-bit offsets.
  guard channels * height * width < 1 << 30 else {
    throw TensorSourceError("\(width)×\(height) with \(channels) channels is too large")
  }
}
