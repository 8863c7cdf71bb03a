import Testing

@testable import Checkpoints

@Suite struct DirectionChoiceTests {
  private func networks(_ paths: [String]) -> [NamedNetwork] { paths.map(NamedNetwork.init) }

  private func choice(
    a2b: String? = nil, b2a: String? = nil, direction: String? = nil, averages: Bool = false
  ) -> DirectionChoice {
    var choice = DirectionChoice()
    choice.keys["A2B"] = a2b
    choice.keys["B2A"] = b2a
    choice.direction = direction
    choice.takesAverages = averages
    return choice
  }

  private func paths(_ choice: DirectionChoice, _ paths: [String]) throws -> [String: String] {
    try choice.generators(in: networks(paths)).mapValues(\.path)
  }

  private func refusal(_ choice: DirectionChoice, _ paths: [String]) -> String {
    message { _ = try choice.generators(in: networks(paths)) }
  }

  @Test func thePublicNamesTellTheDirections() throws {
    #expect(try paths(choice(), ["genA2B", "genB2A"]) == ["A2B": "genA2B", "B2A": "genB2A"])
    #expect(try paths(choice(), ["state_dict.genB2A"]) == ["B2A": "state_dict.genB2A"])
    #expect(try paths(choice(), []) == [:])
    // Another generator beside is left out.
    #expect(try paths(choice(), ["genA2B", "teacher"]) == ["A2B": "genA2B"])
  }

  @Test func theOnlyGeneratorWithoutANameTranslatesAsTheUserSays() throws {
    #expect(try paths(choice(), [""]) == ["A2B": ""])
    #expect(try paths(choice(), ["state_dict"]) == ["A2B": "state_dict"])
    #expect(try paths(choice(direction: "B2A"), [""]) == ["B2A": ""])
    #expect(try paths(choice(direction: "B2A"), ["generator"]) == ["B2A": "generator"])
    #expect(refusal(choice(direction: "B2A"), ["genA2B"]).contains("names its directions (\"genA2B\")"))
  }

  @Test func unknownNamesAreListedAndChosenByKey() throws {
    let names = ["nets.G_A", "nets.G_B"]
    let unknown = refusal(choice(), names)
    #expect(unknown.contains("\"nets.G_A\", \"nets.G_B\"") && unknown.contains("--a2b KEY"), "\(unknown)")
    #expect(refusal(choice(), ["generator"]).contains("\"generator\""))
    #expect(try paths(choice(a2b: "G_A", b2a: "nets.G_B"), names) == ["A2B": "nets.G_A", "B2A": "nets.G_B"])
    #expect(try paths(choice(b2a: "nets.module.G_A"), names) == ["B2A": "nets.G_A"])
    let none = refusal(choice(a2b: "G_C"), names)
    #expect(none.contains("no generator under \"G_C\"") && none.contains("\"nets.G_A\""), "\(none)")
  }

  @Test func aKeyThatMeansTwoIsRefused() throws {
    let names = ["model.genA2B", "net.genA2B"]
    #expect(refusal(choice(), names).contains("several generators"))
    #expect(refusal(choice(a2b: "genA2B"), names).contains("several generators"))
    #expect(try paths(choice(a2b: "net.genA2B"), names) == ["A2B": "net.genA2B"])
  }

  @Test func averagesAreTakenWhereAsked() throws {
    let names = ["genA2B", "genA2B_ema", "genB2A"]
    #expect(try paths(choice(), names) == ["A2B": "genA2B", "B2A": "genB2A"])
    // Where one direction has no average, its last weights are taken.
    #expect(try paths(choice(averages: true), names) == ["A2B": "genA2B_ema", "B2A": "genB2A"])
    #expect(refusal(choice(averages: true), ["genA2B"]).contains("leave --ema out"))
    #expect(refusal(choice(), ["genA2B_ema"]).contains("Take them with --ema"))
  }

  @Test func aFileForOneDirectionMayCallItsOnlyGeneratorAsItLikes() throws {
    func path(_ direction: String, _ paths: [String], _ choice: DirectionChoice = DirectionChoice()) throws
      -> String?
    {
      try choice.generator(of: direction, in: networks(paths))?.path
    }
    #expect(try path("B2A", [""]) == "")
    #expect(try path("B2A", ["G"]) == "G")
    #expect(try path("B2A", ["genA2B", "genB2A"]) == "genB2A")
    #expect(try path("B2A", []) == nil)
    #expect(try path("B2A", ["G", "H"], choice(b2a: "H")) == "H")
    let other = message { _ = try path("B2A", ["genA2B"]) }
    #expect(other.contains("is given for B2A, but holds \"genA2B\""), "\(other)")
    let two = message { _ = try path("A2B", ["G", "H"]) }
    #expect(two.contains("--a2b KEY"), "\(two)")
  }
}
