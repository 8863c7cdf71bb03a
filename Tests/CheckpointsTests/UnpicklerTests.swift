import Testing

@testable import Checkpoints

/// Pickles put together by hand, for what PyTorch of today does not write and what nobody should.
@Suite struct UnpicklerTests {
  private func text(_ text: String) -> [UInt8] { [0x58, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) }
  private func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

  /// `("storage", torch.FloatStorage, "0", "cpu", count)` as a persistent id.
  private func storage(count: UInt8) -> [UInt8] {
    Array("(".utf8) + text("storage") + global("torch", "FloatStorage") + text("0") + text("cpu")
      + [0x4B, count] + Array("tQ".utf8)
  }

  /// `_rebuild_tensor_v2(storage, offset, (size,), (stride,), False, OrderedDict())`
  private func tensor(count: UInt8, offset: UInt8, size: [UInt8], stride: UInt8) -> [UInt8] {
    global("torch._utils", "_rebuild_tensor_v2") + Array("(".utf8) + storage(count: count) + [0x4B, offset]
      + size + [0x85, 0x4B, stride, 0x85, 0x89] + global("collections", "OrderedDict") + Array(")RtR".utf8)
  }

  private func load(_ operations: [UInt8]) throws -> (PickleValue, Unpickler) {
    let bytes = FileBytes(copying: operations + Array(".".utf8))
    var unpickler = Unpickler(bytes.bytes)
    return try withExtendedLifetime(bytes) { (try unpickler.load(), unpickler) }
  }

  /// The tensors of a dictionary of one, whose storage takes `stored` bytes of the file.
  private func locations(_ operations: [UInt8], stored: Int, fileSize: Int) throws -> [String: TensorLocation]
  {
    let (value, unpickler) = try load(Array("}".utf8) + text("w") + operations + Array("s".utf8))
    return try StateDictionary(unpickler, storages: ["0": 100..<100 + stored])
      .contents(of: value, fileSize: fileSize).locations
  }

