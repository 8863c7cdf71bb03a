import Networks
import Tensors
import Testing

/// The constants come from `seeded_tensor` of models/training/ugatit/seeded.py.
@Suite("SeededWeights draws the same bits as the Python code")
struct SeededWeightsTests {
  typealias Draw = (name: String, seed: UInt64, first: UInt32, second: UInt32, last: UInt32)

  @Test(
    "the first, second and last value of a tensor of every range",
    arguments: [
      ("DownBlock.1.weight", 1, 0xbe0c_5cac, 0x3d32_5585, 0xbdb9_260d),
      ("UpBlock1_2.norm1.rho", 7, 0x3f41_aee9, 0x3f49_5dfb, 0x3ed7_76e2),
      ("UpBlock2.3.gamma", .max, 0x3f83_9db3, 0x3fa7_7938, 0x3fa9_2e7f),
      ("UpBlock2.8.beta", 0, 0xba6c_11cc, 0xbe90_6975, 0xbe78_f034),
      ("conv1x1.bias", 5, 0xbc84_8dd1, 0x3d3f_e033, 0x3c7f_5c4d),
      ("FC.0.weight", 5, 0x3c95_af75, 0xbbf1_c4b6, 0xbb82_85c4),
      ("gamma.weight", 123_456_789, 0xbe8d_c452, 0xbd70_c011, 0x3ec8_0fbf),
      ("UpBlock2.11.weight", 3, 0x3d2b_f96a, 0xbbb5_19fd, 0xbd6c_3365),
    ] as [Draw])
  func weights(draw: Draw) throws {
    let configuration = try UGATITGenerator(
      variant: .full, baseChannels: 8, residualBlocks: 2, imageHeight: 32, imageWidth: 32)
    let weights = SeededWeights(network: configuration.network, seed: draw.seed)
    let values = try weights.floats(draw.name)
    #expect(values.count == weights.tensors[draw.name]?.count)
    #expect([values[0], values[1], values.last!].map(\.bitPattern) == [draw.first, draw.second, draw.last])
  }

  @Test("an image")
  func image() {
    let image = SeededWeights.image(height: 32, width: 48, seed: 42)
    #expect(image.count == 3 * 32 * 48)
    #expect([image[0], image[1], image.last!].map(\.bitPattern) == [0x3f09_e11b, 0x3d64_6a99, 0x3f7b_3be7])
  }

  @Test("a name that the generator does not have is an error")
  func unknown() throws {
    let configuration = try UGATITGenerator(
      variant: .light, baseChannels: 8, residualBlocks: 1, imageHeight: 32, imageWidth: 32)
    let weights = SeededWeights(network: configuration.network, seed: 1)
    #expect(throws: TensorSourceError("no tensor UpBlock1_2.norm1.rho")) {
      try weights.floats("UpBlock1_2.norm1.rho")
    }
  }
}
