import Tensors
import Testing

@Suite("BFloat16")
struct BFloat16Tests {
  @Test("is the nearest, ties to even, for every upper half")
  func rounding() {
    var wrong: [String] = []
    for upper in UInt32(0)...0xffff where upper & 0x7f80 != 0x7f80 {
      for lower: UInt32 in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
        let up = lower > 0x8000 || lower == 0x8000 && upper % 2 == 1
        let rounded = BFloat16.bits(nearest: Float(bitPattern: upper << 16 | lower))
        if rounded != UInt16(upper + (up ? 1 : 0)) { wrong.append("\(upper) \(lower): \(rounded)") }
      }
    }
    #expect(wrong.isEmpty)
    #expect(BFloat16.bits(nearest: -Float.greatestFiniteMagnitude) == 0xff80, "infinity")
  }
}
