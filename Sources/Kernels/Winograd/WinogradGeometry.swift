import CKernels
import Tensors

/// How an image is cut into tiles of F(4×4, 3×3), and where each tile reads.  Made once per plan.
public struct WinogradGeometry: Sendable {
  /// Shape of the image that is read.
  public let input: BlockedShape
  let form: WinogradForm
  /// The grid of the 3×3 convolutions of stride 1: the smaller of input and output.
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
    gridHeight = input.height / form.inputStep
    gridWidth = input.width / form.inputStep
    let across = (gridWidth + 3) / 4
    tilesAcross = across
    tiles = across * ((gridHeight + 3) / 4)
    indices = form.inputPhases.flatMap { phase in
      (0..<across * ((input.height / form.inputStep + 3) / 4)).map { tile in
        Self.index(
          row: tile / across * 4 - 1, column: tile % across * 4 - 1, input: input, form: form, phase: phase)
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

  /// Where the tile whose first pixel is (row, column) on the grid reads.
  private static func index(
    row: Int, column: Int, input: BlockedShape, form: WinogradForm, phase: WinogradForm.Phase
  ) -> ug_tile_index {
    let step = form.inputStep
    var index = ug_tile_index()
    withUnsafeMutableBytes(of: &index) { bytes in
      let offsets = bytes.bindMemory(to: Int32.self)
      for i in 0..<6 {
        let y = form.border.resolve(row + i, count: input.height / step) * step + phase.row
        let x = form.border.resolve(column + i, count: input.width / step) * step + phase.column
        offsets[i] = Int32(y * input.rowStride)
        offsets[6 + i] = Int32(x * lanes)
      }
    }
    return index
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
