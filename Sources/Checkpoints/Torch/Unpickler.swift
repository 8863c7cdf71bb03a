/// A machine for the part of Python's pickle language (protocols 2 to 5, Lib/pickletools.py) in which PyTorch
/// writes checkpoints.  It builds dictionaries, lists, tuples and descriptions of tensors, and knows the names in
/// `TorchGlobal`; what any other name would make is an object without content.  It runs nothing.
///
/// Everything is bounded by the pickle's length, and the pickle by `maximumSteps`, each of which makes a value of 24
/// bytes at most; what takes more memory than that is bounded by `maximumParts`, and what a step copies out of values
/// that were made before by `maximumCopies`.  The most hostile pickles that were tried take less than 900 MB.
struct Unpickler {
  /// A dictionary's keys and values in turn, or a list's or tuple's items.
  var containers: [[PickleValue]] = []
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []

  private var reader: ByteReader
  private var stack: [PickleValue] = []
  /// Heights of `stack` at the open marks.
  private var marks: [Int] = []
  private var memo: [UInt32: PickleValue] = [:]
  private var copies = 0
  /// The names that are not known here, as far as `maximumUnknownNames`.
  private(set) var unknownNames: Set<String> = []
  /// Operations done.
  private(set) var steps = 0

  /// Where in the bytes the pickle that was loaded ends.
  var position: Int { reader.position }

