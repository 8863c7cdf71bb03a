import CKernels
import Tensors

/// How an image is cut into tiles of F(4×4, 3×3), and where each tile reads.  Made once per plan.
public struct WinogradGeometry: Sendable {
  /// Shape of the image that is read.
  public let input: BlockedShape
  let form: WinogradForm
  /// The form's grid.
  let gridHeight: Int
  let gridWidth: Int
  let tilesAcross: Int
  let tiles: Int
  /// Row and column offsets, `[input phase][tile]`; padding and interleaving are in them.
  let indices: [ug_tile_index]
  /// Tiles of one unit of work, at most.
  let tilesPerUnit: Int
  /// Units of work of an image.
  public let units: Int

  /// Transformed inputs of one unit should leave room in a 1 MB L2 for the weights that stream past them.
  private static let targetBytes = 832 << 10

  public init(input: BlockedShape, form: WinogradForm) {
    self.input = input
    self.form = form
    let grid = form.grid(of: input)
    (gridHeight, gridWidth) = grid
    let across = (grid.width + 3) / 4
    tilesAcross = across
    tiles = across * ((grid.height + 3) / 4)
    indices = form.inputPhases.flatMap { phase in
      (0..<across * ((grid.height + 3) / 4)).map { tile in
        let rows = TileAxis(tile / across, of: form, phase.row, grid: grid.height)
        let columns = TileAxis(tile % across, of: form, phase.column, grid: grid.width)
        return ug_tile_index(rows, columns, rowStride: input.rowStride)
      }
    }
    let fitting = Self.targetBytes / (Int(UG_POINTS) * form.inputPhases.count * input.paddedChannels * 4)
    units = Self.units(tiles: tiles, most: max(8, min(fitting, 48)))
    tilesPerUnit = (tiles + units - 1) / units
  }

  /// Near-equal units, in a number that two and four threads can share evenly.  It does not depend on how many
  /// threads there are, and so neither do the sums.
  private static func units(tiles: Int, most: Int) -> Int {
    let fewest = (tiles + most - 1) / most
    // Eight rows are the fewest that keep the multiply-add units busy.
    if fewest <= 2 { return max(fewest, min(2, tiles / 8)) }
    return min((fewest + 3) / 4 * 4, tiles)
  }

  func tiles(ofUnit unit: Int) -> Range<Int> {
    unit * tiles / units..<(unit + 1) * tiles / units
  }

  /// Elements from one block of V to the next, and from one point to the next.  A cache line more than the blocks
  /// take, else the 36 points of a tile would fall into one set of the cache.
  var blockStride: Int { tilesPerUnit * lanes }
  var pointStride: Int { form.inputPhases.count * input.blocks * blockStride + 2 * lanes }

  /// Floats of scratch for each worker: V of one unit, and M of one unit and panel.
  public var scratchCount: Int {
    Int(UG_POINTS) * (pointStride + tilesPerUnit * PanelWeights.panelWidth)
  }
}

/// Where a tile of the grid reads along one axis.
private struct TileAxis {
  /// Pixels of the input: six, or four that the six lie between.
  let pixels: [Int]
  /// Bit i tells that the i-th of the six is zero.
  let outside: UInt32

  /// - Parameters:
  ///   - tile: how many lie before it.
  ///   - phase: of the input.
  ///   - grid: pixels of the grid.
  init(_ tile: Int, of form: WinogradForm, _ phase: Int, grid: Int) {
    // One pixel before the tile's four.
    let first = 4 * tile - 1
    outside = (0..<6).reduce(0) { bits, i in
      form.border.isOutside(first + i, count: grid) ? bits | 1 << UInt32(i) : bits
    }
    if form.enlargement == 2 {
      // The pixels beyond the small image repeat its border, whatever lies beyond the enlarged one.
      pixels = (0..<Int(UG_SMALL_TILE)).map { Padding.replicate.resolve(2 * tile - 1 + $0, count: grid / 2) }
    } else {
      pixels = (0..<6).map { form.border.resolve(first + $0, count: grid) * form.inputStep + phase }
    }
  }
}

extension ug_tile_index {
  fileprivate init(_ rows: TileAxis, _ columns: TileAxis, rowStride: Int) {
    self.init()
    withUnsafeMutableBytes(of: &self.rows) { bytes in
      let offsets = bytes.bindMemory(to: Int32.self)
      for (i, row) in rows.pixels.enumerated() { offsets[i] = Int32(row * rowStride) }
    }
    withUnsafeMutableBytes(of: &self.columns) { bytes in
      let offsets = bytes.bindMemory(to: Int32.self)
      for (i, column) in columns.pixels.enumerated() { offsets[i] = Int32(column * lanes) }
    }
    outside_rows = rows.outside
    outside_columns = columns.outside
  }
}
