#if canImport(Glibc)
  import Glibc
  import Tensors
  import Testing

  @testable import Networks

  @Suite("Memory while translating")
  struct AllocationTests {
    /// In a process of its own, which may have no more memory than the results take.
    @Test(
      "once prepared and warm, translations allocate no activations, alone or in batches",
      .disabled(if: Sanitizer.address || Sanitizer.thread, "a sanitizer needs memory of its own"))
    func steady() async {
      await #expect(processExitsWith: .success) {
        try Self.mapBlocks(from: 64 << 10)
        for variant in [UGATITGenerator.Variant.light, .full] { try Self.check(variant) }
      }
    }

    private static func check(_ variant: UGATITGenerator.Variant) throws {
      let (first, second) = try (generator(variant, side: 160), generator(variant, side: 164))
      let images = (0..<2).map { SeededWeights.image(height: 160, width: 160, seed: $0) }
      let engine = Engine(threads: 2)
      try engine.prepare(first, batch: 2)
      _ = try engine.run(first, images)
      _ = try engine.run(first, [images[0]])

      // Two results, and page tables' worth of small change.
      let allowance = 2 * 4 * 3 * 160 * 160 + 256 << 10
      let activations = 4 * ExecutionPlan(network: first.network, workers: 1).count
      try #require(activations > 2 * allowance)
      let before = try limitData(growth: allowance)
      defer { lift(before) }
      for _ in 0..<3 {
        _ = try engine.run(first, images)
        _ = try engine.run(first, [images[0]])
      }
      // The limit does bite: a shape that nobody prepared gets no arena.
      #expect(throws: OutOfMemory.self) {
        try engine.run(second, [SeededWeights.image(height: 164, width: 164, seed: 0)])
      }
    }

    private static func generator(
      _ variant: UGATITGenerator.Variant, side: Int
    ) throws -> PackedNetwork {
      let configuration = try UGATITGenerator(
        variant: variant, baseChannels: 8, residualBlocks: 1, imageHeight: side, imageWidth: side)
      return try PackedNetwork(
        weights: SeededWeights(network: configuration.network, seed: 1), network: configuration.network,
        precision: .f32)
    }

    /// Maps and unmaps larger blocks one by one, so that none can hide in memory that is free already.
    private static func mapBlocks(from byteCount: Int32) throws {
      // Swift's Glibc module leaves malloc.h out.
      typealias Option = @convention(c) (_ name: Int32, _ value: Int32) -> Int32
      let mallopt = unsafeBitCast(try #require(dlsym(nil, "mallopt")), to: Option.self)
      let mmapThreshold: Int32 = -3
      try #require(mallopt(mmapThreshold, byteCount) == 1)
    }

    /// Lets the process have that much more writable memory; a limit of the address space would not count what malloc
    /// has reserved but not yet used.
    /// - Returns: the limit before.
    private static func limitData(growth: Int) throws -> rlimit {
      let file = try #require(fopen("/proc/self/statm", "r"))
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 200)
      try #require(fgets(&line, Int32(line.count), file) != nil)
      // The sixth number: pages of data and stack.
      let text = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let numbers = String(decoding: text, as: UTF8.self).split(separator: " ")
      let pages = try #require(numbers.count > 5 ? Int(numbers[5]) : nil)
      var before = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &before)
      var limit = before
      limit.rlim_cur = rlim_t(pages * Int(sysconf(Int32(_SC_PAGESIZE))) + growth)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0)
      return before
    }

    private static func lift(_ limit: rlimit) {
      var limit = limit
      setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
    }
  }
#endif
