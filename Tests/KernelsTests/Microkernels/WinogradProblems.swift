import CKernels
import Tensors

@testable import Kernels

/// One input tile of a few channel blocks with its normalisation, at a place in an image.
struct TileProblem: CustomStringConvertible {
  let shape: BlockedShape
  let tile: Int
  let index: ug_tile_index
  /// Whether the tile lies between the pixels that are read.
  let isEnlarged: Bool
  let x: [Float]
  let scale: GuardedMemory<Float>
  let shift: GuardedMemory<Float>
  let floor: Float

  var blocks: Int { shape.blocks }
  /// Blocks lie apart, as do their results and the points of V.
  var blockStride: Int { shape.blockStride + 8 }
  var targetStride: Int { 24 }
  var pointStride: Int { blocks * targetStride + 5 }
  /// Elements of V that the kernel reaches.
  var extent: Int { 35 * pointStride + (blocks - 1) * targetStride + 16 }

  var affine: ug_affine { ug_affine(scale: scale.base, shift: shift.base, floor: floor) }
  var description: String { "tile \(tile) of \(shape.height) × \(shape.width), \(blocks) blocks" }

  /// Every tile of some images: smaller than a tile, with ragged edges, of whole tiles.
  static func all(_ form: WinogradForm) -> [TileProblem] {
    let shapes = [(16, 1, 1), (16, 2, 3), (48, 5, 7), (16, 8, 8)]
    return shapes.flatMap { channels, height, width in
      let shape = BlockedShape(channels: channels, height: height, width: width)
      let geometry = WinogradGeometry(input: shape, form: form)
      return geometry.indices.indices.map {
        TileProblem(
          shape, tile: $0, index: geometry.indices[$0], isEnlarged: form == .enlarged,
          floor: $0 % 2 == 0 ? 0 : -.infinity)
      }
    }
  }

  private init(_ shape: BlockedShape, tile: Int, index: ug_tile_index, isEnlarged: Bool, floor: Float) {
    var noise = Noise()
    self.shape = shape
    self.tile = tile
    self.index = index
    self.isEnlarged = isEnlarged
    self.floor = floor
    var x: [Float] = []
    for block in 0..<shape.blocks {
      x += noise.floats(shape.blockStride)
      if block < shape.blocks - 1 { x += [Float](repeating: .nan, count: 8) }
    }
    self.x = x
    scale = GuardedMemory(noise.floats(shape.paddedChannels))
    shift = GuardedMemory(noise.floats(shape.paddedChannels))
  }

  /// - Parameter stored: what becomes of a value whose terms add up to `magnitude`, and how far it may be off.
  func expectation(
    _ matrices: CookToom, stored: (_ value: Double, _ magnitude: Double) -> (Double, Double)
  ) -> Expectation {
    var expected = Expectation(count: extent)
    let positive = absolute(matrices.bT)
    let rows = withUnsafeBytes(of: index.rows) { Array($0.bindMemory(to: Int32.self)) }
    let columns = withUnsafeBytes(of: index.columns) { Array($0.bindMemory(to: Int32.self)) }
    for channel in 0..<blocks * 16 {
      let base = channel / 16 * blockStride + channel % 16
      let (scale, shift) = (Double(self.scale.base[channel]), Double(self.shift.base[channel]))
      let pixels = (0..<36).map { point -> (value: Double, size: Double) in
        if (index.outside_rows >> UInt32(point / 6) | index.outside_columns >> UInt32(point % 6)) & 1 == 1 {
          return (0, 0)
        }
        var (value, size) = (0.0, 0.0)
        for row in sources(point / 6) {
          for column in sources(point % 6) {
            let product = Double(x[base + Int(rows[row.index] + columns[column.index])]) * scale
            value += row.weight * column.weight * max(product + shift, Double(floor))
            size += row.size * column.size * (product.magnitude + shift.magnitude)
          }
        }
        return (value, size)
      }
      let values = sandwich(matrices.bT, pixels.map(\.value))
      let sizes = sandwich(positive, pixels.map(\.size))
      for point in 0..<36 {
        let (value, bound) = stored(values[point], sizes[point])
        expected.set(
          point * pointStride + channel / 16 * targetStride + channel % 16, to: value, within: bound)
      }
    }
    return expected
  }
}

