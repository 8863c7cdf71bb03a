import Tensors
import Testing

@testable import Networks

@Suite("Other sizes than a network was written down for")
struct ImageSizeTests {
  typealias Normalization = UGATITGenerator.DecoderNormalization

  private func generator(
    _ variant: UGATITGenerator.Variant = .light, _ normalization: Normalization = .adalin, cam: Bool = true,
    width: Int = 32, height: Int = 32
  ) throws -> UGATITGenerator {
    try UGATITGenerator(
      variant: variant, baseChannels: 8, residualBlocks: 1, normalization: normalization, cam: cam,
      imageHeight: height, imageWidth: width)
  }

  private func packed(_ generator: UGATITGenerator, seed: UInt64 = 1) throws -> PackedNetwork {
    try PackedNetwork(
      weights: SeededWeights(network: generator.network, seed: seed), network: generator.network,
      precision: .f32)
  }

  private func image(_ size: ImageSize, seed: UInt64 = 1) -> [Float] {
    SeededWeights.image(height: size.height, width: size.width, seed: seed)
  }

  private func bits(_ output: NetworkOutput) -> [UInt32] {
    (output.image + (output.attention?.heatmap ?? [])).map(\.bitPattern)
  }

  private func sizes(_ widths: Int...) -> [ImageSize] { widths.map { ImageSize(width: $0, height: 32) } }

  @Test("a network resized is the one that is written down for the size", arguments: Normalization.allCases)
  func resized(normalization: Normalization) throws {
    for cam in [true, false] {
      let small = try generator(.light, normalization, cam: cam).network
      let large = try generator(.light, normalization, cam: cam, width: 100, height: 48).network
      #expect(try small.resized(to: large.size) == large)
      #expect(try large.resized(to: small.size) == small && small.resized(to: small.size) == small)
    }
  }

  @Test("a full one is bound to its own, and no network takes what there is no plan for")
  func refused() throws {
    let full = try generator(.full).network
    #expect(try full.resized(to: full.size) == full)
    let other = ImageSize(width: 64, height: 64)
    #expect(throws: ImageSizeError.bound(to: full.size)) { try full.resized(to: other) }
    let light = try generator().network
    for (width, height) in [(28, 32), (32, 30), (4100, 32), (0, 0), (-32, 32), (.max, .max)] {
      let size = ImageSize(width: width, height: height)
      #expect(throws: ImageSizeError.impossible(size)) { try light.resized(to: size) }
    }
    let wide = try UGATITGenerator(
      variant: .light, baseChannels: 512, residualBlocks: 1, imageHeight: 32, imageWidth: 32
    ).network
    let largest = ImageSize(width: 4096, height: 4096)
    #expect(throws: ImageSizeError.impossible(largest)) { try wide.resized(to: largest) }
  }

  @Test("its weights give, bit for bit, what a network of that size gives", arguments: [1, 2])
  func runs(threads: Int) throws {
    let (own, size) = (try packed(generator()), ImageSize(width: 52, height: 36))
    let written = try packed(generator(width: size.width, height: size.height))
    let engine = Engine(threads: threads)
    try engine.prepare(own)
    let images = (0..<3).map { image(size, seed: $0) }
    let expected = try images.map { bits(try Engine(threads: 1).run(written, [$0])[0]) }
    #expect(try engine.run(own, images, at: size).map(bits) == expected)
    #expect(try engine.run(own, [images[1]], to: .attention, at: size)[0].attention?.width == 13)
    // Also where there is memory for one arena alone, not for one on each thread.
    let tight = Engine(threads: threads)
    tight.limitUnprepared(
      bytes: PlannedMemory(network: written.network, threads: threads).byteCount(batch: 1))
    #expect(try tight.run(own, images, at: size).map(bits) == expected)
    #expect(throws: EngineError.self) { try engine.run(own, images, at: own.network.size) }
  }

