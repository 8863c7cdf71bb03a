import Kernels
import Tensors
import Testing

@testable import Networks

/// The contract with the public PyTorch code: image within 2e-4 anywhere, heatmap within 1e-4 of its largest value.
@Suite("A generator computes what PyTorch computes")
struct GeneratorGoldenTests {
  @Test(
    "image, heatmap and logits, on every instruction set", arguments: Fixture.names, InstructionSet.supported)
  func results(name: String, instructionSet: InstructionSet) throws {
    let fixture = try Fixture(name)
    let generator = try fixture.generator(instructionSet)
    let output = try #require(try Engine(threads: 2).run(generator, [fixture.input]).first)

    #expect(largestDifference(output.image, try fixture.expected("image")) <= 2e-4)
    #expect(relativeDifference(output.heatmap, try fixture.expected("heatmap")) <= 1e-4)
    #expect(
      relativeDifference([output.gapLogit, output.gmpLogit], try fixture.expected("cam_logit")) <= 1e-4)
    #expect(output.heatmapWidth == fixture.configuration.imageWidth / 4)
    #expect(output.heatmapHeight == fixture.configuration.imageHeight / 4)
  }

  @Test("every stage on the way", arguments: Fixture.names)
  func stages(name: String) throws {
    let fixture = try Fixture(name)
    let generator = try fixture.generator()
    let plan = GeneratorPlan(configuration: fixture.configuration, workers: 1)
    let arena = try AlignedMemory(byteCount: plan.count * 4)
    var image = [Float](repeating: 0, count: fixture.input.count)
    var heatmap = [Float](
      repeating: 0, count: fixture.configuration.featureHeight * fixture.configuration.featureWidth)
    var seen: Set<String> = []
    var run = GeneratorRun(generator: generator, plan: plan, arena: arena.floats, team: .alone)
    let names = Set(fixture.file.tensors.keys)
    let expected = try Dictionary(uniqueKeysWithValues: names.map { ($0, try fixture.expected($0)) })
    run.observe = { stage, tensor, affine in
      guard let expected = expected[stage] else { return }
      seen.insert(stage)
      #expect(relativeDifference(applied(affine, to: tensor), expected) <= 1e-4, "\(stage)")
    }
    _ = run.translate(fixture.input, into: &image, heatmap: &heatmap)
    #expect(seen == names.subtracting(["image", "heatmap", "cam_logit", "gamma", "beta"]))
    for (index, vector) in ["gamma", "beta"].enumerated() where names.contains(vector) {
      let actual = (0..<fixture.configuration.features).map { arena.floats[plan.vectors[index].offset + $0] }
      #expect(relativeDifference(actual, try fixture.expected(vector)) <= 1e-4, "\(vector)")
    }
  }

  private func applied(_ affine: Affine, to tensor: BlockedTensor) -> [Float] {
    var values = tensor.planar()
    let pixels = tensor.shape.pixels
    for index in values.indices {
      let channel = index / pixels
      values[index] = max(values[index] * affine.scale[channel] + affine.shift[channel], affine.floor)
    }
    return values
  }
}
