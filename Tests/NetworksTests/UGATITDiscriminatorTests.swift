import Tensors
import Testing

@testable import Networks

@Suite("A discriminator's shape")
struct UGATITDiscriminatorTests {
  private func stored(_ discriminator: UGATITDiscriminator) -> StoredNetwork {
    StoredNetwork(weights: SeededWeights(network: discriminator.network, seed: 0).tensors)
  }

  private func refusal(_ stored: StoredNetwork, side: Int = 256) -> String {
    do {
      _ = try UGATITDiscriminator.inferred(from: stored, imageSize: (side, side))
      return ""
    } catch { return error.description }
  }

  @Test("the public ones have 27 and 35 tensors, 3.3 and 53 million numbers, 30×30 and 6×6 logits")
  func published() throws {
    for (layers, tensors, numbers, side) in [(5, 27, 3_300_000, 30), (7, 35, 53_100_000, 6)] {
      let network = try UGATITDiscriminator(
        baseChannels: 64, layers: layers, imageHeight: 256, imageWidth: 256
      ).network
      #expect(network.parameters.count == tensors)
      let count = network.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
      #expect(abs(count - numbers) < numbers / 100)
      #expect(network.shapes.last == BlockedShape(channels: 1, height: side, width: side))
    }
  }

  @Test(
    "is read off names and shapes, but for gain and size", arguments: [4, 5, 7, 10], SpectralNorm.allCases)
  func inferred(layers: Int, norm: SpectralNorm) throws {
    for (images, cam) in [(1, true), (2, false), (16, true)] {
      let discriminator = try UGATITDiscriminator(
        baseChannels: 2, layers: layers, images: images, gain: 8, cam: cam, norm: norm, imageHeight: 768,
        imageWidth: 772)
      #expect(
        try UGATITDiscriminator.inferred(
          from: stored(discriminator), gain: 8, imageSize: (768, 772)) == discriminator)
    }
  }

  @Test("a tensor that is missing, of another shape, or of no place is named")
  func strict() throws {
    let discriminator = try UGATITDiscriminator(
      baseChannels: 8, layers: 5, imageHeight: 256, imageWidth: 256)
    let whole = stored(discriminator)
    for parameter in discriminator.network.parameters {
      var network = whole
      network.weights[parameter.name] = nil
      #expect(refusal(network) != "", "\(parameter.name) is missing")
      network.weights[parameter.name] = TensorDescription(elementType: .float32, shape: parameter.shape + [1])
      #expect(refusal(network).contains(parameter.name), "\(parameter.name) has another shape")
    }
    for name in ["conv.bias", "gap_fc.bias", "model.13.bias", "model.4.weight", "x"] {
      var network = whole
      network.weights[name] = TensorDescription(elementType: .float32, shape: [8])
      #expect(refusal(network).hasPrefix(name + " "), "\(refusal(network))")
    }
    #expect(refusal(StoredNetwork(weights: [:])).contains("not a U-GAT-IT discriminator"))
  }

  @Test(
    "a size at which there is nothing left to mirror is refused with the least that is", arguments: 4...10)
  func size(layers: Int) throws {
    let least = 3 << (layers - 2)
    _ = try UGATITDiscriminator(baseChannels: 1, layers: layers, imageHeight: least, imageWidth: least)
    #expect {
      _ = try UGATITDiscriminator(baseChannels: 1, layers: layers, imageHeight: least, imageWidth: least - 1)
    } throws: { "\($0)".contains("\(least)×\(least)") && "\($0)".contains("width") }
  }

  @Test("σ of 0, or one that is no number, is told")
  func sigma() throws {
    struct Weights: TensorSource {
      let seeded: SeededWeights
      let value: Float
      var tensors: [String: TensorDescription] { seeded.tensors }
      func floats(_ name: String) throws -> [Float] {
        let values = try seeded.floats(name)
        return name == "model.4.weight_u" ? values.map { _ in value } : values
      }
    }
    let network = try UGATITDiscriminator(
      baseChannels: 8, layers: 4, imageHeight: 32, imageWidth: 32
    ).network
    for value: Float in [0, .nan] {
      let weights = Weights(seeded: SeededWeights(network: network, seed: 1), value: value)
      #expect {
        _ = try PackedNetwork(weights: weights, network: network, precision: .f32)
      } throws: { "\($0)".contains("model.4.weight_u") }
    }
  }

  @Test("gain and images that are none are refused")
  func limits() {
    for (layers, images, gain) in [(3, 1, 1), (11, 1, 1), (5, 0, 1), (5, 17, 1), (5, 1, 0), (5, 1, -1)] {
      #expect(throws: TensorSourceError.self) {
        _ = try UGATITDiscriminator(
          baseChannels: 8, layers: layers, images: images, gain: Float(gain), imageHeight: 4096,
          imageWidth: 4096)
      }
    }
  }
}
