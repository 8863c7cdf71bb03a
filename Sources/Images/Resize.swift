extension RGBImage {
  /// The picture at another size, as Pillow's `Image.resize((width, height), BILINEAR)` makes it: antialiased
  /// when it shrinks, across first, then down, with 8 bit samples in between.
  /// - Precondition: both sides are positive.
  public func resized(width: Int, height: Int) -> RGBImage {
    RGBImage(
      width: width, height: height,
      pixels: Images.resized(
        pixels, channels: 3, from: (width: self.width, height: self.height),
        to: (width: width, height: height)))
  }
}

/// Resizes interleaved 8 bit samples.
func resized(
  _ samples: [UInt8], channels: Int, from: (width: Int, height: Int), to: (width: Int, height: Int)
) -> [UInt8] {
  precondition(to.width > 0 && to.height > 0, "an image has at least one pixel")
  let across =
    from.width == to.width
    ? samples : resizedAcross(samples, channels: channels, width: from.width, rows: from.height, to: to.width)
  return from.height == to.height
    ? across : resizedDown(across, rowLength: to.width * channels, rows: from.height, to: to.height)
}

/// Every row from `width` to `to` pixels.
private func resizedAcross(_ samples: [UInt8], channels: Int, width: Int, rows: Int, to: Int) -> [UInt8] {
  let plan = Resampling(from: width, to: to)
  return [UInt8](unsafeUninitializedCapacity: rows * to * channels) { output, count in
    // Unsafe here and below because checking every index of every tap more than doubles the time; windows lie
    // inside of 0..<width by construction.
    samples.withUnsafeBufferPointer { input in
      plan.weights.withUnsafeBufferPointer { weights in
        for row in 0..<rows {
          let line = UnsafeBufferPointer(rebasing: input[(row * width * channels)...])
          for x in 0..<to {
            let (start, taps) = plan.windows[x]
            for channel in 0..<channels {
              var sum: Int32 = 1 << (Resampling.precision - 1)
              for tap in 0..<taps {
                sum &+= Int32(line[(start + tap) * channels + channel]) &* weights[x * plan.stride + tap]
              }
              output[(row * to + x) * channels + channel] =
                UInt8(truncatingIfNeeded: sum >> Resampling.precision)
            }
          }
        }
      }
    }
    count = rows * to * channels
  }
}

/// Every column from `rows` to `to` samples.
private func resizedDown(_ samples: [UInt8], rowLength: Int, rows: Int, to: Int) -> [UInt8] {
  let plan = Resampling(from: rows, to: to)
  var sums = [Int32](repeating: 0, count: rowLength)
  return [UInt8](unsafeUninitializedCapacity: to * rowLength) { output, count in
    samples.withUnsafeBufferPointer { input in
      sums.withUnsafeMutableBufferPointer { sums in
        for y in 0..<to {
          sums.update(repeating: 1 << (Resampling.precision - 1))
          let (start, taps) = plan.windows[y]
          for tap in 0..<taps {
            let weight = plan.weights[y * plan.stride + tap]
            let line = (start + tap) * rowLength
            for i in 0..<rowLength { sums[i] &+= Int32(input[line + i]) &* weight }
          }
          for i in 0..<rowLength {
            output[y * rowLength + i] = UInt8(truncatingIfNeeded: sums[i] >> Resampling.precision)
          }
        }
      }
    }
    count = to * rowLength
  }
}
