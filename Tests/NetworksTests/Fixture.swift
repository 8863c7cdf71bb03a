import Checkpoints
import Kernels
import Networks

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A golden file made by Fixtures/make_fixtures.py: what PyTorch computes in double from seeded weights.
struct Fixture: Sendable {
  let name: String
  let file: SafetensorsFile
  let configuration: UGATITGenerator
  let seed: UInt64

  static let names = [
    "light-8x1-32x32", "light-16x2-32x48", "light-24x4-36x36", "full-8x2-32x32", "light-32x4-64x64",
    "full-16x1-44x44", "light-8x2-32x36-adain", "light-8x1-32x32-in", "light-24x2-32x32-ln",
    "light-24x1-36x32-gn", "full-8x1-32x32-adain", "light-24x2-36x32-nocam", "full-8x1-32x32-nocam",
    "light-8x1-32x36-adain-nocam", "light-8x1-32x32-in-nocam", "light-8x2-32x32-ln-nocam",
    "light-24x1-32x32-gn-nocam",
  ]

  init(_ name: String) throws {
    self.name = name
    let here = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    file = try SafetensorsFile(path: "/\(here)/Fixtures/\(name).safetensors")
    let metadata = file.metadata
    func number(_ key: String) -> Int { Int(metadata[key]!)! }
    seed = UInt64(number("seed"))
    configuration = try UGATITGenerator(
      variant: .init(rawValue: metadata["variant"]!)!, baseChannels: number("channels"),
      residualBlocks: number("blocks"),
      normalization: metadata["normalization"].map { .init(rawValue: $0)! } ?? .adalin,
      cam: metadata["cam"] == nil, imageHeight: number("height"), imageWidth: number("width"))
  }

  var input: [Float] {
    SeededWeights.image(height: configuration.imageHeight, width: configuration.imageWidth, seed: seed)
  }

  func generator(
    _ instructionSet: InstructionSet = .current, precision: ComputePrecision = .f32
  ) throws -> PackedNetwork {
    try PackedNetwork(
      weights: SeededWeights(network: configuration.network, seed: seed), network: configuration.network,
      precision: precision, instructionSet: instructionSet)
  }

  func expected(_ tensor: String) throws -> [Float] { try file.floats(tensor) }
}

/// The largest |a − b|; infinite where either is not a number.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  precondition(a.count == b.count)
  return zip(a, b).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}

/// The largest |a − b| over the largest |b|.
func relativeDifference(_ a: [Float], _ b: [Float]) -> Float {
  largestDifference(a, b) / (b.map(abs).max() ?? 1)
}
