import Kernels

/// The fully connected layers that γ and β of the adaptive normalisation come from.
struct ModulationLayer: Sendable {
  let first: LinearLayer
  let second: LinearLayer
  let gamma: LinearLayer
  let beta: LinearLayer

  init(_ parameters: ModulationParameters, _ packer: LayerPacker) throws {
    func linear(_ parameter: Parameter) throws -> LinearLayer {
      try packer.reader.linear(
        parameter.name, precision: packer.precision, instructionSet: packer.instructionSet)
    }
    first = try linear(parameters.first)
    second = try linear(parameters.second)
    gamma = try linear(parameters.gamma)
    beta = try linear(parameters.beta)
  }

  /// Where the results for some images go: a row of `stride` floats for each.
  struct Rows {
    let gamma: UnsafeMutablePointer<Float>
    let beta: UnsafeMutablePointer<Float>
    let hidden: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    let stride: Int
    let scratch: UnsafeMutablePointer<Float>
  }

  /// - Parameters:
  ///   - vectors: inputs of the first layer, a row of `vectorStride` floats for each image.
  func run(
    _ vectors: UnsafePointer<Float>, vectorStride: Int, images: Int, into rows: Rows, team: Team
  ) {
    func layer(
      _ layer: LinearLayer, _ x: UnsafePointer<Float>, _ stride: Int, _ y: UnsafeMutablePointer<Float>,
      relu: Bool
    ) {
      layer.run(
        x, stride: stride, vectors: images, into: y, outputStride: rows.stride, relu: relu,
        scratch: rows.scratch, team: team)
    }
    layer(first, vectors, vectorStride, rows.hidden.0, relu: true)
    layer(second, rows.hidden.0, rows.stride, rows.hidden.1, relu: true)
    layer(gamma, rows.hidden.1, rows.stride, rows.gamma, relu: false)
    layer(beta, rows.hidden.1, rows.stride, rows.beta, relu: false)
  }
}

extension ModulationParameters {
  /// Floats of scratch for some images.
  func scratchCount(images: Int) -> Int {
    LinearLayer.scratchCount(inputs: inputs, outputs: outputs, vectors: images)
  }
}
