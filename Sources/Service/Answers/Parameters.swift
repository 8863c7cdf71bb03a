import HTTP
import Images
import Networks

extension Query {
  /// A parameter that is one of a few words; the default where it is absent.
  /// - Throws: `Problem` 400, naming the words.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, default fallback: Choice
  ) throws(Problem) -> Choice where Choice.RawValue == String {
    guard let text = self[name] else { return fallback }
    guard let choice = Choice(rawValue: text) else {
      throw .badParameter(name, text, allowed: Choice.allCases.map(\.rawValue))
    }
    return choice
  }

  /// A parameter that is a whole number; the default where it is absent.
  /// - Throws: `Problem` 400, naming the range.
  func number(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(Problem) -> Int {
    guard let text = self[name] else { return fallback }
    guard let number = Int(text), range.contains(number) else {
      throw .badParameter(name, text, allowed: ["\(range.lowerBound)...\(range.upperBound)"])
    }
    return number
  }

  /// A parameter that is a part of a picture, `x,y,width,height`; nil where it is absent.
  /// - Throws: `Problem` 400, with the notation.
  func rectangle(_ name: String) throws(Problem) -> Rectangle? {
    guard let text = self[name] else { return nil }
    guard let rectangle = Rectangle(text) else {
      throw .badParameter(name, text, allowed: [Rectangle.notation])
    }
    return rectangle
  }
}

extension ImageSize {
  /// `N` or `WIDTHxHEIGHT`, of possible sides; nil for anything else.
  public init?(side text: String) {
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { number in
      number.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(number) : nil
    }
    guard (1...2).contains(numbers.count), let width = numbers[0], let height = numbers[numbers.count - 1]
    else {
      return nil
    }
    self.init(width: width, height: height)
    guard isPossible else { return nil }
  }

  /// How a side is written, to go on after "it may be".
  public static let sideRule =
    "N or WIDTHxHEIGHT, multiples of 4 from \(sides.lowerBound) to \(sides.upperBound)"
}

extension Query {
  /// The size at which the network is to run; nil where it is not said.
  /// - Throws: `Problem` 400.
  fileprivate func side() throws(Problem) -> ImageSize? {
    guard let text = self["side"] else { return nil }
    guard let side = ImageSize(side: text) else {
      throw .badParameter("side", text, allowed: [ImageSize.sideRule])
    }
    return side
  }

  /// A parameter that is misspelt would otherwise mean nothing, and something else would come back than was meant.
  /// - Throws: `Problem` 400, naming the first that is none of these, and the nearest that is.
  func refuseOthers(than names: [String]) throws(Problem) {
    guard let stranger = pairs.map(\.name).first(where: { !names.contains($0) }) else { return }
    let nearest = Spelling.nearest(to: stranger, among: names).map { "; did you mean '\($0)'?" } ?? "."
    throw Problem(
      .badRequest, title: "A query parameter is not known",
      detail:
        "There is no parameter '\(stranger.prefix(64))'\(nearest) There is \(names.joined(separator: ", ")).")
  }
}

/// What a client asks to be made of each of its pictures, and how it wants that.
protocol PictureParameters: Sendable {
  /// - Parameter targetSize: to which what was drawn is resized.
  /// - Throws: `Problem` 400, naming the parameter that is wrong and what it may be.
  init(_ query: Query, _ accept: Accept, targetSize: PictureSize?) throws(Problem)
  var options: TranslationOptions { get }
  /// Whether one picture, too, is answered by JSON.
  var isJSON: Bool { get }
  /// - Throws: `Problem` where a model cannot do what is asked.
  func check(_ model: ModelDescription, among catalog: ModelCatalog) throws(Problem)
}

extension TranslationOptions {
  /// The parameters of the query that say what goes through which network.
  static let names = ["model", "direction", "fit", "crop", "side", "profile"]

  init(_ query: Query) throws(Problem) {
    if let direction = query["direction"], !["A2B", "B2A"].contains(direction) {
      throw .badParameter("direction", direction, allowed: ["A2B", "B2A"])
    }
    self.init(
      model: query["model"], direction: query["direction"], fit: try query.choice("fit", default: .stretch),
      crop: try query.rectangle("crop"), side: try query.side(),
      profile: try query.choice("profile", default: .convert))
  }
}

/// What a client asked of `POST /translate`.
struct TranslateParameters: PictureParameters {
  let options: TranslationOptions
  let size: OutputSize
  /// To which what was drawn is resized, whatever `size` says; nil to leave it.
  let targetSize: PictureSize?
  let format: AnswerFormat
  /// Of a JPEG or WebP.
  let quality: Int
  /// Of the heatmap in a JSON answer.
  let style: HeatmapStyle

  /// Those that there are.
  static let names = TranslationOptions.names + ["size", "format", "quality", "style", "explain"]
  var isJSON: Bool { format.isJSON }

  init(_ query: Query, _ accept: Accept, targetSize: PictureSize? = nil) throws(Problem) {
    self.targetSize = targetSize
    try query.refuseOthers(than: Self.names)
    if let explain = query["explain"], explain != "discriminator" {
      throw .badParameter("explain", explain, allowed: ["discriminator"])
    }
    var options = try TranslationOptions(query)
    options.explains = query["explain"] != nil
    self.options = options
    size = try query.choice("size", default: .model)
    format = try AnswerFormat(query, accept)
    quality = try query.number("quality", in: 1...100, default: 90)
    style = try query.choice("style", default: .jet)
  }

  /// A style says nothing where there is no heatmap.
  func check(_ model: ModelDescription, among catalog: ModelCatalog) {}
}

/// What a client asked of `POST /heatmap`.
struct HeatmapParameters: PictureParameters {
  let options: TranslationOptions
  let size: OutputSize
  let targetSize: PictureSize?
  let style: HeatmapStyle
  let isJSON: Bool

  /// Those that there are.
  static let names = TranslationOptions.names + ["size", "style"]

  init(_ query: Query, _ accept: Accept, targetSize: PictureSize? = nil) throws(Problem) {
    self.targetSize = targetSize
    try query.refuseOthers(than: Self.names)
    options = try TranslationOptions(query)
    size = try query.choice("size", default: .model)
    style = try query.choice("style", default: .jet)
    isJSON = accept.prefersNumbers
  }

  func check(_ model: ModelDescription, among catalog: ModelCatalog) throws(Problem) {
    guard model.hasHeatmap else { throw .noHeatmap(of: model.name, among: catalog) }
  }
}

extension Accept {
  /// Whether a heatmap's numbers are liked better than a picture of it.
  var prefersNumbers: Bool {
    preferred(among: ["image/png", "application/json"]) == "application/json"
  }
}

/// Of a picture, in pixels.
struct PictureSize: Equatable {
  let width: Int
  let height: Int

  /// What a client may ask for, each way.
  static let sides = 1...4096
}