  @Test func integersOfEverySizeAreRead() throws {
    #expect(try load([0x4A, 0xFF, 0xFF, 0xFF, 0xFF]).0 == .integer(-1))
    #expect(try load([0x4D, 0x34, 0x12]).0 == .integer(0x1234))
    #expect(try load([0x8A, 0]).0 == .integer(0))
    #expect(try load([0x8A, 2, 0x00, 0x80]).0 == .integer(-32768))
    #expect(try load([0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 0x80]).0 == .integer(.min))
    #expect(
      try load([0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0]).0 == .longInteger([0, 0, 0, 0, 0, 0, 0, 0x80, 0]))
  }

  @Test func dictionariesOfPython2AreRead() throws {
    // OrderedDict([["w", 7]]), the key a byte string.
    let pairs = Array("]](U\u{1}wK\u{7}ea".utf8) + [0x85] + Array("R".utf8)
    let (value, unpickler) = try load(global("collections", "OrderedDict") + pairs)
    guard case .dictionary(let index) = value else {
      Issue.record("not a dictionary: \(value)")
      return
    }
    #expect(unpickler.containers[index] == [.string("w"), .integer(7)])
  }

  @Test func attributesOfADictionaryArePassedOver() throws {
    let (value, _) = try load(Array("}}b".utf8))
    #expect(value == .dictionary(0))
  }

  @Test(arguments: [
    ("os", "system"), ("builtins", "eval"), ("torch", "load"), ("torch.nn.modules.conv", "Conv2d"),
    ("numpy.core.multiarray", "scalar"), ("collections", "OrderedDict.x"), ("torch", "FloatStorage "),
    ("__main__", "FloatStorage"), ("", ""),
  ])
  func whatUnknownNamesMakeIsAnObjectWithoutContent(module: String, name: String) throws {
    // name(None), then attributes, items and calls of what it made: nothing of it is looked at.
    for made in ["N\u{85}R", ")\u{81}", ")}\u{92}", "N\u{85}RNb", ")R(NNu", ")RNa", ")R)R", ")R(Ne"] {
      let operations = global(module, name) + made.unicodeScalars.map { UInt8($0.value) }
      let (value, unpickler) = try load(operations)
      let path = module + "." + name
      let shown = path.contains(" ") ? "\"\(path)\"" : path
      #expect(value == .object(shown), "\(made)")
      #expect(unpickler.unknownNames == [shown])
    }
  }

  @Test func anInstanceOfAnOldClassIsAnObject() throws {
    #expect(
      try load(Array("(".utf8) + global("__main__", "Options") + Array("No".utf8)).0
        == .object("__main__.Options"))
    let made = global("copy_reg", "_reconstructor") + Array("(".utf8) + global("__main__", "Options")
    #expect(try load(made + Array("NNtR".utf8)).0 == .object("__main__.Options"))
  }

  @Test func setsAreObjects() throws {
    #expect(try load([0x8F] + Array("(NN".utf8) + [0x90]).0 == .object("builtins.set"))
    #expect(try load(Array("(NN".utf8) + [0x91]).0 == .object("builtins.frozenset"))
  }

  @Test func aDefaultdictIsADictionary() throws {
    let (value, unpickler) = try load(
      global("collections", "defaultdict") + global("__builtin__", "list") + [0x85] + Array("RNNs".utf8))
    #expect(value == .dictionary(0) || value == .dictionary(1))
    #expect(unpickler.containers.contains([.opaque, .opaque]))
  }

  @Test func aTensorWithAttributesIsATensorAndOneOfAnUnknownClassAnObject() throws {
    func rebuilt(_ type: [UInt8], function: [UInt8]? = nil) -> [UInt8] {
      let arguments =
        Array("(".utf8) + storage(count: 4) + Array("K\u{0}K\u{4}".utf8) + [0x85]
        + Array("K\u{1}".utf8) + [0x85, 0x89] + global("collections", "OrderedDict") + Array(")Rt".utf8)
      let made = function ?? global("torch._utils", "_rebuild_tensor_v2")
      return global("torch._tensor", "_rebuild_from_type_v2") + Array("(".utf8) + made + type + arguments
        + Array("}tR".utf8)
    }
    #expect(try load(rebuilt(global("torch", "Tensor"))).0 == .tensor(0))
    #expect(try load(rebuilt(global("torch.nn.parameter", "Parameter"))).0 == .tensor(0))
    #expect(try load(rebuilt(global("__main__", "Tagged"))).0 == .object("__main__.Tagged"))
    let nested = message {
      _ = try load(
        rebuilt(global("torch", "Tensor"), function: global("torch._tensor", "_rebuild_from_type_v2")))
    }
    #expect(nested.contains("refuses to call"), "\(nested)")
  }

  @Test func bytesThatAreNoTextAreNoReasonToRefuse() throws {
    #expect(try load([0x55, 2, 0xFF, 0xFE]).0 == .opaque)
    #expect(try load([0x58, 3, 0, 0, 0, 0xED, 0xA0, 0x80]).0 == .opaque)  // half a surrogate pair
  }

  @Test func aValueTakesAtMostTheMemoryThatTheBoundIsToldFor() {
    #expect(MemoryLayout<PickleValue>.stride <= 24)
  }

  @Test func aNameWithoutAnEndIsNotSearchedForThroughTheWholeFile() {
    let refusal = message { _ = try load(global(String(repeating: "x", count: 20_000), "y")) }
    #expect(refusal.contains("does not end"), "\(refusal)")
  }

  @Test func strangeNamesCannotGarbleATerminal() {
    let name = TorchGlobal(module: "\u{1B}[2J", name: String(repeating: "x", count: 5000)).description
    #expect(!name.contains("\u{1B}"))
    #expect(name.count < 1000)
  }

  @Test func knownNamesAreNotCalledWithOtherThings() {
    let calls: [[UInt8]] = [
      global("torch", "FloatStorage") + Array(")R".utf8),
      global("torch._utils", "_rebuild_tensor_v2") + Array(")R".utf8),
      global("torch._utils", "_rebuild_parameter") + Array("(NNNtR".utf8),
      global("collections", "OrderedDict") + Array("NR".utf8),
      Array("N)R".utf8),
    ]
    for call in calls {
      let refusal = message { _ = try load(call) }
      #expect(refusal.contains("refuses to call"))
    }
  }

  @Test(arguments: [
    "", "0", "1", "t", "a", "(e", "]a", "}s", "}(Nu", "(K\u{1}0K", "h\u{1}", "q\u{1}", "N(t1", "R", "Q", "b",
  ])
  func nonsenseIsRefused(operations: String) {
    #expect(throws: CheckpointError.self) { try load(Array(operations.utf8)) }
  }

  @Test func protocolsOfTheFutureAndTextOperationsAreRefused() {
    let future = message { _ = try load([0x80, 6]) }
    #expect(future.contains("protocol 6"))
    let textual = message { _ = try load(Array("I01\n".utf8)) }
    #expect(textual.contains("0x49"))
  }

  @Test func aTensorMustLieInItsStorage() throws {
    let sound = try locations(
      tensor(count: 4, offset: 1, size: [0x4B, 3], stride: 1), stored: 16, fileSize: 1000)
    #expect(sound["w"]?.byteOffset == 104)
    #expect(sound["w"]?.shape == [3])
    for (count, offset, size, stride) in [(4, 2, 3, 1), (4, 0, 3, 2), (4, 5, 1, 1), (5, 0, 1, 1)]
      as [(UInt8, UInt8, UInt8, UInt8)]
    {
      let refusal = message {
        _ = try locations(
          tensor(count: count, offset: offset, size: [0x4B, size], stride: stride), stored: 16, fileSize: 1000
        )
      }
      #expect(refusal.contains("stored"), "\(refusal)")
    }
  }

  @Test func aTensorStretchedFarBeyondItsFileIsRefused() {
    let size: [UInt8] = [0x8A, 5, 0, 0, 0, 0, 1]  // 2^32 elements from one
    let refusal = message {
      _ = try locations(tensor(count: 1, offset: 0, size: size, stride: 0), stored: 4, fileSize: 1000)
    }
    #expect(refusal.contains("repeats itself"), "\(refusal)")
  }

  @Test func aDictionaryWithinItselfSaysNothingNew() throws {
    // d = {}; d["w"] = d; d["t"] = a tensor
    let weight = tensor(count: 1, offset: 0, size: [0x4B, 1], stride: 1)
    let pickle =
      Array("}q\u{1}".utf8) + text("w") + Array("h\u{1}s".utf8) + text("t") + weight + Array("s".utf8)
    let (value, unpickler) = try load(pickle)
    let contents = try StateDictionary(unpickler, storages: ["0": 0..<4]).contents(of: value, fileSize: 100)
    #expect(Set(contents.locations.keys) == ["t"])
  }

  @Test func aHistoryOfMillionsOfNumbersIsPassedOver() throws {
    // {"losses": [1.0, …], "rows": [(1.0, 2.0), …], "w": a tensor}
    let number: [UInt8] = [0x47, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0]
    let losses = [[UInt8]](repeating: number, count: 1_000_000).flatMap(\.self)
    let rows = [[UInt8]](repeating: number + number + [0x86], count: 300_000).flatMap(\.self)
    let weight = tensor(count: 1, offset: 0, size: [0x4B, 1], stride: 1)
    var pickle = Array("}".utf8) + text("losses") + Array("](".utf8) + losses + Array("es".utf8)
    pickle += text("rows") + Array("](".utf8) + rows + Array("es".utf8) + text("w") + weight + Array("s".utf8)
    let (value, unpickler) = try load(pickle)
    let contents = try StateDictionary(unpickler, storages: ["0": 0..<4]).contents(
      of: value, fileSize: pickle.count)
    #expect(Set(contents.locations.keys) == ["w"])
  }

  @Test func whatLiesTooDeepOrUnderTooLongANameIsPassedOver() throws {
    let weight = tensor(count: 1, offset: 0, size: [0x4B, 1], stride: 1)
    let deep =
      [[UInt8]](repeating: Array("}".utf8) + text("d"), count: 100).flatMap(\.self) + Array("N".utf8)
      + [UInt8](repeating: UInt8(ascii: "s"), count: 100)
    let long = Array("X".utf8) + [0x00, 0x04, 0, 0] + [UInt8](repeating: 0x30, count: 1024)
    let pickle =
      Array("}".utf8) + text("deep") + deep + Array("s".utf8) + long + weight + Array("s".utf8) + text("w")
      + weight + Array("s".utf8)
    let (value, unpickler) = try load(pickle)
    let contents = try StateDictionary(unpickler, storages: ["0": 0..<4]).contents(
      of: value, fileSize: pickle.count)
    #expect(Set(contents.locations.keys) == ["w"])
  }

  @Test func dictionariesSharedByDictionariesDoNotMultiply() {
    // Ten lists, each holding the one before ten times: 10^10 leaves from some hundred bytes.
    var pickle = Array("]q\u{1}0".utf8)
    let tenTimes = [[UInt8]](repeating: Array("h\u{1}".utf8), count: 10).flatMap(\.self)
    for _ in 0..<10 { pickle += Array("](".utf8) + tenTimes + Array("eq\u{1}0".utf8) }
    let refusal = message {
      let (value, unpickler) = try load(pickle + Array("}".utf8) + text("w") + Array("h\u{1}s".utf8))
      _ = try StateDictionary(unpickler, storages: [:]).contents(of: value, fileSize: 100)
    }
    #expect(refusal.contains("repeats itself"), "\(refusal)")
  }

  @Test func keysThatNameNothingDoNotMultiplyEither() {
    // A dictionary of 20,000 keys that are no names, which a list holds 20,000 times.
    let keys = [[UInt8]](repeating: Array("NN".utf8), count: 20_000).flatMap(\.self)
    let often = [[UInt8]](repeating: Array("h\u{1}".utf8), count: 20_000).flatMap(\.self)
    let pickle = Array("}(".utf8) + keys + Array("uq\u{1}0}".utf8) + text("w") + Array("](".utf8) + often
    let refusal = message {
      let (value, unpickler) = try load(pickle + Array("es".utf8))
      _ = try StateDictionary(unpickler, storages: [:]).contents(of: value, fileSize: 100)
    }
    #expect(refusal.contains("repeats itself"), "\(refusal)")
  }

  @Test func oneListMakesOnlySoManyDictionaries() {
    // OrderedDict(pairs) of the same 3,000 pairs, 1,000 times: 6 million values from some kilobytes.
    let pairs = [[UInt8]](repeating: Array("h\u{1}".utf8), count: 3000).flatMap(\.self)
    let list = Array("](NNeq\u{1}0](".utf8) + pairs + Array("e".utf8) + [0x85] + Array("q\u{2}0".utf8)
    let made = [[UInt8]](repeating: Array("h\u{3}h\u{2}R0".utf8), count: 1000).flatMap(\.self)
    let callee = global("collections", "OrderedDict") + Array("q\u{3}0".utf8)
    let refusal = message { _ = try load(list + callee + made + Array("N".utf8)) }
    #expect(refusal.contains("copies more than"), "\(refusal)")
  }

  @Test func aPickleHasOnlySoManyParts() {
    let refusal = message { _ = try load([UInt8](repeating: UInt8(ascii: ")"), count: 8_000_001)) }
    #expect(refusal.contains("more than 8000000 lists"), "\(refusal)")
  }

  @Test func aStorageHasAShortName() {
    let key = Array("X".utf8) + [0x01, 0x01, 0, 0] + [UInt8](repeating: 0x30, count: 257)
    let refusal = message {
      _ = try load(
        Array("(".utf8) + text("storage") + global("torch", "FloatStorage") + key + text("cpu")
          + [0x4B, 1] + Array("tQ".utf8))
    }
    #expect(refusal.contains("too long a name"), "\(refusal)")
  }

  @Test func deepNestingNeedsNoDeepRecursion() throws {
    let (value, unpickler) = try load(Array(")".utf8) + [UInt8](repeating: 0x85, count: 300_000))
    #expect(value == .tuple(300_000))
    #expect(unpickler.containers.count == 300_001)
  }

  @Test func twoTensorsOfOneNameCannotBeToldApart() throws {
    func twice(_ second: UInt8) throws -> StateDictionary.Contents {
      let pickle =
        Array("}".utf8) + text("w") + tensor(count: 2, offset: 0, size: [0x4B, 1], stride: 1)
        + Array("s".utf8) + text("w") + tensor(count: 2, offset: second, size: [0x4B, 1], stride: 1)
      let (value, unpickler) = try load(pickle + Array("s".utf8))
      return try StateDictionary(unpickler, storages: ["0": 0..<8]).contents(of: value, fileSize: 100)
    }
    #expect(try twice(1).unreadable == ["w": "two tensors"])
    #expect(try twice(0).unreadable == [:])
  }
}
