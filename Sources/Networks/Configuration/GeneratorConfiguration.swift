import Kernels
import Tensors

/// Operand type of the large matrix products.
public typealias Precision = Kernels.Precision

/// Everything that fixes a U-GAT-IT generator's shape (Kim et al., ICLR 2020; the public PyTorch code's
/// `ResnetGenerator`).
public struct GeneratorConfiguration: Sendable, Hashable {
  /// How γ and β of the adaptive normalisation are computed.
  public enum Variant: String, Sendable, Codable, CaseIterable {
    /// From the global average of each channel: small, and the image may have any size.
    case light
    /// From every activation: `4·ngf · H/4 · W/4` inputs, so the image size is part of the weights.
    case full
  }

  public var variant: Variant
  /// Channels after the first layer, `ngf`: 64 in the paper.
  public var baseChannels: Int
  /// Residual blocks of the encoder, and as many of the decoder: 4 in the paper.
  public var residualBlocks: Int
  public var imageHeight: Int
  public var imageWidth: Int

  /// - Throws: `TensorSourceError` for a shape that there is no plan for.
  public init(
    variant: Variant, baseChannels: Int, residualBlocks: Int, imageHeight: Int, imageWidth: Int
  ) throws(TensorSourceError) {
    self.variant = variant
    self.baseChannels = baseChannels
    self.residualBlocks = residualBlocks
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    for (name, side) in [("height", imageHeight), ("width", imageWidth)] {
      guard side >= 32, side <= Self.largestSide, side % 4 == 0 else {
        throw TensorSourceError(
          "image \(name) \(side): must be a multiple of 4 from 32 to \(Self.largestSide)")
      }
    }
    guard Self.baseChannelRange.contains(baseChannels), baseChannels % 8 == 0 else {
      throw TensorSourceError("\(baseChannels) base channels: must be a multiple of 8 from 8 to 512")
    }
    guard residualBlocks >= 1, residualBlocks <= 64 else {
      throw TensorSourceError("\(residualBlocks) residual blocks: must be 1 to 64")
    }
    guard variant == .light || imageHeight == imageWidth else {
      throw TensorSourceError("a full generator's image is square, not \(imageWidth)×\(imageHeight)")
    }
    // The kernels address a layer's activations with 32-bit offsets.
    guard baseChannels * imageHeight * imageWidth < 1 << 30 else {
      throw TensorSourceError("\(imageWidth)×\(imageHeight) with \(baseChannels) channels is too large")
    }
  }

  /// Largest side of an image, in pixels.
  public static let largestSide = 4096
  static let baseChannelRange = 8...512

  /// Channels of the residual blocks.
  public var features: Int { 4 * baseChannels }
  /// Height of the residual blocks' activations and of the heatmap.
  public var featureHeight: Int { imageHeight / 4 }
  public var featureWidth: Int { imageWidth / 4 }
}
