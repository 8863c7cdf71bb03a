import Files
import Images
import Testing

@testable import ugatit

@Suite("The names of results")
struct ResultNamesTests {
  private func names(_ pictures: String...) -> [String] {
    ResultNames(pictures.map { PictureName(Array($0.utf8)) }).names.map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test("are the pictures', with the ending of a PNG")
  func simple() {
    #expect(
      names("a.jpg", "b.PNG", "c", ".d.jfif", "e.f.jpeg") == ["a.png", "b.png", "c.png", ".d.png", "e.f.png"])
  }

  @Test("are whole where two would be one, and where one that became whole meets another")
  func shared() {
    #expect(names("a.jpg", "b.jpg", "a.png") == ["a.jpg.png", "b.png", "a.png.png"])
    #expect(names("a.jpg", "a.png", "a.jpg.png") == ["a.jpg.png", "a.png.png", "a.jpg.png.png"])
  }

  @Test("are apart for spellings that Unicode takes for one")
  func spellings() {
    #expect(Set(names("\u{E9}.jpg", "e\u{301}.jpg").map { Array($0.utf8) }).count == 2)
  }

  @Test("never meet in one folder, whatever its files are called; they change no more than they must")
  func always() {
    let seed = UInt64.random(in: 0...(.max))
    var state = seed
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let parts = ["a", "b", ".png", ".jpg", "."]
    for _ in 0..<300 {
      let pictures = Set(
        (0..<12).map { _ in "x" + (0...next(4)).map { _ in parts[next(parts.count)] }.joined() })
      let result = ResultNames(pictures.map { PictureName(Array($0.utf8)) })
      #expect(Set(result.names).count == pictures.count, "seed \(seed): \(pictures)")
    }
  }
}

@Suite("What is to be translated, and where the results go")
struct TranslationPlanTests {
  private let folder = try! PhotographFolder()

  private func survey(_ names: String...) throws -> TranslationSurvey {
    try TranslationSurvey(names.map { folder.file($0) })
  }

  private func plan(_ survey: TranslationSurvey, _ output: String, _ heatmap: String? = nil) throws
    -> TranslationPlan
  {
    try TranslationPlan(survey, output: folder.file(output), heatmap: heatmap.map { folder.file($0) })
  }

  private func refusal(_ survey: TranslationSurvey, _ output: String, _ heatmap: String? = nil) -> String {
    do {
      _ = try plan(survey, output, heatmap)
      return ""
    } catch let failure as Failure {
      return failure.code == .other ? failure.message : "\(failure)"
    } catch {
      return "\(error)"
    }
  }

  @Test("The first bytes decide what is a picture; what is called one and is nothing known is tried")
  func survey() throws {
    try folder.add("in/a.jpg", "in/b.jfif", "in/c.txt", "in/d")
    try folder.add("in/e.png", content: Array("damaged".utf8))
    try folder.add("in/f.gif", "in/g.JPG", content: Array("GIF89a".utf8))
    try folder.add("in/h.txt", content: Array("text".utf8))
    try folder.add("in/.i.jpg")
    try folder.add("in/sub/j.jpg")
    try folder.addPipe("in/k.jpg")
    try folder.link("in/l.jpg", to: "none")
    try folder.addSparse("in/m.mp4", size: 3 << 30)
    let survey = try survey("in")
    #expect(survey.pictures.map(\.name) == ["a.jpg", "b.jfif", "c.txt", "d", "e.png"].map { Array($0.utf8) })
    let passedOver = survey.passedOver.map { "\(String(decoding: $0.path.name, as: UTF8.self)) \($0.what)" }
    #expect(
      passedOver == [
        ".i.jpg hidden", "f.gif GIF", "g.JPG GIF", "h.txt no picture of a known kind", "k.jpg a pipe",
        "l.jpg a link to nothing", "m.mp4 no picture of a known kind", "sub a folder",
      ])
    #expect(survey.places.count == 12)
  }

  @Test("What was passed over for one reason is told in one line, however much it is")
  func passedOverLines() {
    func one(_ name: String, _ what: String, _ advice: String? = nil) -> PassedOver {
      PassedOver(path: FilePath(name), what: what, advice: advice)
    }
    let lines = PassedOver.lines(
      (1...5).map { one("\($0)", "WebP", "export it") } + [one("x", "hidden"), one("6", "WebP", "export it")])
    #expect(lines == ["passed over as WebP: 1, 2, 3 and 3 more (export it)", "passed over as hidden: x"])
  }

  @Test("One picture goes to a file or into a folder that is there; several into a folder")
  func places() throws {
    try folder.add("a.jpg", "b.jpg")
    let (one, two) = (try survey("a.jpg"), try survey("a.jpg", "b.jpg"))
    #expect(try plan(one, "x.jpe", "y.PNG").jobs.map(\.output.path) == [folder.file("x.jpe")])
    #expect(try plan(one, "x.jpe").folders.isEmpty)
    for place in ["new/", "."] {
      let plan = try plan(one, place)
      #expect(plan.jobs.map(\.output.path) == [folder.file(place).appending("a.png".utf8)])
      #expect(plan.folders == [folder.file(place)])
    }
    #expect(
      try plan(two, "out", "heat").jobs.map(\.heatmap?.path) == [
        folder.file("heat/a.png"), folder.file("heat/b.png"),
      ])
    #expect(refusal(one, "x.gif").contains("must end in"))
    #expect(refusal(one, "x").contains("must end in"))
    #expect(refusal(one, "none/x.png").contains("no folder for it"))
    #expect(try folder.texts() == ["a.jpg", "b.jpg"])
  }

  @Test("No result has the place of another, by whatever name")
  func clashes() throws {
    try folder.add("p/a.jpg", "q/a.jpg")
    try folder.link("link.png", to: "new.png")
    try folder.add("there.png", content: [])
    try folder.link("there2.png", to: "there.png")
    let one = try survey("p/a.jpg")
    for (output, heatmap) in [("new.png", "./new.png"), ("new.png", "link.png"), ("there.png", "there2.png")]
    {
      #expect(refusal(one, output, heatmap).contains("two results"), "\(output) \(heatmap)")
    }
    #expect(refusal(try survey("p", "q"), "out").contains("q/a.jpg would both be written to"))
    #expect(refusal(try survey("p"), "out", "out").contains("two results"))
    #expect(refusal(try survey("p", "p/a.jpg"), "out").contains("p/a.jpg: is named twice"))
    #expect(refusal(try survey("p"), "there.png").contains("there.png: is a file, not a folder"))
    let plan = try plan(one, "new.png", "there.png")
    #expect(plan.jobs[0].output.isNew && plan.jobs[0].heatmap?.isNew == false)
  }

  @Test("No result has the place of a file that was found, even one that was passed over")
  func originals() throws {
    try folder.add("in/a.jpg", "in/b.png")
    try folder.add("in/a.png", content: Array("GIF89a".utf8))
    #expect(refusal(try survey("in"), "in").contains("in/a.png: is among the files"))
    #expect(refusal(try survey("in/b.png"), "in/b.png").contains("must not replace"))
    try folder.link("same", to: "in")
    #expect(refusal(try survey("in/b.png"), "same/b.png").contains("same/b.png: is "))
    #expect(refusal(try survey("in/b.png"), "x.png", "in/../same/b.png").contains("must not replace"))
  }
}
