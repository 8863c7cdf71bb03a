import CKernels
import Tensors

/// 3×3 convolution by Winograd's F(4×4, 3×3) (Lavin & Gray 2016): a quarter of the multiplications, less where the
/// form leaves products out.
///
/// A unit of work takes some twenty tiles through all three steps while they are in L2: the input transform, which
/// also applies the previous layer's normalisation; 36 GEMMs for each panel of 32 output channels; the output
/// transform, which also adds up the statistics of the next normalisation.  Only weights stream from beyond.
public struct WinogradConvolution: Sendable {
  let weights: WinogradWeights
  let instructionSet: InstructionSet

  public init(weights: WinogradWeights, instructionSet: InstructionSet) {
    self.weights = weights
    self.instructionSet = instructionSet
  }

  /// `y = convolution(affine(x))`; y has the shape that the weights' form makes of x's.
  ///
  /// - Parameters:
  ///   - geometry: of x and the weights' form.
  ///   - moments: `geometry.units` rows.
  ///   - scratch: the area of worker i, `geometry.scratchCount` floats.
  public func run(
    _ x: BlockedTensor, _ affine: Affine, geometry: WinogradGeometry, into y: BlockedTensor,
    moments: ChannelMoments, scratch: (_ worker: Int) -> UnsafeMutablePointer<Float>, team: Team
  ) {
    precondition(x.shape == geometry.input && weights.form == geometry.form)
    let offsets = (0..<geometry.form.inputPhases.count * x.shape.blocks).map {
      Int32($0 * geometry.blockStride)
    }
    offsets.withUnsafeBufferPointer { offsets in
      team.forEach(geometry.units) { unit, worker in
        let v = scratch(worker)
        let m = v + Int(UG_POINTS) * geometry.pointStride
        let tiles = geometry.tiles(ofUnit: unit)
        transformInput(x, affine, geometry: geometry, tiles: tiles, into: v)
        moments.clear(unit: unit)
        var phase = -1
        for panel in weights.panels {
          if panel.outputPhase != phase {
            // The products of the panels of one phase leave the same points alone.
            phase = panel.outputPhase
            clear(weights.absent[phase], m: m, count: tiles.count)
          }
          multiply(
            panel, v: v, offsets: offsets.baseAddress!, geometry: geometry, into: m, count: tiles.count)
          transformOutput(
            panel, m: m, geometry: geometry, tiles: tiles, into: y, moments: moments, unit: unit)
        }
      }
    }
  }

  /// V, `[36][input phase][block][tile][16]`.
  private func transformInput(
    _ x: BlockedTensor, _ affine: Affine, geometry: WinogradGeometry, tiles: Range<Int>,
    into v: UnsafeMutablePointer<Float>
  ) {
    let table = instructionSet.kernels.pointee
    let affine = ug_affine(scale: affine.scale, shift: affine.shift, floor: affine.floor)
    let isEnlarged = geometry.form.enlargement == 2
    let floats = (isEnlarged ? table.winograd_input_enlarged : table.winograd_input)!
    let halves = (isEnlarged ? table.winograd_input_enlarged_bf16 : table.winograd_input_bf16)!
    geometry.indices.withUnsafeBufferPointer { indices in
      for phase in geometry.form.inputPhases.indices {
        for (slot, tile) in tiles.enumerated() {
          let index = indices.baseAddress! + phase * geometry.tiles + tile
          let target = phase * x.shape.blocks * geometry.blockStride + slot * lanes
          switch weights.precision {
          case .f32:
            floats(
              x.base, x.shape.blockStride, x.shape.blocks, index, affine, v + target, geometry.blockStride,
              geometry.pointStride)
          case .bf16:
            halves(
              x.base, x.shape.blockStride, x.shape.blocks, index, affine, Self.half(v) + target,
              geometry.blockStride, geometry.pointStride)
          }
        }
      }
    }
  }

  /// M, `[tile][36][32]`: the 36 values that the output transform needs lie together.
  private func multiply(
    _ panel: WinogradWeights.Panel, v: UnsafeMutablePointer<Float>, offsets: UnsafePointer<Int32>,
    geometry: WinogradGeometry, into m: UnsafeMutablePointer<Float>, count: Int
  ) {
    let table = instructionSet.kernels.pointee
    let width = PanelWeights.panelWidth
    let blocks = geometry.input.blocks
    for index in panel.points {
      let point = weights.points[index]
      let segments = ug_segments(
        offsets: offsets + point.phases.lowerBound * blocks, segments: point.phases.count * blocks,
        length: lanes,
        row_stride: lanes)
      let out = ug_panel_out(
        c: m + point.index * width, row_stride: Int(UG_POINTS) * width, half_stride: lanes,
        halves: panel.halves)
      switch weights.precision {
      case .f32:
        let u = weights.memory.base.assumingMemoryBound(to: Float.self) + point.offset
        table.gemm(v + point.index * geometry.pointStride, segments, u, out, count)
      case .bf16:
        let u = weights.memory.base.assumingMemoryBound(to: UInt16.self) + point.offset
        table.gemm_bf16(Self.half(v) + point.index * geometry.pointStride, segments, u, out, count)
      }
    }
  }

  private func clear(_ points: [Int], m: UnsafeMutablePointer<Float>, count: Int) {
    let width = PanelWeights.panelWidth
    for point in points {
      for tile in 0..<count {
        (m + (tile * Int(UG_POINTS) + point) * width).update(repeating: 0, count: width)
      }
    }
  }

  private func transformOutput(
    _ panel: WinogradWeights.Panel, m: UnsafeMutablePointer<Float>, geometry: WinogradGeometry,
    tiles: Range<Int>, into y: BlockedTensor, moments: ChannelMoments, unit: Int
  ) {
    let table = instructionSet.kernels.pointee
    let step = geometry.form.outputStep
    let phase = geometry.form.outputPhases[panel.outputPhase]
    let phaseOffset = phase.row * y.shape.rowStride + phase.column * lanes
    var grid = ug_tile_grid(
      across: geometry.tilesAcross, height: geometry.gridHeight, width: geometry.gridWidth,
      row_stride: step * y.shape.rowStride, column_stride: step * lanes)
    for half in 0..<panel.halves {
      let block = panel.block + half
      table.winograd_output(
        m + half * lanes, PanelWeights.panelWidth, y.block(block) + phaseOffset, &grid, tiles.lowerBound,
        tiles.count, moments.block(block, unit: unit))
    }
  }

  /// The same memory as bfloat16 numbers.
  private static func half(_ pointer: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt16> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt16.self)
  }
}
