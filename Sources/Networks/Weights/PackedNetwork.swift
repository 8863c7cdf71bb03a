import Kernels
import Tensors

/// Operand type of the large matrix products.
public typealias ComputePrecision = Kernels.ComputePrecision

/// The weights of one network, checked and packed for the kernels.  Immutable, so any number of plans and threads
/// share it.
public final class PackedNetwork: Sendable {
  public let network: Network
  public let precision: ComputePrecision
  public let instructionSet: InstructionSet

  /// One for each step.
  let layers: [Layer]

  /// - Parameters:
  ///   - weights: by public name, without the network's own; large ones are used in place, where the source has them
  ///     in memory, and kept alive.
  ///   - precision: operands of the convolutions, but for those that the network says are exact.
  ///   - threads: how many pack.
  /// - Throws: `TensorSourceError` naming the first weight that is missing, has another shape or is not finite;
  ///   `OutOfMemory`; what the source throws.
  public init(
    weights: any TensorSource, network: Network, precision: ComputePrecision,
    instructionSet: InstructionSet = .current, threads: Int = 1
  ) throws {
    try network.check(weights.tensors)
    try network.checkConstants(in: weights)
    let pool = ThreadPool(width: max(threads, 1))
    defer { pool.stop() }
    let packer = LayerPacker(
      reader: WeightReader(source: weights), precision: precision, instructionSet: instructionSet,
      team: .pool(pool))
    self.network = network
    self.precision = precision
    self.instructionSet = instructionSet
    layers = try zip(network.steps, network.shapes).map { try packer.layer($0, channels: $1.channels) }
  }

  private init(_ network: Network, weightsOf other: PackedNetwork) {
    self.network = network
    precision = other.precision
    instructionSet = other.instructionSet
    layers = other.layers
  }

  /// The same weights, shared, for images of another size.
  /// - Throws: as `Network.resized`.
  public func resized(to size: ImageSize) throws(ImageSizeError) -> PackedNetwork {
    let resized = try network.resized(to: size)
    return resized.size == network.size ? self : PackedNetwork(resized, weightsOf: self)
  }
}
