import Evaluation
import Networks

/// A direction measured on the pictures of both domains: the figures, and what they were made of.
struct DirectionEvaluation {
  let figures: DirectionFigures
  let pictures: [PictureFigures]
  /// What the network gave for the source pictures, and what the way back made of that.
  let translations: [NetworkOutput]
  let back: ImageSet?

  /// Times that each picture goes through a network, for the progress bar.
  static func passes(_ forth: EvaluatedDirection, hasBack: Bool, source: Int, target: Int) -> Int {
    (source + target) * (1 + forth.judges.count) + (hasBack ? source : 0)
  }

  /// - Parameters:
  ///   - back: the other direction, if there is one.
  ///   - done: told how many images more have been through a network.
  init(
    _ forth: EvaluatedDirection, back: EvaluatedDirection?, source: EvaluatedPictures,
    target: EvaluatedPictures,
    done: (Int) -> Void
  ) throws {
    translations = try forth.translate(source.set, done: done)
    let again = try forth.translate(target.set, done: done)
    let translated = source.set.like(translations)
    self.back = try back.map { source.set.like(try $0.translate(translated, done: done)) }
    let (drawn, real) = (try forth.judge(translated, done: done), try forth.judge(target.set, done: done))

    let identities = target.set.like(again).difference(from: target.set)
    let cycles = self.back?.difference(from: source.set)
    figures = DirectionFigures(
      direction: forth.name, distances: Self.distances(source.set, translated, target.set),
      identity: identities.mean, cycle: cycles?.mean, classifier: Self.classifier(translations, again),
      judges: Dictionary(
        uniqueKeysWithValues: forth.judges.keys.map {
          ($0, Self.judge(real: real[$0] ?? [], drawn: drawn[$0] ?? []))
        }))

    func rows(
      _ role: PictureFigures.Role, _ pictures: EvaluatedPictures, _ outputs: [NetworkOutput],
      _ differences: [Double]?,
      _ verdicts: [String: [NetworkOutput]]
    ) -> [PictureFigures] {
      pictures.paths.indices.map { index in
        PictureFigures(
          direction: forth.name, role: role, path: pictures.paths[index],
          logits: outputs[index].attention.map { ($0.gapLogit, $0.gmpLogit) },
          difference: differences?[index],
          realism: verdicts.compactMapValues { $0[index].logits?.mean })
      }
    }
    pictures =
      rows(.source, source, translations, cycles, drawn) + rows(.target, target, again, identities, real)
  }

  private static func distances(
    _ source: ImageSet, _ translated: ImageSet, _ target: ImageSet
  ) -> [DirectionFigures.Distance] {
    let (one, other) = target.halves()
    let levels = SlicedWasserstein.distances(translated, target)
    let floor = SlicedWasserstein.distances(one, other)
    let ceiling = SlicedWasserstein.distances(source, target)
    return levels.indices.map { index in
      DirectionFigures.Distance(
        pixels: levels[index].width, translated: levels[index].distance, floor: floor[index].distance,
        ceiling: ceiling[index].distance)
    }
  }

  /// - Parameters: what the generator gave for source and for target pictures.
  private static func classifier(
    _ source: [NetworkOutput], _ target: [NetworkOutput]
  ) -> DirectionFigures.Classifier? {
    let (source, target) = (source.compactMap(\.attention), target.compactMap(\.attention))
    guard !source.isEmpty, !target.isEmpty else { return nil }
    let right = source.flatMap(\.allLogits).count { $0 > 0 } + target.flatMap(\.allLogits).count { $0 <= 0 }
    return DirectionFigures.Classifier(
      accuracy: Double(right) / Double(2 * (source.count + target.count)),
      loss: Losses.classified(source.flatMap(\.allLogits), source: true)
        + Losses.classified(target.flatMap(\.allLogits), source: false))
  }

  private static func judge(real: [NetworkOutput], drawn: [NetworkOutput]) -> DirectionFigures.Judge {
    func logits(_ outputs: [NetworkOutput]) -> [Float] { outputs.flatMap { $0.logits?.values ?? [] } }
    func classifiers(_ outputs: [NetworkOutput]) -> [Float] {
      outputs.flatMap { $0.attention?.allLogits ?? [] }
    }
    func loss(_ logits: ([NetworkOutput]) -> [Float]) -> Double {
      Losses.leastSquares(logits(real), real: true) + Losses.leastSquares(logits(drawn), real: false)
    }
    let hasClassifier = !classifiers(real).isEmpty
    return DirectionFigures.Judge(
      loss: loss(logits), classifierLoss: hasClassifier ? loss(classifiers) : nil,
      deception: Losses.leastSquares(logits(drawn), real: true),
      classifierDeception: hasClassifier ? Losses.leastSquares(classifiers(drawn), real: true) : nil)
  }
}

extension ImageSet {
  /// A set of this one's size of what a network drew.
  fileprivate func like(_ outputs: [NetworkOutput]) -> ImageSet {
    ImageSet(height: height, width: width, images: outputs.map(\.image))
  }
}

extension ClassActivation {
  fileprivate var allLogits: [Float] { [gapLogit, gmpLogit] }
}

extension [Double] {
  fileprivate var mean: Double { reduce(0, +) / Double(count) }
}
