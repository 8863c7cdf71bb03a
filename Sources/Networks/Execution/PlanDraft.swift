import Kernels
import Tensors

/// Walks a network's steps and notes when each region is first and last used; where they all lie is known only at the
/// end, so the operations wait for the layout.
struct PlanDraft {
  typealias Claim = ArenaPlanner.Claim
  typealias Operation = ExecutionPlan.Operation

  private(set) var planner = ArenaPlanner()
  private(set) var operations: [(ArenaLayout) -> Operation] = []
  /// Every claim for activations.
  private(set) var kept: [Claim] = []
  private(set) var heatmap: BlockedShape?
  private(set) var logits: BlockedShape?
  let scale: Claim
  let shift: Claim
  let one: Claim
  let zero: Claim
  let moments: Claim
  let scratch: Claim
  let scratchCount: Int

  /// Activations whose place is not known yet.
  private struct Draft {
    let claim: Claim
    let shape: BlockedShape

    func value(_ layout: ArenaLayout) -> ExecutionPlan.Value {
      ExecutionPlan.Value(region: layout[claim], shape: shape)
    }
  }

  private var x: Draft?
  /// Whether a normalisation of x has still to be applied.
  private var isDue = false
  /// Whether the sums of the channels that are there are those of x.
  private var isSummed = false
  private var past: Draft?
  private var vector: Claim?
  private var styles: (gamma: Claim, beta: Claim)?

  init(network: Network, workers: Int) {
    let shapes = network.shapes
    let needs = zip(network.steps, shapes).map(Workspace.init)
    scratchCount = ((needs.map(\.scratch).max() ?? 0) + 15) & ~15
    let last = network.steps.count
    var planner = ArenaPlanner()
    func everywhere(_ count: Int) -> Claim {
      let claim = planner.claim(count, at: 0)
      planner.use(claim, at: last)
      return claim
    }
    let vector = shapes.map(\.paddedChannels).max() ?? 0
    (scale, shift) = (everywhere(vector), everywhere(vector))
    (one, zero) = (everywhere(vector), everywhere(vector))
    moments = everywhere(needs.map(\.moments).max() ?? 0)
    scratch = everywhere(scratchCount * workers)
    self.planner = planner
    for (index, step) in network.steps.enumerated() { add(step, at: index, shapes[index]) }
  }

  private mutating func add(_ step: Step, at index: Int, _ input: BlockedShape) {
    let output = step.output(of: input)
    switch step {
    case .stem:
      let staging = planner.claim(
        StemConvolution.stagingCount(height: input.height, width: input.width), at: index)
      let y = activations(output, at: index)
      operations.append { .stem(staging: $0[staging], into: y.value($0)) }
      isSummed = true
    case .convolve(_, let form, _):
      let x = read(at: index)
      let geometry = WinogradGeometry(input: input, form: form)
      let y = activations(output, at: index)
      operations.append { .convolve(x.value($0), geometry, into: y.value($0)) }
      (isDue, isSummed) = (false, true)
    case .enlarge:
      operations.append { _ in .enlarge }
    case .blur:
      let x = read(at: index)
      let y = activations(output, at: index)
      operations.append { .blur(x.value($0), into: y.value($0)) }
      (isDue, isSummed) = (false, false)
    case .normalize(let rule, _):
      let x = read(at: index)
      let styles = styles(of: rule, at: index)
      operations.append { layout in
        .normalize(x.value(layout), styles.map { .init(gamma: layout[$0.gamma], beta: layout[$0.beta]) })
      }
      isDue = true
    case .branch:
      let x = read(at: index)
      let y = isDue ? activations(output, at: index) : nil
      operations.append { .branch(x.value($0), into: y?.value($0)) }
      past = y ?? x
      isSummed = isSummed && !isDue
      isDue = false
    case .join:
      let x = read(at: index)
      guard let past else { preconditionFailure("a join without a branch") }
      planner.use(past.claim, at: index)
      operations.append { .join(x.value($0), with: past.value($0)) }
      (self.x, self.past) = (past, nil)
      (isDue, isSummed) = (false, false)
    case .attend:
      precondition(!isDue, "the class activation map reads what is written out")
      let x = read(at: index)
      let maxima = planner.claim(input.paddedChannels, at: index)
      let y = activations(output, at: index)
      heatmap = output
      isSummed = true
      operations.append { .attend(x.value($0), maxima: $0[maxima], into: y.value($0)) }
    case .pool(let pooling):
      precondition(!isDue, "what is pooled is written out")
      let (x, isSummed) = (read(at: index), isSummed)
      let vector = planner.claim(
        pooling == .average ? input.paddedChannels : input.channels * input.pixels, at: index)
      self.vector = vector
      operations.append { .pool(x.value($0), isSummed: isSummed, into: $0[vector]) }
    case .modulate(let parameters):
      modulate(parameters, at: index)
    case .head:
      let x = read(at: index)
      operations.append { .head(x.value($0)) }
    case .patch(let parameters):
      precondition(!isDue, "a patch convolution reads what is written out")
      let x = parameters.source == .activations ? read(at: index) : nil
      let geometry = PatchGeometry(input: input, stride: parameters.stride, isImage: x == nil)
      let staging = planner.claim(geometry.stagingCount, at: index)
      let y = activations(output, at: index)
      operations.append { .patch(x?.value($0), geometry, staging: $0[staging], into: y.value($0)) }
      isSummed = false
    case .judge:
      let x = read(at: index)
      logits = output
      operations.append { .judge(x.value($0)) }
    }
  }

