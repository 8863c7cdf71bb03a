import Kernels
import Tensors

/// One image on its way through a generator, in an arena laid out by the plan.  The halves before and after the
/// modulation may be run apart, and in different arenas.
struct GeneratorRun {
  let generator: Generator
  let plan: GeneratorPlan
  let arena: UnsafeMutablePointer<Float>
  let team: Team
  /// Called with a stage's name, its activations, and the normalisation that is still to be applied to them: for
  /// tests against PyTorch's.
  var observe: ((String, BlockedTensor, Affine) -> Void)?

  /// Results of the class activation map.
  struct Attended {
    let gapLogit: Float
    let gmpLogit: Float
  }

  /// Translates one image.
  /// - Parameters:
  ///   - image: `[3][H][W]`, values in −1…1.
  ///   - output: `[3][H][W]`.
  ///   - heatmap: `[H/4][W/4]`.
  func translate(
    _ image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    heatmap: UnsafeMutablePointer<Float>
  ) -> Attended {
    let attended = encode(image, heatmap: heatmap)
    modulate()
    decode(into: output)
    return attended
  }

  func modulate() {
    generator.modulation.run(flat, flatStride: 0, images: 1, into: styles, team: team)
  }

  /// The first half of `translate`: leaves the attended features in `features`, and in `flat` what γ and β follow from.
  func encode(_ image: UnsafePointer<Float>, heatmap: UnsafeMutablePointer<Float>) -> Attended {
    prepareIdentity()
    down(image)
    return attend(heatmap: heatmap)
  }

  var features: UnsafeMutablePointer<Float> { pointer(plan.decoderStream) }
  var flat: UnsafeMutablePointer<Float> { pointer(plan.flat) }
  /// One row.
  var styles: Modulation.Rows {
    Modulation.Rows(
      gamma: pointer(plan.vectors[0]), beta: pointer(plan.vectors[1]),
      hidden: (pointer(plan.vectors[2]), pointer(plan.vectors[3])), stride: plan.vectors[0].count,
      scratch: pointer(plan.sums))
  }

  private func down(_ image: UnsafePointer<Float>) {
    let stem = tensor(plan.stem, plan.shapes[0])
    var moments = self.moments(StemConvolution.units(height: stem.shape.height), stem.shape)
    generator.stem.run(image, staging: pointer(plan.staging), into: stem, moments: moments, team: team)
    observe?("down0", stem, identity)
    var input = stem
    for (level, layer) in generator.down.enumerated() {
      let affine = normalize(input.shape, moments, .instance, floor: 0)
      let output = tensor(plan.down[level], plan.shapes[level + 1])
      let geometry = plan.downGeometry[level]
      moments = self.moments(geometry.units, output.shape)
      layer.run(
        input, affine, geometry: geometry, into: output, moments: moments, scratch: scratch, team: team)
      observe?("down\(level + 1)", output, identity)
      input = output
    }
    let stream = tensor(plan.encoderStream, plan.shapes[2])
    let affine = normalize(input.shape, moments, .instance, floor: 0)
    elementwise.run(input, affine, residual: nil, into: stream, team: team)
    for (index, block) in generator.encoder.enumerated() {
      residual(stream, plan.encoderInner, block.first, .instance, block.second, .instance)
      observe?("encoder\(index + 1)", stream, identity)
    }
  }

  private func attend(heatmap: UnsafeMutablePointer<Float>) -> Attended {
    let x = tensor(plan.encoderStream, plan.shapes[2])
    let attended = tensor(plan.decoderStream, plan.shapes[2])
    let pooled = moments(1, x.shape)
    let maxima = pointer(plan.maxima)
    FeaturePooling(instructionSet: generator.instructionSet).run(
      x, moments: pooled, maxima: maxima, team: team)
    var averages = [Double](repeating: 0, count: x.shape.channels)
    pooled.forEach(channels: x.shape.channels) { channel, sum, _ in
      averages[channel] = sum / Double(x.shape.pixels)
    }
    let logits = generator.attention.logits(average: { averages[$0] }, maximum: { maxima[$0] })
    let moments = self.moments(PointwiseConvolution.units(pixels: x.shape.pixels), x.shape)
    generator.attention.convolution.run(x, into: attended, moments: moments, team: team)
    ChannelSum(instructionSet: generator.instructionSet).run(attended, into: heatmap, team: team)
    flatten(attended, moments)
    observe?("cam", attended, identity)
    return Attended(gapLogit: logits.gap, gmpLogit: logits.gmp)
  }

