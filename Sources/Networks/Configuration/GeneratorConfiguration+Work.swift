import Kernels

extension GeneratorConfiguration {
  /// Multiplications that the plan does for one image, those of the Winograd and sub-pixel forms counted as they
  /// are done: what a machine at its peak could not go below without another algorithm.
  public var multiplications: Int {
    let c = baseChannels
    let pixels = imageHeight * imageWidth
    func tiles(_ level: Int) -> Int { ((imageHeight >> level) + 3) / 4 * (((imageWidth >> level) + 3) / 4) }
    let ends = 2 * 3 * 49 * c * pixels
    let down = WinogradForm.strided.products * (c * 2 * c * tiles(1) + 2 * c * 4 * c * tiles(2))
    let residual = 4 * residualBlocks * WinogradForm.same.products * features * features * tiles(2)
    let attention = features * features * pixels / 16
    let up = WinogradForm.subpixel.products * (4 * c * 2 * c * tiles(2) + 2 * c * c * tiles(1))
    return ends + down + residual + attention + modulationInputs * features + up
  }

  /// The same for the network as it is written down: every convolution direct, on the enlarged image.
  public var directMultiplications: Int {
    let c = baseChannels
    let pixels = imageHeight * imageWidth
    let ends = 2 * 3 * 49 * c * pixels
    let down = 9 * (c * 2 * c * pixels / 4 + 2 * c * 4 * c * pixels / 16)
    let residual = 4 * residualBlocks * 9 * features * features * pixels / 16
    let attention = 2 * features * features * pixels / 16
    let up = 9 * (4 * c * 2 * c * pixels / 4 + 2 * c * c * pixels)
    return ends + down + residual + attention + modulationInputs * features + up
  }
}
