import CKernels
import Tensors

/// How an image is cut into tiles of F(4×4, 3×3), and where each tile reads.  Made once per plan.
public struct WinogradGeometry: Sendable {
  /// Shape of the image that is read.
  public let input: BlockedShape
  let tilesAcross: Int
  let tiles: Int
  /// Row and column offsets of each tile; padding is in them.
  let indices: [ug_tile_index]
  /// Tiles of one unit of work, at most.
  let tilesPerUnit: Int
  /// Units of work of an image.
  public let units: Int

  /// Transformed inputs of one unit should leave room in a 1 MB L2 for the weights that stream past them.
  private static let targetBytes = 640 << 10

  public init(input: BlockedShape, padding: Padding) {
    self.input = input
    let across = (input.width + 3) / 4
    let down = (input.height + 3) / 4
    let tiles = across * down
    self.tilesAcross = across
    self.tiles = tiles
    indices = (0..<tiles).map { tile in
      var index = ug_tile_index()
      withUnsafeMutableBytes(of: &index) { bytes in
        let offsets = bytes.bindMemory(to: Int32.self)
        for i in 0..<6 {
          let row = padding.resolve(tile / across * 4 + i - 1, count: input.height)
          let column = padding.resolve(tile % across * 4 + i - 1, count: input.width)
          offsets[i] = Int32(row * input.rowStride)
          offsets[6 + i] = Int32(column * lanes)
        }
      }
      return index
    }
    let fitting = Self.targetBytes / (Int(UG_POINTS) * input.paddedChannels * 4)
    // Near-equal units, so that two threads finish together.
    units = (tiles + max(8, min(fitting, 48)) - 1) / max(8, min(fitting, 48))
    tilesPerUnit = (tiles + units - 1) / units
  }

  func tiles(ofUnit unit: Int) -> Range<Int> {
    unit * tiles / units..<(unit + 1) * tiles / units
  }

  /// Elements from one block of V to the next, and from one point to the next.  A cache line more than the blocks
  /// take, else the 36 points of a tile would fall into one set of the cache.
  var blockStride: Int { tilesPerUnit * lanes }
  var pointStride: Int { input.blocks * blockStride + 2 * lanes }

  /// Floats of scratch for each worker: V of one unit, and M of one unit and panel.
  public var scratchCount: Int {
    Int(UG_POINTS) * (pointStride + tilesPerUnit * PanelWeights.panelWidth)
  }
}
