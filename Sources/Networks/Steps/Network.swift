import Kernels
import Tensors

/// A network written down, for images of one size: what its file is checked by, its weights are packed by, its memory is
/// laid out by and its work is counted by.
public struct Network: Sendable, Hashable {
  /// What it is, for messages: "U-GAT-IT's generator".
  public let title: String
  public let imageHeight: Int
  public let imageWidth: Int
  let steps: [Step]

  /// Every weight that it has, in the order of its way.
  public var parameters: [Parameter] { steps.flatMap(\.parameters) }

  /// The activations that each step reads, and after them those of the whole.
  var shapes: [BlockedShape] {
    var shapes = [BlockedShape(channels: 3, height: imageHeight, width: imageWidth)]
    for step in steps { shapes.append(step.output(of: shapes[shapes.count - 1])) }
    return shapes
  }

  /// Whether it gives an image.
  var draws: Bool { steps.contains { if case .head = $0 { true } else { false } } }

  /// The step that reads so many weights that it is done for all images of a batch at once.
  var batchedStep: Int? {
    guard steps.contains(.pool(.everything)) else { return nil }
    return steps.firstIndex { if case .modulate = $0 { true } else { false } }
  }
}
