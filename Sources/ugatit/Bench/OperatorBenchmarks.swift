import Kernels
import Tensors

/// One operator to be timed.
struct OperatorBenchmark {
  let name: String
  /// Floating-point operations done.
  let operations: Double
  /// Bytes that must come from or go to memory at least once: activations and weights.
  let bytes: Double
  let run: () -> Void
}

/// The operators of the light network, ngf 64, at 256×256, and those that a ResNet generator has instead.
struct OperatorBenchmarks {
  let instructionSet: InstructionSet
  let team: Team

  private static let base = 64

  func all() throws -> [OperatorBenchmark] {
    try [
      stem(),
      winograd("strided 3×3 64→128, f32", .strided, .f32, level: 0),
      winograd("strided 3×3 128→256, f32", .strided, .f32, level: 1),
      winograd("residual 3×3 256→256, f32", .same, .f32, level: 2),
      winograd("residual 3×3 256→256, bf16", .same, .bf16, level: 2),
      winograd("sub-pixel 256→128, f32", .subpixel, .f32, level: 2),
      winograd("sub-pixel 128→64, f32", .subpixel, .f32, level: 1),
      winograd("transposed 3×3 256→128, f32", .transposed, .f32, level: 2),
      winograd("bilinear ×2, 3×3 256→128, f32", .enlarged, .f32, level: 2),
      blur(), head(), residualSum(), linear(.float32), linear(.float16), linear(.bfloat16),
    ]
  }

  private func shape(_ level: Int) -> BlockedShape {
    BlockedShape(channels: Self.base << level, height: 256 >> level, width: 256 >> level)
  }

  private func weights(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 17) / 17 - 0.5 } }

  private func stem() throws -> OperatorBenchmark {
    let layer = try StemConvolution(
      weights: weights(Self.base * 147), outputs: Self.base, instructionSet: instructionSet)
    let y = try Activations(shape(0))
    let image = try AlignedMemory(byteCount: 3 * y.shape.pixels * 4)
    let staging = try AlignedMemory(byteCount: StemConvolution.stagingCount(height: 256, width: 256) * 4)
    let moments = try Moments(units: StemConvolution.units(height: 256), y.shape)
    return OperatorBenchmark(
      name: "stem 7×7 3→64", operations: 2 * 147 * Double(Self.base * y.shape.pixels),
      bytes: Double(4 * (y.shape.count + 3 * y.shape.pixels))
    ) {
      layer.run(image.floats, staging: staging.floats, into: y.tensor, moments: moments.view, team: team)
    }
  }

  private func winograd(
    _ name: String, _ form: WinogradForm, _ precision: ComputePrecision, level: Int
  ) throws -> OperatorBenchmark {
    let x = try Activations(shape(level))
    let channels = x.shape.channels * form.inputStep / (form.outputStep * form.enlargement)
    let y = try Activations(form.output(of: x.shape, channels: channels))
    let packed = try WinogradWeights(
      weights: weights(9 * x.shape.channels * y.shape.channels), inputs: x.shape.channels,
      outputs: y.shape.channels, form: form, precision: precision, team: team)
    let layer = WinogradConvolution(weights: packed, instructionSet: instructionSet)
    let geometry = WinogradGeometry(input: x.shape, form: form)
    let scratch = try Scratch(geometry.scratchCount, workers: team.width)
    let moments = try Moments(units: geometry.units, y.shape)
    return OperatorBenchmark(
      name: name,
      operations: 2 * Double(form.products(of: x.shape) * x.shape.channels * channels),
      bytes: Double(4 * (x.shape.count + y.shape.count) + packed.byteCount)
    ) {
      layer.run(
        x.tensor, x.affine, geometry: geometry, into: y.tensor, moments: moments.view, scratch: scratch.area,
        team: team)
    }
  }

  private func head() throws -> OperatorBenchmark {
    let x = try Activations(shape(0))
    let layer = try HeadConvolution(
      weights: weights(147 * Self.base), inputs: Self.base, instructionSet: instructionSet)
    let image = try AlignedMemory(byteCount: 3 * x.shape.pixels * 4)
    let scratch = try Scratch(HeadConvolution.scratchCount(width: 256), workers: team.width)
    return OperatorBenchmark(
      name: "head 7×7 64→3", operations: 2 * 147 * Double(Self.base * x.shape.pixels),
      bytes: Double(4 * (x.shape.count + 3 * x.shape.pixels))
    ) {
      layer.run(x.tensor, x.affine, into: image.floats, scratch: scratch.area, team: team)
    }
  }

  private func blur() throws -> OperatorBenchmark {
    let x = try Activations(BlockedShape(channels: 2 * Self.base, height: 256, width: 256))
    let y = try Activations(BlurPooling.output(of: x.shape))
    return OperatorBenchmark(
      name: "normalise and blur, 128 channels", operations: 3 * Double(x.shape.count),
      bytes: Double(4 * (x.shape.count + y.shape.count))
    ) {
      BlurPooling(instructionSet: instructionSet).run(x.tensor, x.affine, into: y.tensor, team: team)
    }
  }

  private func residualSum() throws -> OperatorBenchmark {
    let (x, y) = (try Activations(shape(2)), try Activations(shape(2)))
    return OperatorBenchmark(
      name: "normalise and add, 256 channels", operations: 3 * Double(x.shape.count),
      bytes: Double(12 * x.shape.count)
    ) {
      AffineOperator(instructionSet: instructionSet).run(
        x.tensor, x.affine, residual: y.tensor, into: y.tensor, team: team)
    }
  }

  /// A sixteenth of the full variant's first fully connected layer: larger than any cache.
  private func linear(_ type: ElementType) throws -> OperatorBenchmark {
    let (inputs, outputs) = (256 * 64 * 64, 16)
    let memory = try AlignedMemory(byteCount: inputs * outputs * type.byteWidth)
    let layer = LinearLayer(
      weights: memory.mapped(byteCount: memory.byteCount), elementType: type, inputs: inputs,
      outputs: outputs,
      instructionSet: instructionSet)
    let (x, y) = (try AlignedMemory(byteCount: inputs * 4), try AlignedMemory(byteCount: outputs * 4))
    let scratch = try AlignedMemory(
      byteCount: 4 * LinearLayer.scratchCount(inputs: inputs, outputs: outputs, vectors: 1))
    return OperatorBenchmark(
      name: "fully connected, \(type.rawValue)", operations: 2 * Double(inputs * outputs),
      bytes: Double(memory.byteCount)
    ) {
      layer.run(
        x.floats, stride: 0, vectors: 1, into: y.floats, outputStride: 0, relu: true, scratch: scratch.floats,
        team: team)
    }
  }
}
