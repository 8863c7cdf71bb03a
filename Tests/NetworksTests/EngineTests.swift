import Tensors
import Testing

@testable import Networks

@Suite("Engine")
struct EngineTests {
  static let shapes = [
    try! UGATITGenerator(
      variant: .light, baseChannels: 8, residualBlocks: 2, imageHeight: 36, imageWidth: 52),
    try! UGATITGenerator(
      variant: .full, baseChannels: 8, residualBlocks: 1, imageHeight: 32, imageWidth: 32),
    // More blocks of channels than threads, whose sums no convolution leaves behind.
    try! UGATITGenerator(
      variant: .light, baseChannels: 24, residualBlocks: 1, cam: false, imageHeight: 36, imageWidth: 32),
  ]

  /// Everything that an output says, as bits.
  private func bits(_ output: NetworkOutput) -> [UInt32] {
    let attention = output.attention
    let logits = [attention?.gapLogit ?? .nan, attention?.gmpLogit ?? .nan]
    return (output.image + (attention?.heatmap ?? []) + logits).map(\.bitPattern)
  }

  private func generator(
    _ configuration: UGATITGenerator, seed: UInt64 = 1, precision: ComputePrecision = .f32
  ) throws -> PackedNetwork {
    try PackedNetwork(
      weights: SeededWeights(network: configuration.network, seed: seed), network: configuration.network,
      precision: precision)
  }

  private func images(_ configuration: UGATITGenerator, count: Int) -> [[Float]] {
    (0..<count).map {
      SeededWeights.image(
        height: configuration.imageHeight, width: configuration.imageWidth, seed: UInt64($0))
    }
  }

  @Test(
    "a batch gives, bit for bit, what its images give one by one, with any number of threads",
    arguments: shapes, ComputePrecision.allCases)
  func batches(configuration: UGATITGenerator, precision: ComputePrecision) throws {
    let generator = try generator(configuration, precision: precision)
    let images = images(configuration, count: 5)
    let alone = Engine(threads: 1)
    let expected = try images.map { bits(try alone.run(generator, [$0])[0]) }
    #expect(Set(expected).count == images.count, "different images, different translations")
    for threads in 1...3 {
      let engine = Engine(threads: threads)
      #expect(engine.threads == threads)
      for count in 0...images.count {
        let outputs = try engine.run(generator, Array(images[..<count])).map(bits)
        #expect(outputs == Array(expected[..<count]), "\(threads) threads, \(count) images")
      }
    }
  }

  @Test("generators of one shape and of several take turns on one engine")
  func turns() throws {
    let generators = try Self.shapes.flatMap { [try generator($0, seed: 1), try generator($0, seed: 2)] }
    let engine = Engine(threads: 2)
    for generator in generators { try engine.prepare(generator, batch: 2) }
    let inputs = Self.shapes.flatMap { [images($0, count: 1), images($0, count: 1)] }
    let expected = try zip(generators, inputs).map { bits(try Engine(threads: 1).run($0, $1)[0]) }
    #expect(Set(expected).count == generators.count)
    for _ in 0..<2 {
      let outputs = try zip(generators, inputs).map { bits(try engine.run($0, $1)[0]) }
      #expect(outputs == expected)
    }
  }

