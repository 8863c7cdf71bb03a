/// The names that PyTorch's tools and training scripts put around a network's own: a pure matter of names, whatever the
/// network.
enum Wrappers {
  /// Under which a module that wraps another keeps it, around a network or inside of it: `DataParallel` and
  /// `AveragedModel`, `torch.compile`, fully sharded training, activation checkpoints.
  static let modules: Set<Substring> = [
    "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
  ]

  /// Under which scripts save state dictionaries, PyTorch's tutorial, Lightning, MMEngine and BasicSR among them.
  static let keys: Set<Substring> = [
    "state_dict", "model", "model_state_dict", "models", "net", "nets", "network", "networks", "params",
    "weights",
    "checkpoint",
  ]

  /// What tools count and leave in a state dictionary: `AveragedModel`, and thop, which profiles networks.
  static let bookkeeping: Set<Substring> = ["n_averaged", "total_ops", "total_params"]

  /// A stored name without modules that wrap others, in whichever order and number; nil for bookkeeping.
  static func unwrapped(_ stored: String) -> String? {
    let components = stored.split(separator: ".", omittingEmptySubsequences: false)
    if let last = components.last, bookkeeping.contains(last) { return nil }
    return components.filter { !modules.contains($0) }.joined(separator: ".")
  }

  /// What a path says when the keys that say nothing are taken away, and whether it says that the network is an
  /// average of others (`genA2B_ema`, `ema.genA2B`, `params_ema`).
  static func key(of path: String) -> (key: String, isAverage: Bool) {
    var isAverage = false
    var components: [Substring] = []
    for component in path.split(separator: ".") {
      let own = withoutAverage(component)
      isAverage = isAverage || own != component
      if !own.isEmpty && !keys.contains(own) { components.append(own) }
    }
    return (components.joined(separator: "."), isAverage)
  }

  private static func withoutAverage(_ component: Substring) -> Substring {
    if component == "ema" { return "" }
    if component.hasSuffix("_ema") { return component.dropLast(4) }
    return component.hasPrefix("ema_") ? component.dropFirst(4) : component
  }
}
