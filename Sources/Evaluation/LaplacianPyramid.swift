/// The levels of pictures from fine to coarse (Burt and Adelson, 1983): what each adds to the next coarser one, and at last
/// the coarse pictures themselves, whose sides are 16 to 31 pixels.
struct LaplacianPyramid {
  private(set) var levels: [ImageSet] = []

  private static let coarsest = 16

  init(_ set: ImageSet) {
    var set = set
    while min(set.width, set.height) >= 2 * Self.coarsest {
      let coarser = halved(set)
      levels.append(
        ImageSet(
          height: set.height, width: set.width,
          images: zip(set.images, coarser.images).map { fine, coarse in
            zip(fine, doubled(coarse, set)).map { $0 - $1 }
          }))
      set = coarser
    }
    levels.append(set)
  }
}

/// Blurred, and every second pixel of every second row.
private func halved(_ set: ImageSet) -> ImageSet {
  let (height, width) = ((set.height + 1) / 2, (set.width + 1) / 2)
  let images = set.images.map { image in
    let blurred = blurred(image, set.height, set.width, gain: 1)
    var half: [Float] = []
    half.reserveCapacity(3 * height * width)
    for row in 0..<3 * set.height where row % set.height % 2 == 0 {
      for column in stride(from: 0, to: set.width, by: 2) { half.append(blurred[row * set.width + column]) }
    }
    return half
  }
  return ImageSet(height: height, width: width, images: images)
}

/// The size of `set` again: zeros between the pixels, then the filter, whose gain of 4 makes up for them.
private func doubled(_ image: [Float], _ set: ImageSet) -> [Float] {
  let (height, width) = ((set.height + 1) / 2, (set.width + 1) / 2)
  var zeros = [Float](repeating: 0, count: 3 * set.height * set.width)
  for plane in 0..<3 {
    for row in 0..<height {
      for column in 0..<width {
        zeros[(plane * set.height + 2 * row) * set.width + 2 * column] =
          image[(plane * height + row) * width + column]
      }
    }
  }
  return blurred(zeros, set.height, set.width, gain: 4)
}

/// Three planes convolved with the binomial 5×5 filter, borders mirrored.
private func blurred(_ image: [Float], _ height: Int, _ width: Int, gain: Float) -> [Float] {
  let taps: [Float] = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]
  func mirrored(_ place: Int, _ count: Int) -> Int {
    let place = abs(place)
    return place < count ? place : 2 * (count - 1) - place
  }
  let columns = (0..<width).map { column in (0..<5).map { mirrored(column + $0 - 2, width) } }
  let rows = (0..<height).map { row in (0..<5).map { mirrored(row + $0 - 2, height) } }
  var across = [Float](repeating: 0, count: image.count)
  for row in 0..<3 * height {
    for column in 0..<width {
      var sum: Float = 0
      for tap in 0..<5 { sum += taps[tap] * image[row * width + columns[column][tap]] }
      across[row * width + column] = sum
    }
  }
  var down = [Float](repeating: 0, count: image.count)
  for plane in 0..<3 {
    for row in 0..<height {
      let to = (plane * height + row) * width
      for tap in 0..<5 {
        let from = (plane * height + rows[row][tap]) * width
        for column in 0..<width { down[to + column] += gain * taps[tap] * across[from + column] }
      }
    }
  }
  return down
}
