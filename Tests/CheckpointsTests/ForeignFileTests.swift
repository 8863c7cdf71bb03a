import Files
import Testing

@testable import Checkpoints

/// What is taken for a checkpoint and is none: the message says what it is, and what to do.
@Suite struct ForeignFileTests {
  private func refusal(_ bytes: [UInt8], name: String = "model.pt") throws -> String {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/" + name
    let file = try PartialFile(FilePath(path))
    try bytes.withUnsafeBytes { try file.write($0) }
    _ = try file.commit()
    let refusal = message { _ = try openCheckpoint(path: path) }
    #expect(refusal.hasPrefix(path + ": "), "\(refusal)")
    return refusal
  }

  @Test(
    arguments: [
      ("", "an empty file", "fetch it again"),
      ("<!DOCTYPE html><html>", "a web page", "browser"),
      ("\n  <html lang=\"en\">", "a web page", "browser"),
      ("\u{FEFF}<HTML>", "a web page", "browser"),
      ("<?xml version=\"1.0\"?>", "a web page", "browser"),
      (
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "a git-lfs pointer",
        "git lfs pull"
      ),
      ("model_checkpoint_path: \"UGATIT.model-100000\"\n", "TensorFlow", "PyTorch"),
      (String(repeating: "\0", count: 257) + "ustar\0", "a tar archive", "torch.load"),
      ("BZh91AY", "bzip2", "unpack"),
      ("GGUF....", "GGUF", "language models"),
    ])
  func textAndArchivesAreNamed(content: String, what: String, cure: String) throws {
    let refusal = try refusal(Array(content.utf8))
    #expect(refusal.contains(what) && refusal.contains(cure), "\(refusal)")
  }

  @Test(
    arguments: [
      ([0x1F, 0x8B, 8, 0], "gzip"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"),
      ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
      ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A], "Keras"), ([0xFF, 0xD8, 0xFF, 0xE0], "a picture"),
      ([1, 2, 3, 4, 0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB], "TensorFlow"),
      ([1, 2, 3, 4], "neither a file that torch.save wrote nor safetensors"),
    ] as [([UInt8], String)])
  func bytesAreNamed(bytes: [UInt8], what: String) throws {
    let refusal = try refusal(bytes)
    #expect(refusal.contains(what), "\(refusal)")
  }

  @Test(arguments: [
    ("UGATIT.model-1.data-00000-of-00001", "TensorFlow"), ("UGATIT.model-1.meta", "TensorFlow"),
    ("generator.onnx", "ONNX"),
  ])
  func whatBeginsWithAnythingIsNamedByItsName(name: String, what: String) throws {
    let refusal = try refusal([0x0A, 1, 2, 3], name: name)
    #expect(refusal.contains(what), "\(refusal)")
  }

  @Test(arguments: [
    (["weights/best.pt", "weights/notes.txt"], 0, "\"weights/best.pt\""),
    (["config.json", "model.weights.h5"], 0, "Keras"), (["a.npy"], 0, "numpy"),
    (["a.txt"], 0, "no member data.pkl"), (["a/data.pkl", "b/data.pkl"], 2, "2 checkpoints"),
  ])
  func zipFilesAreToldByTheirMembers(members: [String], pickles: Int, what: String) {
    let sentence = ForeignFile.sentence(zipOf: members, pickles: pickles)
    #expect(sentence.contains(what), "\(sentence)")
  }

  @Test func aZipFileWithoutMembersIsCutShort() throws {
    let refusal = try refusal(Array("PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0, count: 18))
    #expect(refusal.contains("without members"), "\(refusal)")
  }

  @Test func picklesOfOthersAreNamed() throws {
    // {"StructuredToParameterName@@": {}} and {"w": an array of numpy}
    let paddle = Array("}X\u{1B}\0\0\0StructuredToParameterName@@}s.".utf8)
    let numpy = Array("}X\u{1}\0\0\0wcnumpy.core.multiarray\n_reconstruct\n)Rs.".utf8)
    for (pickle, what) in [
      (paddle, "PaddlePaddle checkpoint"), (numpy, "numpy arrays"), (Array("}.".utf8), "a pickle,"),
    ] {
      let refusal = try refusal([0x80, 2] + pickle)
      #expect(refusal.contains(what), "\(refusal)")
    }
  }
}
