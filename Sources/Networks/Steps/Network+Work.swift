import Kernels
import Tensors

extension Network {
  /// Multiplications that the plan does for one image, those of the Winograd forms counted as they are done: what a
  /// machine at its peak could not go below without another algorithm.
  public var multiplications: Int { multiplications(to: .image) }

  /// The same for the network as it is written down: every convolution direct, on the enlarged image.
  public var directMultiplications: Int { directMultiplications(to: .image) }

  /// Those on the way to a goal, none where the network does not lead there.
  public func multiplications(to goal: Goal) -> Int { work(to: goal).reduce(0) { $0 + $1.done } }
  public func directMultiplications(to goal: Goal) -> Int { work(to: goal).reduce(0) { $0 + $1.direct } }

  private func work(to goal: Goal) -> some Sequence<Work> {
    zip(steps, shapes).prefix(stepCount(to: goal) ?? 0).map(Work.init)
  }
}

/// Multiplications of one step.
private struct Work {
  let done: Int
  let direct: Int

  init(_ step: Step, _ input: BlockedShape) {
    let output = step.output(of: input)
    switch step {
    case .stem(let weight), .head(let weight, _):
      done = weight.count * input.pixels
      direct = done
    case .convolve(let weight, let form, _):
      done = form.products(of: input) * weight.shape[0] * weight.shape[1]
      direct = weight.count * (form.isTransposed ? input : output).pixels
    case .attend(let own):
      // The two maps are one.
      done = own.weight.count / 2 * input.pixels
      direct = own.weight.count * input.pixels
    case .patch(let own):
      done = own.weight.main.count * output.pixels
      direct = done
    case .modulate:
      done = step.parameters.reduce(0) { $0 + $1.count }
      direct = done
    case .enlarge, .blur, .normalize, .branch, .join, .pool, .judge:
      (done, direct) = (0, 0)
    }
  }
}

extension Parameter {
  fileprivate var count: Int { shape.reduce(1, *) }
}
