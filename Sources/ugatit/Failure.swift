import ArgumentParser
import Checkpoints
import Files
import HTTP
import Images
import Networks
import Service
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Why a command failed, and how it tells the shell (sysexits.h).
struct Failure: Error {
  enum Code: Int32 {
    case other = 1
    /// The input is there, but is not what it should be.
    case badData = 65
    /// There is no such file, directory or model.
    case noInput = 66
    /// A fault of this program.
    case internalError = 70
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Nil for the errors of the argument parser, which prints and exits by itself (64 for a wrong usage).
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as FileError: self.init(.other, error.description)
    case let error as CheckpointError: self.init(Code(error.kind), error.description)
    case let error as TensorSourceError: self.init(.badData, error.description)
    case let error as ImageError: self.init(.badData, error.description)
    case let error as ImageSizeError:
      self.init(.other, "\(error.description): choose another --side, or leave it out")
    case ModelSelectionError.noDiscriminators: self.init(.other, "\(error)")
    case let error as ModelSelectionError: self.init(.noInput, error.description)
    case let error as APIKeyError:
      self.init(error.kind == .unreadable ? .noInput : .badData, error.description)
    case let error as MemoryShortage: self.init(.badData, error.description)
    case let error as ServerError: self.init(.other, error.description)
    case let error as OutOfMemory: self.init(.other, error.description)
    case let error as EngineError: self.init(.internalError, error.description)
    case is CancellationError: self.init(.other, "interrupted")
    default: return nil
    }
  }

  func exit() -> Never {
    printError(message)
    endProcess(code.rawValue)
  }
}

extension Failure.Code {
  fileprivate init(_ kind: CheckpointError.Kind) {
    switch kind {
    case .noInput: self = .noInput
    case .malformed, .unsupported, .mismatch: self = .badData
    case .output: self = .other
    }
  }
}

func printError(_ message: String) {
  writeError("ugatit: \(message)\n")
}

/// The C function, which a method named `exit` would hide.
private func endProcess(_ code: Int32) -> Never { exit(code) }
