import Kernels
import Tensors

/// Activations of one layer with a normalisation that is due.
struct Activations {
  let shape: BlockedShape
  private let memory: AlignedMemory
  private let parameters: AlignedMemory

  init(_ shape: BlockedShape) throws {
    self.shape = shape
    memory = try AlignedMemory(byteCount: shape.count * 4)
    parameters = try AlignedMemory(byteCount: shape.paddedChannels * 8)
    for index in 0..<shape.count { memory.floats[index] = Float(index % 31) / 31 - 0.5 }
    for channel in 0..<shape.paddedChannels { parameters.floats[channel] = 1 }
  }

  var tensor: BlockedTensor { BlockedTensor(base: memory.floats, shape: shape) }
  var affine: Affine {
    Affine(scale: parameters.floats, shift: parameters.floats + shape.paddedChannels, floor: 0)
  }
}

/// Sums that an operator leaves for the next normalisation.
struct Moments {
  private let memory: AlignedMemory
  let view: ChannelMoments

  init(units: Int, _ shape: BlockedShape) throws {
    let count = ChannelMoments.count(units: units, paddedChannels: shape.paddedChannels)
    memory = try AlignedMemory(byteCount: count * 4)
    view = ChannelMoments(base: memory.floats, units: units, paddedChannels: shape.paddedChannels)
  }
}

/// A scratch area for each worker.
struct Scratch {
  private let memory: AlignedMemory
  private let count: Int

  init(_ count: Int, workers: Int) throws {
    self.count = count
    memory = try AlignedMemory(byteCount: count * workers * 4)
  }

  func area(_ worker: Int) -> UnsafeMutablePointer<Float> { memory.floats + worker * count }
}
