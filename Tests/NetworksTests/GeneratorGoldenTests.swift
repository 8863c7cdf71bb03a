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
    #expect((output.attention != nil) == fixture.configuration.cam)
    guard let attention = output.attention else { return }
    #expect(relativeDifference(attention.heatmap, try fixture.expected("heatmap")) <= 1e-4)
    #expect(
      relativeDifference([attention.gapLogit, attention.gmpLogit], try fixture.expected("cam_logit")) <= 1e-4)
    #expect(attention.width == fixture.configuration.imageWidth / 4)
    #expect(attention.height == fixture.configuration.imageHeight / 4)
  }

  @Test("every stage on the way", arguments: Fixture.names)
  func stages(name: String) throws {
    let fixture = try Fixture(name)
    let generator = try fixture.generator()
    let network = fixture.configuration.network
    let plan = ExecutionPlan(network: network, workers: 1)
    let arena = try AlignedMemory(byteCount: plan.count * 4)
    var output = NetworkOutput(of: network, plan)
    var seen: Set<String> = []
    var run = NetworkRun(network: generator, plan: plan, arena: arena.floats, team: .alone)
    let stages = stages(of: fixture.configuration)
    let names = Set(fixture.file.tensors.keys)
    let expected = try Dictionary(uniqueKeysWithValues: names.map { ($0, try fixture.expected($0)) })
    run.observe = { step, tensor, affine in
      if step > 0, case .modulate(_, let regions) = plan.operations[step - 1] {
        for (vector, region) in [("gamma", regions.styles.gamma), ("beta", regions.styles.beta)] {
          guard let expected = expected[vector] else { continue }
          seen.insert(vector)
          let actual = expected.indices.map { arena.floats[region.offset + $0] }
          #expect(relativeDifference(actual, expected) <= 1e-4, "\(vector)")
        }
      }
      guard let stage = stages[step], let expected = expected[stage] else { return }
      seen.insert(stage)
      #expect(relativeDifference(applied(affine, to: tensor), expected) <= 1e-4, "\(stage)")
    }
    run.run(plan.operations.indices, fixture.input, into: &output)
    #expect(seen == names.subtracting(["image", "heatmap", "cam_logit"]))
  }

  /// Which of PyTorch's stages each step ends.
  private func stages(of generator: UGATITGenerator) -> [Int: String] {
    var stages: [Int: String] = [:]
    var (convolutions, blocks, enlargements) = (0, 0, 0)
    let steps = generator.network.steps
    for (index, step) in steps.enumerated() {
      switch step {
      case .stem, .convolve(_, .strided, _):
        stages[index] = "down\(convolutions)"
        convolutions += 1
      case .join:
        blocks += 1
        let encoded = generator.residualBlocks
        stages[index] = blocks <= encoded ? "encoder\(blocks)" : "adalin\(blocks - encoded)"
      case .attend: stages[index] = "cam"
      case .normalize:
        guard case .convolve(_, .subpixel, _) = steps[index - 1] else { continue }
        enlargements += 1
        stages[index] = "up\(enlargements)"
      default: break
      }
    }
    return stages
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
