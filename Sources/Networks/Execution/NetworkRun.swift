import Kernels
import Tensors

/// One image on its way through a network, in an arena laid out by the plan.  Some of the steps may be run apart, and
/// in different arenas.
struct NetworkRun {
  let network: PackedNetwork
  let plan: ExecutionPlan
  let arena: UnsafeMutablePointer<Float>
  let team: Team
  /// Called after each step that leaves activations, with its index, them, and the normalisation that is still to be
  /// applied to them: for tests against PyTorch's.
  var observe: ((Int, BlockedTensor, Affine) -> Void)?

  /// What one step leaves for the next beside its activations.
  private struct Carried {
    /// The normalisation that whoever reads the activations has to apply.
    var due: Affine
    /// Sums of the channels that were written last.
    var moments: ChannelMoments
  }

  /// Runs a network's steps, in order; nothing is due before the first.
  /// - Parameter image: `[3][H][W]`, values in −1…1.
  func run(_ steps: Range<Int>, _ image: UnsafePointer<Float>, into output: inout NetworkOutput) {
    pointer(plan.one).update(repeating: 1, count: plan.one.count)
    pointer(plan.zero).update(repeating: 0, count: plan.zero.count)
    var carried = Carried(
      due: identity, moments: moments(0, BlockedShape(channels: 0, height: 0, width: 0)))
    for index in steps { run(index, image, &carried, &output) }
  }

  private func run(
    _ index: Int, _ image: UnsafePointer<Float>, _ carried: inout Carried, _ output: inout NetworkOutput
  ) {
    let written: BlockedTensor?
    switch (plan.operations[index], network.layers[index]) {
    case (.stem(let staging, let to), .stem(let layer)):
      let y = tensor(to)
      carried.moments = moments(StemConvolution.units(height: y.shape.height), y.shape)
      layer.run(image, staging: pointer(staging), into: y, moments: carried.moments, team: team)
      written = y
    case (.convolve(let from, let geometry, let to), .convolution(let layer)):
      let y = tensor(to)
      carried.moments = moments(geometry.units, y.shape)
      layer.run(
        tensor(from), carried.due, geometry: geometry, into: y, moments: carried.moments, scratch: scratch,
        team: team)
      carried.due = identity
      written = y
    case (.enlarge, .none):
      written = nil
    case (.blur(let from, let to), .none):
      let y = tensor(to)
      BlurPooling(instructionSet: network.instructionSet).run(tensor(from), carried.due, into: y, team: team)
      carried.due = identity
      written = y
    case (.normalize(let x, let styles), .normalization(let layer, let floor)):
      carried.due = normalize(x.shape, carried.moments, layer, styles, floor: floor)
      written = tensor(x)
    case (.branch(let from, let to), .none):
      if let to { elementwise.run(tensor(from), carried.due, residual: nil, into: tensor(to), team: team) }
      carried.due = identity
      written = tensor(to ?? from)
    case (.join(let from, let past), .none):
      let y = tensor(past)
      elementwise.run(tensor(from), carried.due, residual: y, into: y, team: team)
      carried.due = identity
      written = y
    case (.attend(let from, let maxima, let to), .attention(let layer)):
      let y = tensor(to)
      carried.moments = attend(tensor(from), layer, pointer(maxima), into: y, &output.attention)
      written = y
    case (.pool(let from, let isSummed, let to), .pooling(let pooling)):
      pool(tensor(from), isSummed ? carried.moments : nil, pooling, into: pointer(to))
      written = nil
    case (.modulate(let vector, let regions), .modulation(let layer)):
      layer.run(pointer(vector), vectorStride: 0, images: 1, into: rows(regions), team: team)
      written = nil
    case (.head(let from), .head(let layer)):
      layer.run(tensor(from), carried.due, into: &output.image, scratch: scratch, team: team)
      written = nil
    case (.patch(let from, let geometry, let staging, let to), .patch(let layer)):
      let y = tensor(to)
      if let from {
        layer.run(tensor(from), geometry: geometry, staging: pointer(staging), into: y, team: team)
      } else {
        layer.run(image: image, geometry: geometry, staging: pointer(staging), into: y, team: team)
      }
      written = y
    case (.judge(let from), .none):
      output.logits?.values = tensor(from).planar()
      written = nil
    default:
      preconditionFailure("plan and weights are of different networks")
    }
    if let observe, let written { observe(index, written, carried.due) }
  }

