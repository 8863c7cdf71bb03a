/// The weight of a layer that may be spectrally normalised (Miyato et al. 2018): trained as W, multiplied by as W / σ.
///
/// PyTorch's σ is uᵀ·W·v, W as a matrix with a row for each output; in evaluation u and v are used as they are stored.
enum LayerWeight: Sendable, Hashable {
  /// Multiplied by as it is stored.
  case plain(Parameter)
  /// Stored as it is trained, with u and v.
  case divided(original: Parameter, left: Parameter, right: Parameter)
  /// Stored both ways, with u.
  case both(effective: Parameter, original: Parameter, left: Parameter)

  /// The tensor that has the layer's shape.
  var main: Parameter {
    switch self {
    case .plain(let weight): weight
    case .divided(let original, _, _): original
    case .both(let effective, _, _): effective
    }
  }

  var shape: [Int] { main.shape }

  var parameters: [Parameter] {
    switch self {
    case .plain(let weight): [weight]
    case .divided(let original, let left, let right): [original, left, right]
    case .both(let effective, let original, let left): [effective, original, left]
    }
  }
}

/// Under which names PyTorch keeps a spectrally normalised weight.
public enum SpectralNorm: String, Sendable, Hashable, CaseIterable {
  /// `torch.nn.utils.spectral_norm`: `weight_orig`, `weight_u`, `weight_v`.
  case hook
  /// The same before PyTorch 1.1: `weight_orig`, `weight_u`, and `weight` as it is multiplied by.
  case earlyHook
  /// `torch.nn.utils.parametrizations.spectral_norm`: `parametrizations.weight.original`, `.weight.0._u`, `.weight.0._v`.
  case parametrization

  /// What a layer's name is followed by where its weight is kept as it is trained.
  var original: String { self == .parametrization ? "parametrizations.weight.original" : "weight_orig" }

  /// The weight of a layer.
  func weight(of layer: String, _ shape: [Int]) -> LayerWeight {
    let original = Parameter.weight("\(layer).\(original)", shape)
    func vector(_ name: String, _ count: Int) -> Parameter {
      Parameter(name: "\(layer).\(name)", shape: [count], role: .direction)
    }
    let (outputs, inputs) = (shape[0], shape.dropFirst().reduce(1, *))
    return switch self {
    case .hook:
      .divided(original: original, left: vector("weight_u", outputs), right: vector("weight_v", inputs))
    case .earlyHook:
      .both(
        effective: .weight("\(layer).weight", shape), original: original, left: vector("weight_u", outputs))
    case .parametrization:
      .divided(
        original: original, left: vector("parametrizations.weight.0._u", outputs),
        right: vector("parametrizations.weight.0._v", inputs))
    }
  }
}
