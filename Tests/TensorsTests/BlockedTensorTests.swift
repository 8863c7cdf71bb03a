import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("Blocked activations and their memory")
struct BlockedTensorTests {
  @Test("a shape counts its blocks and strides", arguments: [(1, 1), (16, 1), (17, 2), (48, 3)])
  func shape(channels: Int, blocks: Int) {
    let shape = BlockedShape(channels: channels, height: 3, width: 5)
    #expect(shape.blocks == blocks)
    #expect(shape.paddedChannels == 16 * blocks)
    #expect(shape.pixels == 15)
    #expect(shape.rowStride == 80)
    #expect(shape.blockStride == 240)
    #expect(shape.count == 240 * blocks)
  }

  @Test("planar values go to [block][row][column][lane] and come back; other channels become zero")
  func layout() throws {
    let shape = BlockedShape(channels: 18, height: 2, width: 3)
    let memory = try AlignedMemory(byteCount: shape.count * 4)
    memory.floats.update(repeating: .nan, count: shape.count)
    let tensor = BlockedTensor(base: memory.floats, shape: shape)
    let values = (0..<18 * 6).map(Float.init)
    tensor.fill(planar: values)
    #expect(tensor.planar() == values)
    for index in 0..<shape.count {
      let (block, row, column, lane) = (index / 96, index % 96 / 48, index % 48 / 16, index % 16)
      let channel = 16 * block + lane
      let expected = channel < 18 ? values[channel * 6 + row * 3 + column] : 0
      #expect(tensor.base[index] == expected)
    }
    #expect(tensor.block(1) == tensor.base + 96)
  }

  @Test("memory is zero, on a cache line and of whole cache lines", arguments: [0, 1, 63, 64, 65, 100_000])
  func memory(byteCount: Int) throws {
    let memory = try AlignedMemory(byteCount: byteCount)
    #expect(UInt(bitPattern: memory.base) % 64 == 0)
    #expect(memory.byteCount >= max(byteCount, 1) && memory.byteCount % 64 == 0)
    #expect(UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount).allSatisfy { $0 == 0 })
  }

  // A sanitizer's allocator ends the process instead.
  @Test(
    "memory that the system does not have is an error that says how much",
    .disabled(if: dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil))
  func outOfMemory() {
    let error = #expect(throws: OutOfMemory.self) { try AlignedMemory(byteCount: 1 << 62) }
    #expect(error?.byteCount == 1 << 62)
    #expect(error?.description.contains("\((1 << 62) >> 20) MB") == true)
  }
}
