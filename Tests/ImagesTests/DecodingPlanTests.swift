import Testing

@testable import Images

/// Rows on their way into a picture of another size.
@Suite struct DecodingPlanTests {
  private func planned(
    _ file: [UInt8], _ fit: Fit, _ width: Int, _ height: Int, _ filter: ResamplingFilter = .bilinear
  ) throws -> RGBImage {
    try DecodingPlan(of: file, fit, width: width, height: height, filter: filter).image(of: file).image
  }

  @Test(arguments: Fit.allCases, ResamplingFilter.allCases)
  func `what comes row by row is what the whole picture gives`(fit: Fit, filter: ResamplingFilter) throws {
    let names = ["png/rgb8.png", "png/rgba8-interlaced.png", "jpeg/baseline-420.jpg", "jpeg/cmyk.jpg"]
    for name in names {
      let file = try Fixtures.bytes(name)
      // A JPEG that is made much smaller is reduced by its decoder.
      for (width, height) in [(8, 8), (16, 5), (64, 40)] + (name.hasPrefix("png") ? [(1, 1)] : []) {
        let whole = try RGBImage(decoding: file).fitted(fit, width: width, height: height, filter: filter)
        #expect(try planned(file, fit, width, height, filter) == whole.image, "\(name), \(width) x \(height)")
      }
    }
  }

  /// Turned pictures go down first, seen upright: their samples in between are rounded in the other direction.
  @Test(arguments: 1...8)
  func `a picture is turned when it is small`(orientation: Int) throws {
    for kind in ["jpg", "png"] {
      let file = try Fixtures.bytes("orientation/\(orientation).\(kind)")
      let upright = try Fixtures.picture("orientation/\(orientation)-\(kind).ppm")
      for fit in Fit.allCases {
        let (expected, placement) = upright.fitted(fit, width: 9, height: 7)
        let plan = try DecodingPlan(of: file, fit, width: 9, height: 7)
        #expect(plan.placement == placement)
        let difference = try plan.image(of: file).image.difference(from: expected)
        #expect(difference <= (orientation < 5 ? 0 : 1), "\(fit), \(kind)")
      }
    }
  }

  @Test(arguments: 1...8, Fit.allCases)
  func `a crop is of the upright picture, and what lies around it does not show`(orientation: Int, fit: Fit)
    throws
  {
    for kind in ["jpg", "png"] {
      let file = try Fixtures.bytes("orientation/\(orientation).\(kind)")
      let upright = try Fixtures.picture("orientation/\(orientation)-\(kind).ppm")
      let crop = Rectangle(x: 3, y: 2, width: upright.width - 5, height: upright.height - 6)
      let (expected, _) = upright.cropped(to: crop).fitted(fit, width: 9, height: 7)
      let plan = try DecodingPlan(of: file, fit, crop: crop, width: 9, height: 7)
      #expect(plan.placement == Placement(fit, of: crop, into: 9, 7))
      let difference = try plan.image(of: file).image.difference(from: expected)
      #expect(difference <= (orientation < 5 ? 0 : 1), "\(kind)")
    }
  }

  @Test func `a crop that does not lie in the upright picture is refused`() throws {
    // Stored as it is seen, and turned a quarter.
    for orientation in [1, 6] {
      let file = try Fixtures.bytes("orientation/\(orientation).jpg")
      let upright = try Fixtures.picture("orientation/\(orientation)-jpg.ppm")
      let (width, height) = (upright.width, upright.height)
      for (crop, isInside) in [
        (Rectangle(width: width, height: height), true),
        (Rectangle(x: width - 1, y: height - 1, width: 1, height: 1), true),
        (Rectangle(x: 1, y: 0, width: width, height: height), false),
        (Rectangle(x: 0, y: 1, width: width, height: height), false),
        (Rectangle(x: width, y: 0, width: 1, height: 1), false),
        (Rectangle(x: .max >> 32, y: 0, width: .max >> 32, height: 1), false),
      ] {
        let plan = Result { () throws(ImageError) in
          try DecodingPlan(of: file, .stretch, crop: crop, width: 8, height: 8)
        }
        #expect(plan.errorKind == (isInside ? nil : .outside), "\(crop) of \(width) x \(height)")
      }
    }
  }

  @Test func `a crop of a large photograph is reduced by the decoder, and takes no more memory`() throws {
    let file = JPEGBytes.resized(try Fixtures.bytes("jpeg/baseline-420.jpg"), width: 8064, height: 6048)
    let whole = try DecodingPlan(of: file, .stretch, width: 128, height: 128)
    let crop = Rectangle(x: 1000, y: 96, width: 5600, height: 5600)
    let part = try DecodingPlan(of: file, .stretch, crop: crop, width: 128, height: 128)
    #expect(part.resampling.reduction == 4)
    #expect(part.bytes <= whole.bytes)
  }

