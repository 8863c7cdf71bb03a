/// Files that are taken for checkpoints and are none: what each is and what to do, told by its first bytes.
enum ForeignFile {
  /// Nil for bytes that are not known.
  static func sentence(_ bytes: UnsafeRawBufferPointer) -> String? {
    if bytes.isEmpty { return "an empty file: the download or the copy did not finish; fetch it again" }
    for sign in signs where bytes.dropFirst(sign.offset).starts(with: sign.bytes) { return sign.sentence }
    if bytes.suffix(tableMagic.count).elementsEqual(tableMagic) { return tensorFlow }
    if isMarkup(bytes) {
      return
        "a web page, not a checkpoint: the address asked for a login or a confirmation instead of giving the "
        + "file; fetch it with a browser, and check its size"
    }
    return nil
  }

  /// Told by the name, for files that begin with anything: TensorFlow's tensors, and graphs.
  static func sentence(path: String, _ bytes: UnsafeRawBufferPointer) -> String? {
    if TorchIndex.isZip(bytes) || bytes.first == PickleOpcode.proto.rawValue { return nil }
    if path.hasSuffix(".onnx") {
      return
        "an ONNX model, which has lost the weights' names: import the PyTorch checkpoint that it was made of"
    }
    return path.contains(".data-00000-of-") || path.hasSuffix(".meta") || path.hasSuffix(".pb")
      ? tensorFlow : nil
  }

  /// Of a zip file that holds not one `data.pkl`.
  static func sentence(zipOf names: some Collection<String>, pickles: Int) -> String {
    let inside = names.sorted().first { name in
      [".pt", ".pth", ".ckpt", ".safetensors", ".pkl", ".zip"].contains { name.hasSuffix($0) }
        && !name.hasSuffix("data.pkl")
    }
    if let inside, pickles == 0 {
      return "a zip file with \(quoted(inside)) in it: unpack it, and give the file that was inside"
    }
    if names.contains(where: { $0.hasSuffix(".weights.h5") }) { return keras }
    if names.contains(where: { $0.hasSuffix(".npy") }) {
      return
        "an archive of numpy arrays, not a file that torch.save wrote. In Python, save the networks' state "
        + "dictionaries with torch.save"
    }
    return pickles == 0
      ? "a zip file, but not one that torch.save wrote: it has no member data.pkl"
      : "a zip file of \(pickles) checkpoints: unpack it, and zip each by itself, uncompressed (zip -0 -r)"
  }

  /// Of a pickle that torch.save did not write.
  static func sentence(pickleOf value: PickleValue, _ unpickler: Unpickler) -> String {
    if case .dictionary(let index) = value,
      unpickler.containers[index].contains(.string("StructuredToParameterName@@"))
    {
      return
        "a PaddlePaddle checkpoint, which cannot be read: its layers are stored another way. Export the weights "
        + "from PyTorch"
    }
    let isNumpy = unpickler.unknownNames.contains { $0.hasPrefix("numpy.") }
    return "a pickle\(isNumpy ? " of numpy arrays" : ""), but not one that torch.save wrote"
      + (isNumpy ? ", perhaps PaddlePaddle" : "")
      + ". In Python, save the networks' state dictionaries: "
      + "torch.save({'genA2B': genA2B.state_dict(), 'genB2A': genB2A.state_dict()}, path)"
  }

  private struct Sign {
    var offset = 0
    var bytes: [UInt8]
    var sentence: String

    init(_ bytes: [UInt8], at offset: Int = 0, _ sentence: String) {
      (self.bytes, self.offset, self.sentence) = (bytes, offset, sentence)
    }

    init(_ text: String, at offset: Int = 0, _ sentence: String) {
      self.init(Array(text.utf8), at: offset, sentence)
    }
  }

  private static let keras =
    "a Keras file, which cannot be read: U-GAT-IT's weights are imported from PyTorch"
  private static let tensorFlow =
    "a part of a TensorFlow checkpoint, which cannot be read: U-GAT-IT's weights are imported from PyTorch"
  private static let picture = "a picture, not a checkpoint"

  private static func packed(with program: String) -> String {
    "a file that \(program) compressed: unpack it, and give the file that was inside"
  }

  private static let signs = [
    Sign(
      "version https://git-lfs",
      "a git-lfs pointer, which stands for a checkpoint that was not fetched: run `git lfs pull` where it came from"
    ),
    Sign(
      "ustar", at: 257,
      "a tar archive: unpack it, and give the file that was inside. If PyTorch before 0.1.10 wrote it, load it with "
        + "torch.load and save it again with torch.save"),
    Sign([0x1F, 0x8B], packed(with: "gzip")),
    Sign([0xFD, 0x37, 0x7A, 0x58, 0x5A], packed(with: "xz")),
    Sign([0x28, 0xB5, 0x2F, 0xFD], packed(with: "zstd")),
    Sign("BZh", packed(with: "bzip2")),
    Sign([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], packed(with: "7-Zip")),
    Sign("Rar!", packed(with: "rar")),
    Sign([0x89, 0x48, 0x44, 0x46], keras),
    Sign("model_checkpoint_path:", tensorFlow),
    Sign("GGUF", "a GGUF file, which holds language models"),
    Sign([0xFF, 0xD8, 0xFF], picture),
    Sign([0x89, 0x50, 0x4E, 0x47], picture),
    Sign("PK\u{5}\u{6}", "a zip file without members: it was not copied completely; fetch it again"),
  ]

  /// Ends a LevelDB table: a TensorFlow checkpoint's `.index`.
  private static let tableMagic: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]

  /// HTML or XML, after white space or a byte order mark.
  private static func isMarkup(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = bytes.prefix(256).drop { [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    guard start.first == UInt8(ascii: "<"), let next = start.dropFirst().first else { return false }
    return next == UInt8(ascii: "!") || next == UInt8(ascii: "?")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next | 0x20)
  }
}