  private mutating func modulate(_ parameters: ModulationParameters, at index: Int) {
    guard let vector else { preconditionFailure("nothing to modulate by") }
    planner.use(vector, at: index)
    let rows = (0..<4).map { _ in
      planner.claim(BlockedShape(channels: parameters.outputs, height: 1, width: 1).paddedChannels, at: index)
    }
    let scratch = planner.claim(parameters.scratchCount(images: 1), at: index)
    styles = (rows[0], rows[1])
    operations.append { layout in
      .modulate(
        layout[vector],
        .init(
          styles: .init(gamma: layout[rows[0]], beta: layout[rows[1]]),
          hidden: (layout[rows[2]], layout[rows[3]]), scratch: layout[scratch]))
    }
  }

  private mutating func styles(of rule: Normalization, at index: Int) -> (gamma: Claim, beta: Claim)? {
    guard case .layerInstance(_, .modulated) = rule else { return nil }
    guard let styles else { preconditionFailure("step \(index) takes γ and β that no step has made") }
    planner.use(styles.gamma, at: index)
    planner.use(styles.beta, at: index)
    return styles
  }

  /// The activations that the step before has left.
  private mutating func read(at index: Int) -> Draft {
    guard let x else { preconditionFailure("step \(index) reads what no step has written") }
    planner.use(x.claim, at: index)
    return x
  }

  private mutating func activations(_ shape: BlockedShape, at index: Int) -> Draft {
    let draft = Draft(claim: planner.claim(shape.count, at: index), shape: shape)
    kept.append(draft.claim)
    x = draft
    return draft
  }
}

/// What a step needs beside the activations, in floats.
private struct Workspace {
  /// Of each worker.
  var scratch = 0
  var moments = 0

  init(_ step: Step, _ input: BlockedShape) {
    let output = step.output(of: input)
    let units: Int
    switch step {
    case .stem:
      units = StemConvolution.units(height: input.height)
    case .convolve(_, let form, _):
      let geometry = WinogradGeometry(input: input, form: form)
      scratch = geometry.scratchCount
      units = geometry.units
    case .attend:
      units = max(1, PointwiseConvolution.units(pixels: input.pixels))
    case .head:
      scratch = HeadConvolution.scratchCount(width: input.width)
      units = 0
    case .pool:
      units = 1
    case .enlarge, .blur, .normalize, .branch, .join, .modulate, .patch, .judge:
      units = 0
    }
    moments = ChannelMoments.count(units: units, paddedChannels: output.paddedChannels)
  }
}
