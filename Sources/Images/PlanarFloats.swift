extension RGBImage {
  /// The network's input: `x / 127.5 - 1` of each sample, 3 x height x width (red plane first), in -1...1.
  public func planarFloats() -> [Float] {
    let plane = width * height
    return [Float](unsafeUninitializedCapacity: 3 * plane) { floats, count in
      // Unsafe so that the array is not zeroed first nor each index checked; all are below 3 * plane.
      pixels.withUnsafeBufferPointer { pixels in
        for channel in 0..<3 {
          for i in 0..<plane { floats[channel * plane + i] = Float(pixels[3 * i + channel]) / 127.5 - 1 }
        }
      }
      count = 3 * plane
    }
  }

  /// The network's output as a picture: `(y * 0.5 + 0.5) * 255` as a whole number of 0...255; what is not a number
  /// becomes 0.
  /// - Parameters:
  ///   - planarFloats: 3 x height x width, red plane first.
  ///   - quantization: how a whole number is made.
  /// - Precondition: `planarFloats` has `3 * width * height` elements.
  public init(planarFloats: [Float], width: Int, height: Int, quantization: Quantization = .rounded) {
    let plane = width * height
    precondition(planarFloats.count == 3 * plane, "an RGB image has three samples for each pixel")
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * plane) { pixels, count in
      // Unsafe so that the array is not zeroed first nor each index checked; all are below 3 * plane.
      planarFloats.withUnsafeBufferPointer { floats in
        for channel in 0..<3 {
          // The choice outside of the loop, which is vector instructions.
          switch quantization {
          case .rounded:
            for i in 0..<plane {
              pixels[3 * i + channel] = UInt8(sample: (floats[channel * plane + i] * 0.5 + 0.5) * 255)
            }
          case .truncated:
            for i in 0..<plane {
              pixels[3 * i + channel] = UInt8(truncatedSample: (floats[channel * plane + i] + 1) / 2 * 255)
            }
          }
        }
      }
      count = 3 * plane
    }
    self.init(width: width, height: height, pixels: pixels)
  }
}

/// How the numbers of a network's output become samples of 8 bits.
public enum Quantization: Sendable {
  /// To the nearest, as U-GAT-IT's public code stores pictures.
  case rounded
  /// Towards zero, as CycleGAN's does, and those that were built on it.
  case truncated
}

extension UInt8 {
  /// The nearest integer, halves up, clamped; 0 for what is not a number.
  init(sample value: Float) {
    // Comparisons with a NaN are false, so it ends at 0.
    let clamped = value > 0 ? Swift.min(value, 255) : 0
    // From 2²³ on, floats are integers: the sum is rounded to one, and its lowest byte is that.  Halves went to the
    // even neighbour; those that went down are raised.  No branch and no conversion that checks, so the loop is
    // vector instructions: a fourteenth of the time.
    let shifted = clamped + 0x1p23
    let raise: UInt32 = clamped - (shifted - 0x1p23) < 0.5 ? 0 : 1
    self = UInt8(truncatingIfNeeded: shifted.bitPattern &+ raise)
  }

  /// The integer below, clamped; 0 for what is not a number.
  init(truncatedSample value: Float) {
    let clamped = value > 0 ? Swift.min(value, 255) : 0
    // As above: where the sum was rounded up, one less.
    let shifted = clamped + 0x1p23
    let lower: UInt32 = shifted - 0x1p23 > clamped ? 1 : 0
    self = UInt8(truncatingIfNeeded: shifted.bitPattern &- lower)
  }
}
