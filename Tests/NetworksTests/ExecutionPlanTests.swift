import Tensors
import Testing

@testable import Networks

@Suite("ExecutionPlan")
struct ExecutionPlanTests {
  @Test(
    "the arena holds what the largest step reads and writes, and nothing beside it", arguments: [1, 2, 4])
  func arena(workers: Int) throws {
    for variant in UGATITGenerator.Variant.allCases {
      let network = try UGATITGenerator(
        variant: variant, baseChannels: 64, residualBlocks: 4, imageHeight: 256, imageWidth: 256
      ).network
      let plan = ExecutionPlan(network: network, workers: workers)
      let throughout = [plan.scale, plan.shift, plan.one, plan.zero, plan.moments, plan.scratch]
      // The first convolution of stride 2, or the second enlarging one: 64 and 128 channels.
      let largest = 64 * 256 * 256 + 128 * 128 * 128
      #expect(plan.count == throughout.reduce(largest) { $0 + $1.count }, "\(variant)")
    }
  }

  @Test("any shape within the limits has a plan and adds up its work", arguments: 0..<20)
  func anyShape(round: Int) throws {
    var generator = SystemRandomNumberGenerator()
    let variant = UGATITGenerator.Variant.allCases.randomElement(using: &generator)!
    let height = 4 * Int.random(in: 8...40)
    let width = variant == .full ? height : 4 * Int.random(in: 8...40)
    let shape = try UGATITGenerator(
      variant: variant, baseChannels: 8 * Int.random(in: 1...12), residualBlocks: Int.random(in: 1...7),
      normalization: variant == .full
        ? .adain : UGATITGenerator.DecoderNormalization.allCases.randomElement()!,
      cam: Bool.random(using: &generator), imageHeight: height, imageWidth: width)
    let network = shape.network
    let plan = ExecutionPlan(network: network, workers: 2)
    #expect(plan.operations.count == network.steps.count, "\(shape)")
    #expect(network.shapes.last == BlockedShape(channels: 3, height: height, width: width), "\(shape)")
    let heatmap = BlockedShape(channels: 4 * shape.baseChannels, height: height / 4, width: width / 4)
    #expect(plan.heatmap == (shape.cam ? heatmap : nil), "\(shape)")
    #expect((plan.batchedStep != nil) == (variant == .full), "\(shape)")
    #expect(
      plan.batchedStep?.kept.count ?? 1 == 1,
      "\(shape): the features live on, attended or not, and nothing else")
    #expect(
      network.multiplications > 0 && network.multiplications < network.directMultiplications, "\(shape)")
    let half = network.multiplications(to: .attention)
    #expect(half < network.multiplications && (half > 0) == shape.cam, "\(shape)")
    #expect(Set(network.parameters.map(\.name)).count == network.parameters.count, "\(shape)")
  }
}