  private func normalize(
    _ shape: BlockedShape, _ moments: ChannelMoments, _ layer: NormalizationLayer,
    _ styles: ExecutionPlan.Styles?, floor: Float
  ) -> Affine {
    let (scale, shift) = (pointer(plan.scale), pointer(plan.shift))
    func resolve(_ kind: NormalizationRule.Kind) {
      NormalizationRule(kind: kind, channels: shape.channels, pixels: shape.pixels).resolve(
        moments, paddedChannels: shape.paddedChannels, scale: scale, shift: shift)
    }
    switch (layer, styles) {
    case (.instance, _): resolve(.instance)
    case (.layerInstance(let rho, .modulated), let styles?):
      resolve(.layerInstance(rho: rho, gamma: pointer(styles.gamma), beta: pointer(styles.beta)))
    case (.layerInstance(_, .modulated), nil): preconditionFailure("γ and β have no place")
    case (.layerInstance(let rho, .learned(let gamma, let beta)), _):
      gamma.withUnsafeBufferPointer { gamma in
        beta.withUnsafeBufferPointer { beta in
          resolve(.layerInstance(rho: rho, gamma: gamma.baseAddress!, beta: beta.baseAddress!))
        }
      }
    case (.group(let groups, let gamma, let beta), _):
      resolve(.group(groups, gamma: gamma, beta: beta))
    case (.constant(let ownScale, let ownShift), _):
      resolve(.constant(scale: ownScale, shift: ownShift))
    }
    return Affine(scale: scale, shift: shift, floor: floor)
  }

  /// - Returns: the channel sums of y.
  private func attend(
    _ x: BlockedTensor, _ layer: AttentionLayer, _ maxima: UnsafeMutablePointer<Float>, into y: BlockedTensor,
    _ output: inout ClassActivation?
  ) -> ChannelMoments {
    let pooled = moments(1, x.shape)
    FeaturePooling(instructionSet: network.instructionSet).run(
      x, moments: pooled, maxima: maxima, team: team)
    let logits = layer.logits(pooled, pixels: x.shape.pixels, maxima: maxima)
    let moments = self.moments(PointwiseConvolution.units(pixels: x.shape.pixels), y.shape)
    layer.convolution.run(x, into: y, moments: moments, team: team)
    output?.gapLogit = logits.average
    output?.gmpLogit = logits.maximum
    output?.heatmap.withUnsafeMutableBufferPointer {
      ChannelSum(instructionSet: network.instructionSet).run(y, into: $0.baseAddress!, team: team)
    }
    return moments
  }

  /// - Parameter moments: the sums of x's channels; nil where they are still to be taken.
  private func pool(
    _ x: BlockedTensor, _ moments: ChannelMoments?, _ pooling: Pooling,
    into vector: UnsafeMutablePointer<Float>
  ) {
    switch pooling {
    case .average:
      let sums = moments ?? self.moments(1, x.shape)
      if moments == nil {
        // The maxima that come with the sums are written over.
        FeaturePooling(instructionSet: network.instructionSet).run(
          x, moments: sums, maxima: vector, team: team)
      }
      sums.forEach(channels: x.shape.channels) { channel, sum, _ in
        vector[channel] = Float(sum / Double(x.shape.pixels))
      }
    case .everything:
      PlanarCopy(instructionSet: network.instructionSet).run(x, into: vector, team: team)
    }
  }
}

extension NetworkRun {
  func pointer(_ region: ExecutionPlan.Region) -> UnsafeMutablePointer<Float> { arena + region.offset }

  private func rows(_ regions: ExecutionPlan.ModulationRegions) -> ModulationLayer.Rows {
    ModulationLayer.Rows(
      gamma: pointer(regions.styles.gamma), beta: pointer(regions.styles.beta),
      hidden: (pointer(regions.hidden.0), pointer(regions.hidden.1)), stride: regions.styles.gamma.count,
      scratch: pointer(regions.scratch))
  }

  private var identity: Affine {
    Affine(scale: pointer(plan.one), shift: pointer(plan.zero), floor: -.infinity)
  }

  private var elementwise: AffineOperator { AffineOperator(instructionSet: network.instructionSet) }

  private func tensor(_ value: ExecutionPlan.Value) -> BlockedTensor {
    BlockedTensor(base: pointer(value.region), shape: value.shape)
  }

  private func moments(_ units: Int, _ shape: BlockedShape) -> ChannelMoments {
    ChannelMoments(base: pointer(plan.moments), units: units, paddedChannels: shape.paddedChannels)
  }

  private func scratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
    pointer(plan.scratch) + worker * plan.scratchCount
  }
}
