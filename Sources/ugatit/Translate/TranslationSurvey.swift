import Files
import Images

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What is there to be translated.  Nothing is written, and of a file only the first bytes are read.
struct TranslationSurvey: Sendable {
  /// Files to be tried, `-` for standard input, in the order of the command line and of their names.
  private(set) var pictures: [FilePath] = []
  /// What else lies in the folders.
  private(set) var passedOver: [PassedOver] = []
  private(set) var hasFolder = false
  /// Everything that was met, translated or not: nothing may be written there.
  private(set) var places: [FilePlace: FilePath] = [:]

  /// - Parameter inputs: files, which are tried whatever they are, and folders.  Of a folder, what begins as a picture is
  ///   tried, whatever it is called; so is what is of no known kind but is called a picture, for it is a damaged one.
  /// - Throws: `Failure` where one of them is not there.
  init(_ inputs: [FilePath]) throws(Failure) {
    for input in inputs {
      do {
        try add(input)
      } catch {
        throw Failure(.noInput, "\(error)")
      }
    }
  }

  private mutating func add(_ input: FilePath) throws(FileError) {
    if input == .standardStream {
      if let place = FilePlace(descriptor: STDIN_FILENO) { places[place] = input }
      return pictures.append(input)
    }
    guard let status = try FileStatus(input) else {
      throw FileError(input, "there is no such file or folder")
    }
    guard status.kind == .folder else {
      places[.existing(status.identity)] = input
      return pictures.append(input)
    }
    hasFolder = true
    for name in try Folder.names(in: input) { add(PictureName(name), at: input.appending(name)) }
  }

  private mutating func add(_ name: PictureName, at path: FilePath) {
    let status: FileStatus?
    do {
      status = try FileStatus(path)
    } catch {
      return passedOver.append(PassedOver(path: path, what: "not readable", advice: error.reason))
    }
    guard let status else { return passedOver.append(PassedOver(path: path, what: "a link to nothing")) }
    places[.existing(status.identity)] = path
    if status.kind != .regular {
      let advice = status.kind == .folder ? "name it too, and its pictures are translated" : nil
      passedOver.append(PassedOver(path: path, what: status.kind.name, advice: advice))
    } else if name.isHidden {
      passedOver.append(PassedOver(path: path, what: "hidden"))
    } else if let reason = reason(against: path, isCalledPicture: name.format != nil) {
      passedOver.append(reason)
    } else {
      pictures.append(path)
    }
  }

  private func reason(against path: FilePath, isCalledPicture: Bool) -> PassedOver? {
    do {
      switch FileKind(try RegularFile(path).read(FileKind.prefixLength)) {
      case .picture: return nil
      case .foreign(let format): return PassedOver(path: path, what: format.name, advice: format.advice)
      case .unknown: return isCalledPicture ? nil : PassedOver(path: path, what: "no picture of a known kind")
      }
    } catch {
      return isCalledPicture ? nil : PassedOver(path: path, what: "not readable", advice: error.reason)
    }
  }
}
