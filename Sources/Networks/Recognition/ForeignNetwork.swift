/// Networks that are taken for a generator that is served and are none, told by the names and shapes of their weights.
public enum ForeignNetwork {
  /// What a file holds, in words that go on after its name; nil for names that are not known.
  /// - Parameter shapes: of all tensors of the file, by name.
  public static func sentence(_ shapes: [String: [Int]]) -> String? {
    for sign in signs {
      if shapes.contains(where: { sign.matches($0.key, $0.value) }) { return sign.sentence }
    }
    return nil
  }

  private struct Sign {
    /// Whole components of a name; a leading dot means that any others may stand before, a trailing one after.
    let name: String
    /// The last two sizes, where they are told apart by them.
    let kernel: [Int]?
    let sentence: String

    init(_ name: String, kernel: [Int]? = nil, _ sentence: String) {
      (self.name, self.kernel, self.sentence) = (name, kernel, sentence)
    }

    func matches(_ name: String, _ shape: [Int]) -> Bool {
      guard kernel == nil || Array(shape.suffix(2)) == kernel else { return false }
      // Between dots, so that only whole components match.
      let whole = "." + name + "."
      return self.name.hasSuffix(".")
        ? whole.contains("." + self.name) : whole.hasSuffix("." + self.name + ".")
    }
  }

  private static let discriminator =
    "holds a discriminator of U-GAT-IT alone; give the file that has the generators, genA2B and genB2A, and this one "
    + "with --discriminator-a2b or --discriminator-b2a"

  /// The first that matches is meant, so the narrower stand before the wider.
  private static let signs = [
    Sign("HourGlass1.", "holds photo2cartoon's network, U-GAT-IT with hourglasses, which is not served"),
    Sign("mlp.mlp.0.weight", "holds Morph-UGATIT's network, which normalises otherwise and is not served"),
    Sign(
      "conv_block.1.conv.0.weight",
      "holds a compressed (mobile) CycleGAN generator of depthwise convolutions, which is not served"),
    Sign("model.model.", "holds a U-Net generator (pix2pix), which is not served"),
    Sign(
      "model.1.weight", kernel: [7, 7],
      "begins as a ResNet generator (CycleGAN, CUT, DCLGAN), but has no residual blocks as these name them"),
    Sign("gap_fc.weight_orig", discriminator),
    Sign("gap_fc.parametrizations.weight.original", discriminator),
    Sign("conv.weight_orig", discriminator),
    Sign("conv.parametrizations.weight.original", discriminator),
    Sign("model.0.weight", kernel: [4, 4], "holds a PatchGAN discriminator, not a generator"),
    Sign("net.0.weight", kernel: [1, 1], "holds a PixelGAN discriminator, not a generator"),
    Sign("mlp_0.0.weight", "holds the PatchNCE heads of CUT (netF), not a generator"),
    Sign("modulation.weight", "holds a StyleGAN2 network, which is not served"),
    Sign("model.diffusion_model.", "holds a Stable Diffusion network, which is not served"),
    Sign("layer1.0.conv1.weight", "holds a ResNet classifier, not a generator of pictures"),
    Sign("features.0.weight", "holds a classifier (VGG, AlexNet, MobileNet), not a generator of pictures"),
    Sign("conv_params.0.weight", "holds a task network of CyCADA, a classifier, not a generator of pictures"),
  ]
}