extension TileProblem {
  /// Which of the pixels that are read make up the i-th of a line, and how large their terms are when a quarter of a
  /// difference is added to the nearer one.
  private func sources(_ i: Int) -> [(index: Int, weight: Double, size: Double)] {
    guard isEnlarged else { return [(i, 1, 1)] }
    let (nearer, farther) = i % 2 == 0 ? (i / 2, i / 2 + 1) : (i / 2 + 1, i / 2)
    return [(nearer, 0.75, 1.25), (farther, 0.25, 0.25)]
  }
}

/// Some tiles of an image, one block of their output.
struct OutputProblem: CustomStringConvertible {
  let grid: ug_tile_grid
  let tiles: Range<Int>
  let pointStride: Int
  let m: [Float]
  let sumsBefore: [Float]
  let squaresBefore: [Float]
  private(set) var pixels: Expectation
  private(set) var sums = Expectation(count: 16)
  private(set) var squares = Expectation(count: 16)

  /// Floats of the output that the image has.
  var extent: Int { Self.extent(grid) }
  var description: String { "tiles \(tiles) of \(grid.height) × \(grid.width), \(grid.column_stride) apart" }

  /// Images smaller than a tile, with ragged edges, of whole tiles; all their tiles, and some from their middle.
  static func all(_ matrices: CookToom) -> [OutputProblem] {
    [(1, 1), (2, 3), (4, 4), (3, 9), (5, 7), (8, 12), (10, 6)].flatMap { height, width in
      let across = (width + 3) / 4
      let tiles = across * ((height + 3) / 4)
      return [0..<tiles, tiles / 3..<(tiles + 1) / 2].flatMap { tiles in
        [(16, width * 16, 16), (32, width * 32 + 16, 32)].map { columnStride, rowStride, pointStride in
          OutputProblem(
            matrices, tiles,
            of: ug_tile_grid(
              across: across, height: height, width: width, row_stride: rowStride,
              column_stride: columnStride), pointStride: pointStride)
        }
      }
    }
  }

  private static func extent(_ grid: ug_tile_grid) -> Int {
    (grid.height - 1) * grid.row_stride + (grid.width - 1) * grid.column_stride + 16
  }

  private init(_ matrices: CookToom, _ tiles: Range<Int>, of grid: ug_tile_grid, pointStride: Int) {
    var noise = Noise()
    self.grid = grid
    self.tiles = tiles
    self.pointStride = pointStride
    m = noise.floats(max(0, (tiles.count * 36 - 1) * pointStride + 16))
    sumsBefore = noise.floats(16)
    squaresBefore = noise.floats(16)
    pixels = Expectation(count: Self.extent(grid))
    for lane in 0..<16 { expect(matrices, lane: lane) }
  }

  private mutating func expect(_ matrices: CookToom, lane: Int) {
    let positive = absolute(matrices.aT)
    // A term goes through two products and up to 36 additions, one axis after the other or all at once.
    let roundings = 40
    var (sum, sumSize) = (Double(sumsBefore[lane]), Double(sumsBefore[lane]).magnitude)
    var (square, squareSize) = (Double(squaresBefore[lane]), Double(squaresBefore[lane]).magnitude)
    for (slot, tile) in tiles.enumerated() {
      let points = (0..<36).map { Double(m[(slot * 36 + $0) * pointStride + lane]) }
      let values = sandwich(matrices.aT, points)
      let sizes = sandwich(positive, points.map(\.magnitude))
      for pixel in 0..<16 {
        let row = tile / grid.across * 4 + pixel / 4
        let column = tile % grid.across * 4 + pixel % 4
        guard row < grid.height, column < grid.width else { continue }
        pixels.set(
          row * grid.row_stride + column * grid.column_stride + lane, to: values[pixel],
          magnitude: sizes[pixel], roundings: roundings)
        sum += values[pixel]
        sumSize += sizes[pixel]
        square += values[pixel] * values[pixel]
        squareSize += sizes[pixel] * sizes[pixel]
      }
    }
    let additions = tiles.count * 16 + 1
    sums.set(lane, to: sum, magnitude: sumSize, roundings: roundings + additions)
    squares.set(lane, to: square, magnitude: squareSize, roundings: 2 * roundings + additions + 1)
  }
}
