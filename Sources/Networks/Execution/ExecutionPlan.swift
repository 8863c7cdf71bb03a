import Kernels
import Tensors

/// How one image goes through a network: where each step reads and writes in one arena.  Nothing is allocated while an
/// image is translated.
struct ExecutionPlan: Sendable {
  typealias Region = ArenaPlanner.Region

  /// Activations, or anything else that a step leaves for a later one.
  struct Value: Sendable {
    let region: Region
    let shape: BlockedShape
  }

  /// What a step does to the memory.
  enum Operation: Sendable {
    case stem(staging: Region, into: Value)
    case convolve(Value, WinogradGeometry, into: Value)
    /// Done by the convolution that follows.
    case enlarge
    case blur(Value, into: Value)
    /// Fills `scale` and `shift`; γ and β are where `modulate` left them, if they come from there.
    case normalize(Value, Styles?)
    /// Writes out the normalisation that is due, where one is: it would be read twice.
    case branch(Value, into: Value?)
    /// Writes the sum over what went past.
    case join(Value, with: Value)
    case attend(Value, maxima: Region, into: Value)
    /// - isSummed: whether the sums of its channels are there, as a convolution leaves them.
    case pool(Value, isSummed: Bool, into: Region)
    case modulate(Region, ModulationRegions)
    case head(Value)
    /// Of the image where there is no value before.
    case patch(Value?, PatchGeometry, staging: Region, into: Value)
    case judge(Value)
  }

  /// γ and β of one image.
  struct Styles: Sendable {
    let gamma: Region
    let beta: Region
  }

  /// What `modulate` leaves, the two hidden layers before, and the scratch of all four.
  struct ModulationRegions: Sendable {
    let styles: Styles
    let hidden: (Region, Region)
    let scratch: Region
  }

  /// The step that is done for all images of a batch at once, and what lives across it.
  struct BatchedStep: Sendable {
    let index: Int
    let parameters: ModulationParameters
    let vector: Region
    let regions: ModulationRegions
    /// What steps before it have left for those after it.
    let kept: [Region]
  }

  /// One for each step of the network.
  let operations: [Operation]
  let batchedStep: BatchedStep?
  /// Scale and shift of the normalisation that is due, and those that change nothing.
  let scale: Region
  let shift: Region
  let one: Region
  let zero: Region
  let moments: Region
  /// One area for each worker.
  let scratch: Region
  let scratchCount: Int
  /// The class activation map, of a network that has one.
  let heatmap: BlockedShape?
  /// What is said of each patch, by a network that judges.
  let logits: BlockedShape?
  /// Floats of the arena.
  let count: Int

  init(network: Network, workers: Int) {
    let draft = PlanDraft(network: network, workers: workers)
    let layout = draft.planner.layout()
    let operations = draft.operations.map { $0(layout) }
    self.operations = operations
    batchedStep = network.batchedStep.flatMap { index in
      guard case .modulate(let parameters) = network.steps[index],
        case .modulate(let vector, let regions) = operations[index]
      else { return nil }
      let kept = draft.kept.filter { draft.planner.isAlive($0, across: index) }.map { layout[$0] }
      return BatchedStep(index: index, parameters: parameters, vector: vector, regions: regions, kept: kept)
    }
    scale = layout[draft.scale]
    shift = layout[draft.shift]
    one = layout[draft.one]
    zero = layout[draft.zero]
    moments = layout[draft.moments]
    scratch = layout[draft.scratch]
    scratchCount = draft.scratchCount
    heatmap = draft.heatmap
    logits = draft.logits
    count = layout.count
  }
}
