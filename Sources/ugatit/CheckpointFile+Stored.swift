import Checkpoints
import Networks

extension CheckpointFile {
  /// What the file has under a network's names.
  func stored(_ network: NamedNetwork) -> StoredNetwork {
    let types = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.type.rawValue) })
    var stored = StoredNetwork(weights: [:])
    for (own, name) in network.names {
      if let weight = tensors[name] {
        stored.weights[own] = weight
      } else {
        stored.otherTypes[own] = types[name]
      }
      stored.objects[own] = unreadable[name]
    }
    return stored
  }
}
