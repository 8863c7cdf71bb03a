import FoundationEssentials
import Images
import Networks
import Service

/// The report as one HTML file that needs nothing beside it.
struct EvaluationPage {
  let model: String
  let directions: [DirectionEvaluation]
  let sources: [EvaluatedPictures]
  let quantization: Quantization

  /// - Throws: `ImageError` where a picture cannot be encoded.
  func html() throws(ImageError) -> String {
    var parts = [
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>\(model.escaped): evaluation</title>
      <style>
      :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
      body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
      table { border-collapse: collapse; margin: 1rem 0 }
      th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
      th:first-child, td:first-child { text-align: left }
      .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem }
      figure { margin: 0 }
      figure div { display: grid; grid-auto-flow: column; gap: 2px }
      img { width: 100% }
      figcaption { font-size: .8rem; overflow-wrap: anywhere }
      </style>
      <h1>\(model.escaped)</h1>
      """
    ]
    for (direction, source) in zip(directions, sources) { parts += try section(direction, source) }
    return parts.joined(separator: "\n") + "\n</html>\n"
  }

  private func section(
    _ evaluation: DirectionEvaluation, _ source: EvaluatedPictures
  ) throws(ImageError) -> [String] {
    let figures = evaluation.figures
    var parts = [
      "<h2>\(figures.direction)</h2>",
      table(
        ["SWD × 1000 at", "translated", "floor", "ceiling", "ratio to the floor"],
        figures.distances.map {
          [
            "\($0.pixels) px", $0.translated.rounded(1), $0.floor.rounded(1), $0.ceiling.rounded(1),
            $0.ratio.rounded(2),
          ]
        }),
      table(["", "value"], terms(figures)),
      "<p>Each picture, its translation"
        + (evaluation.translations.first?.attention == nil ? "" : ", where the network looked")
        + (evaluation.back == nil ? "" : ", and the way back") + ".</p>",
      "<div class=\"pictures\">",
    ]
    for index in source.paths.indices {
      parts.append(try figure(index, evaluation, source))
    }
    return parts + ["</div>"]
  }

  private func terms(_ figures: DirectionFigures) -> [[String]] {
    var rows: [[String]] = []
    if let cycle = figures.cycle { rows.append(["cycle L1", cycle.rounded(4)]) }
    rows.append(["identity L1", figures.identity.rounded(4)])
    if let classifier = figures.classifier {
      rows.append(["CAM accuracy", (100 * classifier.accuracy).rounded(1) + " %"])
      rows.append(["CAM cross entropy", classifier.loss.rounded(4)])
    }
    for (name, judge) in figures.judges.sorted(by: { $0.key < $1.key }) {
      rows.append(["\(name) discriminator pays", judge.loss.rounded(4)])
      rows.append(["generator pays it", judge.deception.rounded(4)])
      if let loss = judge.classifierLoss {
        rows.append(["\(name) discriminator's CAM pays", loss.rounded(4)])
      }
      if let loss = judge.classifierDeception { rows.append(["generator pays that", loss.rounded(4)]) }
    }
    return rows + [["the generator's objective", figures.objective.rounded(4)]]
  }

  private func table(_ head: [String], _ rows: [[String]]) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>" + cells.map { "<\(tag)>\($0.escaped)</\(tag)>" }.joined() + "</tr>"
    }
    return "<table>" + row(head, "th") + rows.map { row($0, "td") }.joined() + "</table>"
  }

  private func figure(
    _ index: Int, _ evaluation: DirectionEvaluation, _ source: EvaluatedPictures
  ) throws(ImageError) -> String {
    func picture(_ planes: [Float]) -> RGBImage {
      RGBImage(
        planarFloats: planes, width: source.set.width, height: source.set.height, quantization: quantization)
    }
    let output = evaluation.translations[index]
    var pictures = [picture(source.set.images[index]), picture(output.image)]
    if let attention = output.attention {
      pictures.append(
        Heatmap(width: attention.width, height: attention.height, values: attention.heatmap).picture(
          style: .overlay, width: source.set.width, height: source.set.height, over: pictures[0]))
    }
    if let back = evaluation.back { pictures.append(picture(back.images[index])) }
    var images = ""
    for picture in pictures {
      let bytes = try picture.encoded(as: .webp, quality: 85)
      images +=
        "<img loading=\"lazy\" alt=\"\" src=\"data:image/webp;base64,\(Data(bytes).base64EncodedString())\">"
    }
    let name = source.paths[index].description.escaped
    return "<figure><div>\(images)</div><figcaption>\(name)</figcaption></figure>"
  }
}

extension String {
  /// As text of an HTML element.
  fileprivate var escaped: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