  /// Inputs of the fully connected layers: averages, or all activations in NCHW order.
  private func flatten(_ x: BlockedTensor, _ moments: ChannelMoments) {
    let flat = pointer(plan.flat)
    switch plan.configuration.variant {
    case .light:
      moments.forEach(channels: x.shape.channels) { channel, sum, _ in
        flat[channel] = Float(sum / Double(x.shape.pixels))
      }
    case .full:
      PlanarCopy(instructionSet: generator.instructionSet).run(x, into: flat, team: team)
    }
  }

  /// The second half of `translate`, from `features` and `styles`.
  func decode(into output: UnsafeMutablePointer<Float>) {
    prepareIdentity()
    let stream = tensor(plan.decoderStream, plan.shapes[2])
    let gamma = UnsafePointer(pointer(plan.vectors[0]))
    let beta = UnsafePointer(pointer(plan.vectors[1]))
    for (index, block) in generator.decoder.enumerated() {
      residual(
        stream, plan.decoderInner, block.first, .layerInstance(rho: block.firstRho, gamma: gamma, beta: beta),
        block.second, .layerInstance(rho: block.secondRho, gamma: gamma, beta: beta))
      observe?("adalin\(index + 1)", stream, identity)
    }
    var input = stream
    var affine = identity
    for (index, stage) in generator.up.enumerated() {
      let geometry = plan.upGeometry[index]
      let output = tensor(plan.up[index], plan.shapes[1 - index])
      let moments = self.moments(geometry.units, output.shape)
      stage.convolution.run(
        input, affine, geometry: geometry, into: output, moments: moments, scratch: scratch, team: team)
      affine = stage.gamma.withUnsafeBufferPointer { gamma in
        stage.beta.withUnsafeBufferPointer { beta in
          normalize(
            output.shape, moments,
            .layerInstance(rho: stage.rho, gamma: gamma.baseAddress!, beta: beta.baseAddress!), floor: 0)
        }
      }
      observe?("up\(index + 1)", output, affine)
      input = output
    }
    generator.head.run(input, affine, into: output, scratch: scratch, team: team)
  }
}

extension GeneratorRun {
  /// `stream += norm(conv(relu(norm(conv(stream)))))`.
  private func residual(
    _ stream: BlockedTensor, _ inner: [GeneratorPlan.Region], _ first: WinogradConvolution,
    _ firstRule: NormalizationRule.Kind,
    _ second: WinogradConvolution, _ secondRule: NormalizationRule.Kind
  ) {
    let geometry = plan.residualGeometry
    let (a, b) = (tensor(inner[0], stream.shape), tensor(inner[1], stream.shape))
    let moments = self.moments(geometry.units, stream.shape)
    first.run(stream, identity, geometry: geometry, into: a, moments: moments, scratch: scratch, team: team)
    let activation = normalize(stream.shape, moments, firstRule, floor: 0)
    second.run(a, activation, geometry: geometry, into: b, moments: moments, scratch: scratch, team: team)
    let end = normalize(stream.shape, moments, secondRule, floor: -.infinity)
    elementwise.run(b, end, residual: stream, into: stream, team: team)
  }

  private func normalize(
    _ shape: BlockedShape, _ moments: ChannelMoments, _ kind: NormalizationRule.Kind, floor: Float
  ) -> Affine {
    let rule = NormalizationRule(kind: kind, channels: shape.channels, pixels: shape.pixels)
    let (scale, shift) = (pointer(plan.scale), pointer(plan.shift))
    rule.resolve(moments, paddedChannels: shape.paddedChannels, scale: scale, shift: shift)
    return Affine(scale: scale, shift: shift, floor: floor)
  }

  private func prepareIdentity() {
    pointer(plan.one).update(repeating: 1, count: plan.one.count)
    pointer(plan.zero).update(repeating: 0, count: plan.zero.count)
  }

  private var identity: Affine {
    Affine(scale: pointer(plan.one), shift: pointer(plan.zero), floor: -.infinity)
  }

  private var elementwise: AffineOperator { AffineOperator(instructionSet: generator.instructionSet) }

  private func pointer(_ region: GeneratorPlan.Region) -> UnsafeMutablePointer<Float> {
    arena + region.offset
  }

  private func tensor(_ region: GeneratorPlan.Region, _ shape: BlockedShape) -> BlockedTensor {
    BlockedTensor(base: pointer(region), shape: shape)
  }

  private func moments(_ units: Int, _ shape: BlockedShape) -> ChannelMoments {
    ChannelMoments(base: pointer(plan.moments), units: units, paddedChannels: shape.paddedChannels)
  }

  private func scratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
    pointer(plan.scratch) + worker * plan.scratchCount
  }
}