  /// Two generators, four discriminators and both optimisers take about 100,000; a loss history one for each number.
  static let maximumSteps = 16_000_000
  /// Containers, tensors, storages and values that are remembered: some 80 bytes each.  A row of a history that is a
  /// dictionary takes two, a number of numpy's eight.
  static let maximumParts = 8_000_000
  /// Python 2's dictionaries are copied, and the sizes of tensors.
  private static let maximumCopies = 4_000_000
  private static let maximumUnknownNames = 1000

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    reader = ByteReader(bytes, at: position, subject: "pickle")
  }

  /// Runs one pickle to its end.
  mutating func load() throws(CheckpointError) -> PickleValue {
    while steps < Self.maximumSteps {
      steps += 1
      let byte = try reader.integer(UInt8.self)
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw CheckpointError(
          .unsupported,
          "the pickle at byte \(position - 1) uses operation 0x\(String(byte, radix: 16)), which no "
            + "file that torch.save wrote with protocol 2 or later needs")
      }
      if opcode == .stop { return try pop() }
      try perform(opcode)
      guard containers.count + memo.count + tensors.count + storages.count <= Self.maximumParts else {
        throw CheckpointError(
          .unsupported, "the pickle has more than \(Self.maximumParts) lists, dictionaries and tensors")
      }
    }
    throw CheckpointError(.unsupported, "the pickle has more than \(Self.maximumSteps) operations")
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .proto:
      let version = try reader.integer(UInt8.self)
      guard version <= 5 else { throw CheckpointError(.unsupported, "pickle protocol \(version) is unknown") }
    case .frame: try reader.skip(8)
    case .stop: break  // `load` ends there

    case .none: stack.append(.opaque)
    case .newTrue: stack.append(.boolean(true))
    case .newFalse: stack.append(.boolean(false))
    case .binFloat:
      try reader.skip(8)
      stack.append(.opaque)
    case .binInt: stack.append(.integer(Int(try reader.integer(Int32.self))))
    case .binInt1: stack.append(.integer(Int(try reader.integer(UInt8.self))))
    case .binInt2: stack.append(.integer(Int(try reader.integer(UInt16.self))))
    case .long1: stack.append(Self.integer(try reader.take(reader.size(UInt8.self))))
    case .long4: stack.append(Self.integer(try reader.take(reader.size(UInt32.self))))
    case .shortBinString, .shortBinUnicode: try text(try reader.size(UInt8.self))
    case .binString, .binUnicode: try text(try reader.size(UInt32.self))
    case .binUnicode8: try text(try reader.size(UInt64.self))
    case .shortBinBytes: try skipBytes(try reader.size(UInt8.self))
    case .binBytes: try skipBytes(try reader.size(UInt32.self))
    case .binBytes8, .byteArray8: try skipBytes(try reader.size(UInt64.self))

    case .mark: marks.append(stack.count)
    case .pop: if stack.count == marks.last { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .binPut: try remember(UInt32(try reader.integer(UInt8.self)))
    case .longBinPut: try remember(try reader.integer(UInt32.self))
    case .memoize: try remember(UInt32(truncatingIfNeeded: memo.count))
    case .binGet: try recall(UInt32(try reader.integer(UInt8.self)))
    case .longBinGet: try recall(try reader.integer(UInt32.self))

    case .emptyDictionary: stack.append(.dictionary(new([])))
    case .emptyList: stack.append(.list(new([])))
    case .emptyTuple: stack.append(.tuple(new([])))
    case .tuple: stack.append(.tuple(new(try popToMark())))
    case .tuple1: stack.append(.tuple(new(try pop(1))))
    case .tuple2: stack.append(.tuple(new(try pop(2))))
    case .tuple3: stack.append(.tuple(new(try pop(3))))
    case .append: try extendList(try pop(1))
    case .appends: try extendList(try popToMark())
    case .setItem: try extendDictionary(try pop(2))
    case .setItems: try extendDictionary(try popToMark())
    case .emptySet: stack.append(.object("builtins.set"))
    case .addItems: try extendList(try popToMark())
    case .frozenSet:
      _ = try popToMark()
      stack.append(.object("builtins.frozenset"))

    case .global:
      let module = try line()
      stack.append(.global(global(module: module, name: try line())))
    case .stackGlobal:
      guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
        throw CheckpointError(.malformed, "the pickle names a global by something that is no string")
      }
      stack.append(.global(global(module: module, name: name)))
    case .reduce, .newObject:
      let arguments = try pop()
      stack.append(try call(try pop(), arguments))
    case .newObjectEx:  // class, arguments, named arguments
      _ = try pop()
      let arguments = try pop()
      stack.append(try call(try pop(), arguments))
    case .object:
      let parts = try popToMark()
      guard let callee = parts.first else { throw Self.underflow }
      stack.append(try call(callee, .tuple(new(Array(parts.dropFirst())))))
    case .build:
      _ = try pop()
      try checkThatAttributesMayBeSet()
    case .binPersistentID: stack.append(try storage(persistentID: try pop()))
    }
  }

  // MARK: Stack and memo

  private mutating func pop() throws(CheckpointError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw Self.underflow }
    return value
  }

  /// The `count` uppermost values, lowest first.
  private mutating func pop(_ count: Int) throws(CheckpointError) -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw Self.underflow }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.underflow }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func top() throws(CheckpointError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw Self.underflow }
    return value
  }

  private static let underflow = CheckpointError(.malformed, "the pickle takes more values than it made")

  private mutating func remember(_ key: UInt32) throws(CheckpointError) { memo[key] = try top() }

  private mutating func recall(_ key: UInt32) throws(CheckpointError) {
    guard let value = memo[key] else {
      throw CheckpointError(.malformed, "the pickle recalls value \(key), which it never stored")
    }
    stack.append(value)
  }

  // MARK: Containers

  mutating func new(_ items: [PickleValue]) -> Int {
    containers.append(items)
    return containers.count - 1
  }

  /// Accounts for values that a step is about to copy: by a value's number in the memo, a few bytes can ask for
  /// thousands again and again.
  mutating func accountForCopies(_ count: Int) throws(CheckpointError) {
    copies += count
    guard copies <= Self.maximumCopies else {
      throw CheckpointError(.unsupported, "the pickle copies more than \(Self.maximumCopies) values")
    }
  }

  private mutating func extendList(_ items: [PickleValue]) throws(CheckpointError) {
    if case .object = try top() { return }
    guard case .list(let index) = try top() else {
      throw CheckpointError(.malformed, "the pickle appends to \(try top().kind)")
    }
    containers[index].append(contentsOf: items)
  }

  private mutating func extendDictionary(_ items: [PickleValue]) throws(CheckpointError) {
    if case .object = try top() { return }
    guard case .dictionary(let index) = try top(), items.count.isMultiple(of: 2) else {
      throw CheckpointError(.malformed, "the pickle sets items of \(try top().kind)")
    }
    containers[index].append(contentsOf: items)
  }

  /// An object's attributes, a state dictionary's `_metadata` for one, are of no use here.
  private func checkThatAttributesMayBeSet() throws(CheckpointError) {
    switch try top() {
    case .dictionary, .object: break
    case let other: throw CheckpointError(.unsupported, "refuses to set attributes of \(other.kind)")
    }
  }

  // MARK: Names

  private mutating func global(module: String, name: String) -> TorchGlobal {
    let global = TorchGlobal(module: module, name: name)
    if case .unknown(let path) = global, unknownNames.count < Self.maximumUnknownNames {
      unknownNames.insert(path)
    }
    return global
  }

  // MARK: Literals

  /// Text, or bytes that are none: strings of Python 2 are both.
  private mutating func text(_ count: Int) throws(CheckpointError) {
    let text = String(validating: try reader.take(count), as: UTF8.self)
    stack.append(text.map(PickleValue.string) ?? .opaque)
  }

  private mutating func skipBytes(_ count: Int) throws(CheckpointError) {
    try reader.skip(count)
    stack.append(.opaque)
  }

  /// Two's complement, little-endian, as short as can be; nothing means 0.
  private static func integer(_ bytes: UnsafeRawBufferPointer) -> PickleValue {
    guard bytes.count <= 8 else { return .longInteger(Array(bytes)) }
    var value = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
    for byte in bytes.reversed() { value = value << 8 | Int(byte) }
    return .integer(value)
  }

  /// The text up to the next newline: a module's or a class's name.
  private mutating func line() throws(CheckpointError) -> String {
    var length = 0
    var ahead = reader
    while try ahead.integer(UInt8.self) != UInt8(ascii: "\n") {
      length += 1
      guard length <= 10_000 else { throw CheckpointError(.malformed, "a name in the pickle does not end") }
    }
    let text = try reader.text(length)
    try reader.skip(1)
    return text
  }
}
