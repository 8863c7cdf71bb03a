/// Channels of a block: one vector of every kernel.
public let lanes = 16

/// The shape of activations in blocked layout, `[ceil(C/16)][H][W][16]`: 16 neighbouring channels of a pixel lie
/// together, so a vector is 16 channels whatever the instruction set, and a convolution walks whole cache lines.
/// Channels past `channels` are zero.
public struct BlockedShape: Sendable, Hashable {
  public var channels: Int
  public var height: Int
  public var width: Int

  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Number of channel blocks.
  public var blocks: Int { (channels + lanes - 1) / lanes }
  /// Channels including those that fill up the last block.
  public var paddedChannels: Int { blocks * lanes }
  public var pixels: Int { height * width }
  /// Floats from one row to the next.
  public var rowStride: Int { width * lanes }
  /// Floats from one block to the next.
  public var blockStride: Int { pixels * lanes }
  /// Floats in all.
  public var count: Int { blocks * blockStride }
}

/// Activations in blocked layout somewhere in an arena.  A view: it owns nothing.
///
/// `@unchecked Sendable` because threads that share one write to disjoint parts, which the operators see to.
public struct BlockedTensor: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Float>
  public let shape: BlockedShape

  public init(base: UnsafeMutablePointer<Float>, shape: BlockedShape) {
    self.base = base
    self.shape = shape
  }

  /// The pixels of one channel block, `[H][W][16]`.
  public func block(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * shape.blockStride }
}

extension BlockedTensor {
  /// A copy in NCHW order, `[C][H][W]`: for tests and tools.
  public func planar() -> [Float] {
    var result = [Float](repeating: 0, count: shape.channels * shape.pixels)
    for channel in 0..<shape.channels {
      let source = block(channel / lanes) + channel % lanes
      for pixel in 0..<shape.pixels { result[channel * shape.pixels + pixel] = source[pixel * lanes] }
    }
    return result
  }

  /// Writes `[C][H][W]` values into the blocks; channels that only fill up a block become zero.
  public func fill(planar values: [Float]) {
    precondition(values.count == shape.channels * shape.pixels)
    base.update(repeating: 0, count: shape.count)
    for channel in 0..<shape.channels {
      let target = block(channel / lanes) + channel % lanes
      for pixel in 0..<shape.pixels { target[pixel * lanes] = values[channel * shape.pixels + pixel] }
    }
  }
}
