import Kernels

/// γ and β of the adaptive normalisation: Linear-ReLU-Linear-ReLU, then one linear layer for each, without bias.
struct Modulation: Sendable {
  let first: LinearLayer
  let second: LinearLayer
  let gamma: LinearLayer
  let beta: LinearLayer

  init(_ packer: LayerPacker) throws {
    first = try packer.linear("FC.0.weight")
    second = try packer.linear("FC.2.weight")
    gamma = try packer.linear("gamma.weight")
    beta = try packer.linear("beta.weight")
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
  ///   - flat: inputs of the first layer, a row of `flatStride` floats for each image.
  func run(
    _ flat: UnsafePointer<Float>, flatStride: Int, images: Int, into rows: Rows, team: Team
  ) {
    func layer(
      _ layer: LinearLayer, _ x: UnsafePointer<Float>, _ stride: Int, _ y: UnsafeMutablePointer<Float>,
      relu: Bool
    ) {
      layer.run(
        x, stride: stride, vectors: images, into: y, outputStride: rows.stride, relu: relu,
        scratch: rows.scratch, team: team)
    }
    layer(first, flat, flatStride, rows.hidden.0, relu: true)
    layer(second, rows.hidden.0, rows.stride, rows.hidden.1, relu: true)
    layer(gamma, rows.hidden.1, rows.stride, rows.gamma, relu: false)
    layer(beta, rows.hidden.1, rows.stride, rows.beta, relu: false)
  }

  /// Floats of scratch for some images of a generator.
  static func scratchCount(_ configuration: GeneratorConfiguration, images: Int) -> Int {
    LinearLayer.scratchCount(
      inputs: configuration.modulationInputs, outputs: configuration.features, vectors: images)
  }
}
