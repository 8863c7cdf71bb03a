import Evaluation

/// What is measured of one direction.
struct DirectionFigures: Encodable, Equatable {
  /// Sliced Wasserstein distances × 1000 at one size.
  struct Distance: Encodable, Equatable {
    let pixels: Int
    /// Of the translations to the pictures of the target domain.
    let translated: Double
    /// Of one half of these to the other: what chance does.
    let floor: Double
    /// Of the pictures of the source domain as they are.
    let ceiling: Double

    var ratio: Double { translated / floor }

    enum CodingKeys: CodingKey { case pixels, translated, floor, ceiling, ratio }

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: CodingKeys.self)
      try members.encode(pixels, forKey: .pixels)
      try members.encode(translated, forKey: .translated)
      try members.encode(floor, forKey: .floor)
      try members.encode(ceiling, forKey: .ceiling)
      try members.encode(ratio, forKey: .ratio)
    }
  }

  /// The auxiliary classifiers.
  struct Classifier: Encodable, Equatable {
    /// How often they tell source from target pictures: logit above 0.
    let accuracy: Double
    /// Binary cross entropy of both domains, added.
    let loss: Double
  }

  /// A discriminator of the target domain.
  struct Judge: Encodable, Equatable {
    /// What it pays: LSGAN of real pictures to 1 and of translations to 0; of its logits, and of its classifiers'.
    let loss: Double
    var classifierLoss: Double?
    /// What the generator pays: LSGAN of translations to 1.
    let deception: Double
    var classifierDeception: Double?

    enum CodingKeys: String, CodingKey {
      case loss, deception
      case classifierLoss = "cam_loss"
      case classifierDeception = "cam_deception"
    }
  }

  let direction: String
  let distances: [Distance]
  /// Mean differences of colour values, in −1…1: of target pictures that are translated once more, and of source pictures
  /// that are translated there and back.
  let identity: Double
  var cycle: Double?
  var classifier: Classifier?
  /// By name.
  var judges: [String: Judge] = [:]

  enum CodingKeys: String, CodingKey {
    case direction, judges
    case distances = "swd"
    case identity = "identity_l1"
    case cycle = "cycle_l1"
    case classifier = "cam"
    case objective
  }

  /// All that the generator pays, each as the method weighs it.
  var objective: Double {
    let deception = judges.values.reduce(0) { $0 + $1.deception + ($1.classifierDeception ?? 0) }
    return deception + Losses.cycleWeight * (cycle ?? 0) + Losses.identityWeight * identity
      + Losses.classifierWeight * (classifier?.loss ?? 0)
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(direction, forKey: .direction)
    try members.encode(distances, forKey: .distances)
    try members.encode(identity, forKey: .identity)
    try members.encode(cycle, forKey: .cycle)
    try members.encode(classifier, forKey: .classifier)
    try members.encode(judges, forKey: .judges)
    try members.encode(objective, forKey: .objective)
  }
}

extension DirectionFigures {
  /// As text, a line each.
  var lines: [String] {
    var lines = [direction]
    for distance in distances {
      lines.append(
        "  SWD x1000 at \(distance.pixels) px: \(distance.translated.rounded(1)) = \(distance.ratio.rounded(2)) x floor"
          + "  (floor \(distance.floor.rounded(1)), ceiling \(distance.ceiling.rounded(1)))")
    }
    let differences = [cycle.map { "cycle L1 \($0.rounded(3))" }, "identity L1 \(identity.rounded(3))"]
    lines.append("  " + differences.compactMap(\.self).joined(separator: ", "))
    if let classifier {
      lines.append(
        "  CAM accuracy \((100 * classifier.accuracy).rounded(1)) %, cross entropy \(classifier.loss.rounded(4))"
      )
    }
    for (name, judge) in judges.sorted(by: { $0.key < $1.key }) {
      let classifiers = judge.classifierLoss.map {
        "; its CAM \($0.rounded(3)) and \((judge.classifierDeception ?? 0).rounded(3))"
      }
      lines.append(
        "  \(name) discriminator: pays \(judge.loss.rounded(3)), the generator \(judge.deception.rounded(3))"
          + (classifiers ?? ""))
    }
    return lines + ["  the generator's objective \(objective.rounded(3))"]
  }
}

extension Double {
  /// With so many decimals at most.
  func rounded(_ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { scale, _ in 10 * scale }
    return "\((self * scale).rounded() / scale)"
  }
}
