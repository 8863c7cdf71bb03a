extension RGBImage {
  /// The picture at another size, as Pillow's `Image.resize((width, height), BILINEAR)` makes it: antialiased
  /// when it shrinks, across first, then down, with 8 bit samples in between.  Exactly so for photographs made
  /// smaller; where Pillow 13 goes down first (a tall picture made wider and lower), within 1 of 255.
  /// - Precondition: both sides are positive.
  public func resized(width: Int, height: Int) -> RGBImage {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    let across = width == self.width ? self : resizedAcross(to: width)
    return height == self.height ? across : across.resizedDown(to: height)
  }

  private func resizedAcross(to newWidth: Int) -> RGBImage {
    let plan = Resampling(from: width, to: newWidth)
    let count = 3 * newWidth * height
    let resized = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      // Unsafe here and below because checking the index of every tap more than doubles the time; the windows
      // lie inside of the row by construction.
      pixels.withUnsafeBufferPointer { input in
        plan.weights.withUnsafeBufferPointer { weights in
          for y in 0..<height {
            for x in 0..<newWidth {
              let (start, taps) = plan.windows[x]
              var (red, green, blue) = (Resampling.half, Resampling.half, Resampling.half)
              var from = 3 * (y * width + start)
              for tap in x * plan.stride..<x * plan.stride + taps {
                let weight = weights[tap]
                red &+= Int32(input[from]) &* weight
                green &+= Int32(input[from + 1]) &* weight
                blue &+= Int32(input[from + 2]) &* weight
                from += 3
              }
              let to = 3 * (y * newWidth + x)
              output[to] = Resampling.sample(red)
              output[to + 1] = Resampling.sample(green)
              output[to + 2] = Resampling.sample(blue)
            }
          }
        }
      }
      initialized = count
    }
    return RGBImage(width: newWidth, height: height, pixels: resized)
  }

  private func resizedDown(to newHeight: Int) -> RGBImage {
    let plan = Resampling(from: height, to: newHeight)
    let line = 3 * width
    var sums = [Int32](repeating: 0, count: line)
    let count = line * newHeight
    let resized = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      pixels.withUnsafeBufferPointer { input in
        sums.withUnsafeMutableBufferPointer { sums in
          for y in 0..<newHeight {
            sums.update(repeating: Resampling.half)
            let (start, taps) = plan.windows[y]
            for tap in 0..<taps {
              let weight = plan.weights[y * plan.stride + tap]
              let from = (start + tap) * line
              for i in 0..<line { sums[i] &+= Int32(input[from + i]) &* weight }
            }
            for i in 0..<line { output[y * line + i] = Resampling.sample(sums[i]) }
          }
        }
      }
      initialized = count
    }
    return RGBImage(width: width, height: newHeight, pixels: resized)
  }
}