  /// Against Pillow, Fixtures/check_reduction.py does it with photographs.
  @Test(arguments: Fit.allCases, ResamplingFilter.allCases)
  func `a picture that the decoder makes smaller looks as if it had not`(fit: Fit, filter: ResamplingFilter)
    throws
  {
    // Smooth, with edges and a little noise.
    let (width, height) = (1201, 800)
    let noise = RGBImage.noise(width: width, height: height, seed: 21)
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let isInside = (x - 500) * (x - 500) + (y - 300) * (y - 300) < 40_000
        for channel in 0..<3 {
          let level = isInside ? 220 - 60 * channel : 30 + (x * (channel + 1) + y) * 150 / 4000
          pixels.append(UInt8(level + Int(noise.pixels[3 * (y * width + x) + channel]) / 16))
        }
      }
    }
    let file = try RGBImage(width: width, height: height, pixels: pixels).encoded(as: .jpeg, quality: 92)
    let whole = try RGBImage(decoding: file)
    for side in [12, 25, 68] {
      let expected = whole.fitted(fit, width: side, height: side, filter: filter).image
      let image = try planned(file, fit, side, side, filter)
      let differences = zip(image.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }
      let beyond = differences.count { $0 > 1 }
      #expect(
        differences.max() ?? 0 <= 3 && beyond * 1000 <= differences.count, "\(side): \(beyond) beyond 1")
    }
  }

  @Test func `the decoder reduces as far as the margin and the edges of the part allow`() throws {
    func reduction(_ part: Rectangle, of size: (Int, Int), to side: Int) -> Int {
      Resampling(of: part, in: size, to: side, side, filter: .bilinear, reductions: [8, 4, 2]).reduction
    }
    func whole(_ width: Int, _ height: Int) -> Rectangle {
      Rectangle(x: 0, y: 0, width: width, height: height)
    }
    #expect(reduction(whole(4032, 3024), of: (4032, 3024), to: 256) == 2)
    #expect(reduction(whole(8064, 6048), of: (8064, 6048), to: 256) == 2)
    #expect(reduction(whole(8064, 6048), of: (8064, 6048), to: 128) == 4)
    #expect(reduction(whole(8064, 6048), of: (8064, 6048), to: 64) == 8)
    #expect(reduction(whole(2969, 2969), of: (2969, 2969), to: 256) == 1)
    #expect(reduction(whole(2970, 2970), of: (2970, 2970), to: 256) == 2)
    func crop(at x: Int) -> Int {
      reduction(Rectangle(x: x, y: 0, width: 3024, height: 3024), of: (4032, 3024), to: 64)
    }
    #expect((crop(at: 504), crop(at: 502), crop(at: 503)) == (4, 2, 1))
  }

  @Test func `what a plan needs grows with what has to be whole, and stays within the limits' memory`() throws
  {
    let (baseline, progressive) = (
      try Fixtures.bytes("jpeg/baseline-420.jpg"), try Fixtures.bytes("jpeg/progressive-444.jpg")
    )
    let limits = DecodingLimits()
    func bytes(_ file: [UInt8], _ width: Int, _ height: Int, side: Int = 256) throws -> Int {
      let file = JPEGBytes.resized(file, width: width, height: height)
      return try DecodingPlan(of: file, .stretch, width: side, height: side).bytes
    }
    #expect(try bytes(baseline, 12_000, 9000) < 4_000_000)
    #expect(try bytes(baseline, 12_000, 9000) - bytes(baseline, 12_000, 90) < 1_000_000)
    // Six bytes a pixel, in whole blocks.
    let whole = try bytes(progressive, 6000, 4496) - bytes(baseline, 6000, 4496)
    #expect(whole == 6 * 6000 * 4496)
    for (width, height) in [(6000, 4500), (16_384, 1700), (1700, 16_384)] {
      #expect(try bytes(progressive, width, height, side: 512) <= limits.memory, "\(width) x \(height)")
    }
  }

  @Test func `weights of reduced samples are the sums of those that they stand for`() {
    for filter in ResamplingFilter.allCases {
      for (source, output) in [(0..<301, 17), (8..<300, 40), (16..<216, 3)] {
        let full = AxisWeights(of: source, to: output, filter: filter)
        for reduction in [2, 4, 8] {
          let reduced = AxisWeights(of: source, to: output, filter: filter, reduction: reduction)
          for i in 0..<output {
            var sums = [Int](repeating: 0, count: 400)
            for k in 0..<Int(full.counts[i]) {
              sums[(Int(full.starts[i]) + k) / reduction] += Int(full.weights[i * full.stride + k])
            }
            for k in 0..<Int(reduced.counts[i]) {
              let difference = sums[Int(reduced.starts[i]) + k] - Int(reduced.weights[i * reduced.stride + k])
              #expect(abs(difference) <= reduction, "\(filter), \(source), \(output), \(reduction)")
            }
          }
        }
      }
    }
  }
}
