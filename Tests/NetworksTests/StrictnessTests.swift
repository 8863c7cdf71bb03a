import Networks
import Tensors
import Testing

/// What a file may have beside a generator's weights, and what it may not.
@Suite("A generator's file")
struct StrictnessTests {
  private let configuration: UGATITGenerator
  private let weights: [String: TensorDescription]

  init() throws {
    configuration = try UGATITGenerator(
      variant: .light, baseChannels: 8, residualBlocks: 2, imageHeight: 256, imageWidth: 256)
    weights = SeededWeights(network: configuration.network, seed: 0).tensors
  }

  private func stored(with names: [String]) -> StoredNetwork {
    var stored = StoredNetwork(weights: weights)
    for name in names { stored.weights[name] = TensorDescription(elementType: .float32, shape: [8]) }
    return stored
  }

  private func refusal(_ network: StoredNetwork) -> String {
    do {
      _ = try UGATITGenerator.inferred(from: network, imageSize: nil)
      return ""
    } catch { return error.description }
  }

  @Test("biases in front of an instance normalisation are told, and so are its buffers")
  func harmless() throws {
    let biases = ["DownBlock.1.bias", "DownBlock.12.conv_block.5.bias", "DownBlock.13.conv_block.1.bias"]
    let buffers = [
      "DownBlock.10.running_var", "DownBlock.12.conv_block.2.running_mean", "DownBlock.2.running_mean",
    ]
    var network = stored(with: biases + buffers)
    network.otherTypes["DownBlock.6.num_batches_tracked"] = "I64"
    #expect(try UGATITGenerator.inferred(from: network, imageSize: nil) == configuration)
    let harmless = try configuration.network.check(network)
    #expect(harmless.biases == biases)
    #expect(harmless.buffers == (buffers + ["DownBlock.6.num_batches_tracked"]).sorted())
  }

  @Test(
    "a tensor that the network has no place for is named, with the reason",
    arguments: [
      ("DownBlock.2.weight", "instance normalisation"), ("DownBlock.6.bias", "instance normalisation"),
      ("DownBlock.12.conv_block.6.weight", "instance normalisation"),
      ("UpBlock1_3.conv1.weight", "residual block 3 of the decoder"),
      ("gap_fc.bias", "a bias that"), ("FC.0.bias", "a bias that"), ("UpBlock2.11.bias", "a bias that"),
      ("UpBlock1_1.conv1.bias", "a bias that"), ("UpBlock2.2.bias", "a bias that"),
      ("gamma.bias", "a bias that"),
      ("DownBlock.1.weight_u", "no part"), ("UpBlock2.3.running_mean", "no part"), ("se.0.weight", "no part"),
      ("DownBlock.14.conv_block.5.weight", "no part"), ("weight", "no part"),
    ])
  func refused(name: String, reason: String) {
    let refusal = refusal(stored(with: [name]))
    #expect(refusal.hasPrefix(name + " ") && refusal.contains(reason), "\(refusal)")
    #expect(refusal.contains("another network"))
    #expect(throws: TensorSourceError.self) { try configuration.network.check(stored(with: [name]).weights) }
  }

  @Test("the first of several is named, and numbers that are no weights count too")
  func first() {
    #expect(refusal(stored(with: ["z", "gap_fc.bias", "b"])).hasPrefix("b "))
    var counter = StoredNetwork(weights: weights)
    counter.otherTypes["steps"] = "I64"
    #expect(refusal(counter).hasPrefix("steps "))
    #expect(!refusal(stored(with: ["\u{1B}[2J" + String(repeating: "x", count: 500)])).contains("\u{1B}"))
  }

  @Test("an object matters only in the place of a weight, or of what holds it")
  func objects() {
    var network = StoredNetwork(weights: weights)
    network.objects = ["_extra_state": "an object of a.B", "FC": "an object of a.C"]
    #expect(refusal(network) == "")
    network.weights["FC.2.weight"] = nil
    #expect(refusal(network).hasPrefix("FC is an object of a.C, which cannot be read"))
    network.objects["FC.2.weight"] = "an object of a.D"
    #expect(refusal(network).hasPrefix("FC.2.weight is an object of a.D"))
  }

  @Test("a weight of a type that is none is told by it, not called missing")
  func types() {
    var network = StoredNetwork(weights: weights)
    network.weights["UpBlock1_1.norm1.rho"] = nil
    #expect(refusal(network).contains("no tensor UpBlock1_1.norm1.rho"))
    network.otherTypes["UpBlock1_1.norm1.rho"] = "I64"
    #expect(refusal(network).contains("UpBlock1_1.norm1.rho is stored as I64"))
  }

  @Test(
    "a light generator that pools to more than one pixel is not taken for a full one", arguments: [4, 8, 16])
  func pooled(side: Int) throws {
    var network = StoredNetwork(weights: weights)
    network.weights["FC.0.weight"]?.shape[1] *= side * side
    let refusal = refusal(network)
    #expect(refusal.contains("pools to \(side)×\(side)"), "\(refusal)")
    #expect(refusal.contains("--image-size \(4 * side)") == (side > 4))
    if side > 4 {
      let said = try UGATITGenerator.inferred(from: network, imageSize: 4 * side)
      #expect(said.variant == .full && said.imageWidth == 4 * side)
    }
  }
}

@Suite("A foreign network")
struct ForeignNetworkTests {
  @Test(
    "is told by names and shapes, wherever they lie",
    arguments: [
      ("genA2B.HourGlass1.HG.0.ConvBlock1_1.conv.weight", [8, 8, 3, 3], "photo2cartoon"),
      ("model.1.weight", [64, 3, 7, 7], "CycleGAN"), ("G_A.model.1.weight", [64, 3, 7, 7], "CycleGAN"),
      ("model.10.conv_block.1.conv.0.weight", [128, 1, 3, 3], "mobile"),
      ("model.model.0.weight", [64, 3, 4, 4], "U-Net"), ("model.0.weight", [64, 3, 4, 4], "PatchGAN"),
      ("net.0.weight", [64, 3, 1, 1], "PixelGAN"), ("mlp_0.0.weight", [256, 3], "PatchNCE"),
      ("disGA.gap_fc.weight_orig", [1, 2048], "discriminator of U-GAT-IT"),
      ("gap_fc.parametrizations.weight.original", [1, 2048], "discriminator of U-GAT-IT"),
      ("layer1.0.conv1.weight", [64, 64, 3, 3], "ResNet classifier"),
      ("features.0.weight", [64, 3, 3, 3], "VGG"),
      ("conv_params.0.weight", [20, 1, 5, 5], "CyCADA"),
      ("g_ema.convs.0.conv.modulation.weight", [512, 512], "StyleGAN2"),
    ] as [(String, [Int], String)])
  func told(name: String, shape: [Int], what: String) {
    let sentence = ForeignNetwork.sentence([name: shape, "other": [1]])
    #expect(sentence?.contains(what) == true, "\(sentence ?? "nothing")")
  }

  @Test("is not seen in names that are only alike")
  func alike() throws {
    #expect(
      ForeignNetwork.sentence(["xmodel.0.weight": [64, 3, 4, 4], "model.0.weight": [64, 3, 3, 3]]) == nil)
    let ours = try UGATITGenerator(
      variant: .light, baseChannels: 8, residualBlocks: 1, imageHeight: 32, imageWidth: 32)
    let shapes = SeededWeights(network: ours.network, seed: 0).tensors.mapValues(\.shape)
    #expect(ForeignNetwork.sentence(shapes) == nil)
  }
}
