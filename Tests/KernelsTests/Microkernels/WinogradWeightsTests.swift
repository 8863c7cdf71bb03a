import CKernels
import Testing

@Suite("Packing of weights")
struct WinogradWeightsTests {
  @Test("transformed weights are G·g·Gᵀ, rounded once")
  func transform() {
    var noise = Noise()
    let (count, kernelStride, columnStride, pointStride) = (5, 11, 3, 17)
    let g = GuardedMemory(noise.floats((count - 1) * kernelStride + 9))
    let extent = 35 * pointStride + (count - 1) * columnStride + 1
    var expected = Expectation(count: extent)
    let matrix = CookToom.ours.g
    for kernel in 0..<count {
      let taps = (0..<9).map { Double(g.base[kernel * kernelStride + $0]) }
      let values = sandwich(matrix, taps)
      let sizes = sandwich(absolute(matrix), taps.map(\.magnitude))
      for point in 0..<36 {
        expected.set(
          point * pointStride + kernel * columnStride, to: values[point],
          within: Expectation.unit * values[point].magnitude + 0x1p-48 * sizes[point])
      }
    }
    let u = GuardedMemory<Float>.output(extent)
    ug_winograd_weights(g.base, kernelStride, count, u.base, pointStride, columnStride)
    expected.check(u, "weights")
  }

  @Test("bfloat16 is the nearest, ties to even, for every upper half")
  func rounding() {
    var wrong: [String] = []
    for upper in UInt32(0)...0xffff where upper & 0x7f80 != 0x7f80 {
      for lower: UInt32 in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
        let up = lower > 0x8000 || lower == 0x8000 && upper % 2 == 1
        let rounded = ug_bf16_from_float(Float(bitPattern: upper << 16 | lower))
        if rounded != UInt16(upper + (up ? 1 : 0)) { wrong.append("\(upper) \(lower): \(rounded)") }
      }
    }
    #expect(wrong.isEmpty)
  }
}