  @Test(
    "callers at the same time wait for each other",
    .disabled(if: Sanitizer.thread, "the thread sanitizer does not see a contended Mutex being taken"))
  func callers() async throws {
    let generator = try generator(Self.shapes[0])
    let images = images(Self.shapes[0], count: 3)
    let engine = Engine(threads: 2)
    let expected = try images.map { bits(try engine.run(generator, [$0])[0]) }
    let outputs = try await withThrowingTaskGroup(of: (Int, [UInt32]).self) { group in
      for index in 0..<9 {
        group.addTask { (index % 3, bits(try engine.run(generator, [images[index % 3]])[0])) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outputs.count == 9)
    for (index, output) in outputs { #expect(output == expected[index]) }
  }

  @Test("an image of another size is refused with both sizes, wherever it is in the batch")
  func wrongSize() throws {
    let generator = try generator(Self.shapes[0])
    let engine = Engine(threads: 2)
    var inputs = images(Self.shapes[0], count: 3)
    for count in [0, 3 * 36 * 52 - 1, 3 * 36 * 52 + 1] {
      inputs[2] = [Float](repeating: 0, count: count)
      #expect(throws: EngineError.wrongInputSize(count: count, expected: 3 * 36 * 52)) {
        try engine.run(generator, inputs)
      }
    }
    #expect("\(EngineError.wrongInputSize(count: 1, expected: 2))".contains("1"))
    #expect("\(EngineError.wrongInputSize(count: 1, expected: 2))".contains("2"))
  }

  @Test(
    "an image has three planes of values in −1…1, a heatmap, if there is one, a quarter of the sides",
    arguments: shapes)
  func output(configuration: UGATITGenerator) throws {
    let output = try Engine(threads: 2).run(generator(configuration), images(configuration, count: 1))[0]
    #expect(output.image.count == 3 * configuration.imageHeight * configuration.imageWidth)
    #expect(output.image.allSatisfy { $0.magnitude <= 1 })
    #expect((output.attention != nil) == configuration.cam)
    guard let attention = output.attention else { return }
    #expect(attention.height == configuration.imageHeight / 4)
    #expect(attention.width == configuration.imageWidth / 4)
    #expect(attention.heatmap.count == attention.height * attention.width)
  }

  @Test(
    "a run that ends at the class activation map gives the same map, and no image, alone and in batches",
    arguments: shapes, ComputePrecision.allCases)
  func attention(configuration: UGATITGenerator, precision: ComputePrecision) throws {
    let generator = try generator(configuration, precision: precision)
    let images = images(configuration, count: 3)
    let engine = Engine(threads: 2)
    guard configuration.cam else {
      let error = #expect(throws: EngineError.self) { try engine.run(generator, images, to: .attention) }
      #expect(error?.description.contains("no class activation map") == true)
      return
    }
    try engine.prepare(generator, batch: 3)
    func bits(_ outputs: [NetworkOutput]) -> [[UInt32]] {
      outputs.map {
        (($0.attention?.heatmap ?? []) + [$0.attention?.gapLogit ?? 0, $0.attention?.gmpLogit ?? 0]).map(
          \.bitPattern)
      }
    }
    let whole = try engine.run(generator, images)
    for count in 1...3 {
      let halves = try engine.run(generator, Array(images[..<count]), to: .attention)
      #expect(bits(halves) == Array(bits(whole)[..<count]))
      #expect(halves.allSatisfy { $0.image.isEmpty })
    }
    // What it leaves in the arenas is no other run's concern.
    #expect(try bits(engine.run(generator, images)) == bits(whole))
  }

  /// Another image's activations are still there when the next one comes.
  @Test("nothing depends on what the arena held before", arguments: shapes, ComputePrecision.allCases)
  func staleMemory(configuration: UGATITGenerator, precision: ComputePrecision) throws {
    let generator = try generator(configuration, precision: precision)
    let input = images(configuration, count: 1)[0]
    let plan = ExecutionPlan(network: configuration.network, workers: 1)
    let results = try [0, Float.nan].map { value in
      let arena = try AlignedMemory(byteCount: plan.count * 4)
      arena.floats.update(repeating: value, count: plan.count)
      var output = NetworkOutput(of: configuration.network, plan)
      let run = NetworkRun(network: generator, plan: plan, arena: arena.floats, team: .alone)
      run.run(plan.operations.indices, input, into: &output)
      return bits(output)
    }
    #expect(results[0] == results[1])
  }

  @Test("A plan is shared by generators of one shape, and goes with the last of them")
  func plans() throws {
    let engine = Engine(threads: 1)
    let generators = try [(32, 1), (32, 2), (64, 1)].map { size, seed in
      try generator(
        UGATITGenerator(
          variant: .light, baseChannels: 8, residualBlocks: 1, imageHeight: size, imageWidth: size),
        seed: UInt64(seed))
    }
    for generator in generators { try engine.prepare(generator) }
    #expect(engine.plannedShapes == 2)
    engine.release(generators[0])
    engine.release(generators[2])
    #expect(engine.plannedShapes == 1)
    engine.release(generators[1])
    #expect(engine.plannedShapes == 0)
  }

  @Test(
    "in bf16 the image is within 40 dB of floats', and the heatmap within 1 % of its largest value",
    arguments: shapes + [
      try! UGATITGenerator(
        variant: .light, baseChannels: 32, residualBlocks: 4, imageHeight: 64, imageWidth: 64)
    ], [1, 2, 3] as [UInt64])
  func bfloat16(configuration: UGATITGenerator, seed: UInt64) throws {
    let inputs = images(configuration, count: 1)
    let outputs = try ComputePrecision.allCases.map {
      try Engine(threads: 2).run(generator(configuration, seed: seed, precision: $0), inputs)[0]
    }
    let squares = zip(outputs[0].image, outputs[1].image).reduce(0.0) {
      $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
    }
    let error = squares / Double(outputs[0].image.count)
    // The range is 2, so 40 dB are a mean square of 2² / 10⁴.
    #expect(error > 0 && error <= 4e-4)
    guard configuration.cam else { return }
    let heatmaps = try outputs.map { try #require($0.attention).heatmap }
    let largest = heatmaps[0].max() ?? 0
    let differences = zip(heatmaps[0], heatmaps[1]).map { ($0 - $1).magnitude }
    #expect(differences.allSatisfy { $0 <= 0.01 * largest })
  }
}