  @Test("what is too large for the memory is told with both figures, when it is asked for and when it is run")
  func tooLarge() throws {
    let own = try packed(generator())
    let engine = Engine(threads: 2)
    let size = ImageSize(width: 256, height: 256)
    try engine.check(own, at: size)
    engine.limitUnprepared(bytes: 1 << 20)
    try engine.check(own, at: ImageSize(width: 36, height: 32))
    for attempt in [
      { try engine.check(own, at: size) }, { _ = try engine.run(own, [image(size)], at: size) },
    ] {
      let error = #expect(throws: ImageSizeError.self, performing: attempt)
      #expect(
        error?.description.contains("256×256") == true && error?.description.contains("there are 1 ") == true)
    }
    // What is prepared has its memory.
    let large = try packed(generator(width: 256, height: 256))
    try engine.prepare(large)
    try engine.check(own, at: size)
    #expect(
      try bits(engine.run(own, [image(size)], at: size)[0]) == bits(engine.run(large, [image(size)])[0]))
  }

  @Test("what memory cannot hold is refused without being laid out, and nothing is that it can hold")
  func cheaply() throws {
    let own = try packed(generator())
    let engine = Engine(threads: 1)
    let size = ImageSize(width: 128, height: 96)
    let bytes = PlannedMemory(network: try own.network.resized(to: size), threads: 1).byteCount(batch: 1)
    engine.limitUnprepared(bytes: bytes)
    try engine.check(own, at: size)
    // Of the arena the largest convolution has most, so that little is let in that a run refuses.
    engine.limitUnprepared(bytes: bytes / 2)
    #expect(throws: ImageSizeError.self) { try engine.check(own, at: size) }
    // To lay this out would take seconds in a build for debugging.
    let start = ContinuousClock.now
    for _ in 0..<100 {
      #expect(throws: ImageSizeError.self) { try engine.check(own, at: ImageSize(width: 4096, height: 4096)) }
    }
    #expect(start.duration(to: .now) < .seconds(60))
  }

  @Test("the latest sizes keep their memory, bounded in number and in bytes; models keep theirs")
  func guests() throws {
    let own = try packed(generator())
    let engine = Engine(threads: 1)
    try engine.prepare(own)
    for size in sizes(36, 40, 44) { _ = try engine.run(own, [image(size)], at: size) }
    #expect(engine.plannedShapes == 4)
    func bytes(_ width: Int) throws -> Int {
      PlannedMemory(network: try generator(width: width).network, threads: 1).byteCount(batch: 1)
    }
    // Room for the next and the two that were used last: 36, which is used again, and 44.
    _ = try engine.run(own, [image(sizes(36)[0])], at: sizes(36)[0])
    engine.limitUnprepared(bytes: try bytes(36) + bytes(44) + bytes(48))
    let planned = try [48, 36, 44].map { width in
      let size = sizes(width)[0]
      _ = try engine.run(own, [image(size)], at: size)
      return engine.plannedShapes
    }
    #expect(planned == [4, 4, 4])
    engine.limitUnprepared(bytes: .max)
    for width in stride(from: 52, through: 52 + 4 * PlanShelf.maxGuests, by: 4) {
      let size = sizes(width)[0]
      _ = try engine.run(own, [image(size)], at: size)
    }
    #expect(engine.plannedShapes == PlanShelf.maxGuests + 1)
    engine.release(own)
    #expect(engine.plannedShapes == PlanShelf.maxGuests)
  }

  @Test("the shelf lets go first what was used longest ago")
  func oldest() throws {
    let networks = try [36, 40, 44, 48].map { try generator(width: $0).network }
    var shelf = PlanShelf()
    let memories = networks.map { PlannedMemory(network: $0, threads: 1) }
    for (network, memory) in zip(networks, memories).prefix(3) { shelf.put(memory, for: network) }
    _ = shelf.take(networks[0])
    shelf.guestBytes =
      memories[0].byteCount(batch: 1) + memories[2].byteCount(batch: 1) + memories[3].byteCount(batch: 1)
    let removed = shelf.makeRoom(for: memories[3].byteCount(batch: 1), of: networks[3])
    #expect(removed.count == 1 && shelf.count == 2)
    #expect(shelf.take(networks[1]) == nil && shelf.take(networks[0]) != nil)
    let user = ObjectIdentifier(try packed(generator()))
    shelf.put(memories[3], for: networks[3], preparedFor: user)
    shelf.guestBytes = 0
    #expect(shelf.makeRoom(for: 0, of: networks[1]).count == 2)
    #expect(shelf.isPrepared(networks[3]) && shelf.count == 1)
    #expect(shelf.release(networks[3], by: user) != nil && shelf.count == 0)
  }
}
