import Tensors

extension UGATITDiscriminator {
  /// Names by which a discriminator is told among other networks; each is enough.
  public static let marks = ["weight_orig", "parametrizations.weight.original"].map { "conv." + $0 }

  /// Reads a discriminator's shape off the names and shapes of its weights, and finds that the file has nothing else
  /// that would change what it says.
  ///
  /// - Parameters:
  ///   - stored: by public name without `disGA.`.
  ///   - gain: what the shapes do not tell.
  ///   - imageSize: of the images that it is to judge, in pixels, which the shapes do not tell either; nil for the
  ///     least that it can.
  /// - Throws: `TensorSourceError` naming the first tensor that does not fit.
  public static func inferred(
    from stored: StoredNetwork, gain: Float = 1, imageSize: (height: Int, width: Int)? = nil
  ) throws(TensorSourceError) -> UGATITDiscriminator {
    let norm: SpectralNorm =
      if stored.has("model.1.\(SpectralNorm.parametrization.original)") {
        .parametrization
      } else if stored.has("model.1.weight") && !stored.has("model.1.weight_v") {
        .earlyHook
      } else {
        .hook
      }
    let name = "model.1.\(norm.original)"
    let first = try stored.shape(name, of: kind)
    // The range also keeps the products below from overflowing, whatever a checkpoint claims.
    guard first.count == 4, first[1] > 0, first[1] % 3 == 0, first[2...] == [4, 4],
      baseChannelRange.contains(first[0])
    else {
      throw TensorSourceError(
        "\(name) has shape \(first); a U-GAT-IT discriminator's is [ndf, 3, 4, 4], or [ndf, 3n, 4, 4] of one that judges "
          + "n images together, ndf from \(baseChannelRange.lowerBound) to \(baseChannelRange.upperBound)")
    }
    var convolutions = 1
    while stored.has("model.\(3 * convolutions + 1).\(norm.original)"), convolutions < layerRange.upperBound {
      convolutions += 1
    }
    let layers = convolutions + 1
    let size = imageSize ?? (leastSide(layers: layers), leastSide(layers: layers))
    let discriminator = try UGATITDiscriminator(
      baseChannels: first[0], layers: layers, images: first[1] / 3, gain: gain,
      cam: stored.has("conv1x1.weight"), norm: norm, imageHeight: size.height, imageWidth: size.width)
    try discriminator.network.check(stored)
    return discriminator
  }

  private static let kind = "a U-GAT-IT discriminator"
}
