import ArgumentParser
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension FilePath: ExpressibleByArgument {
  public init?(argument: String) { self.init(carriedBy: argument) }
}

extension CommandLine {
  /// What the program was called with, without its own name.  Names of files that are not UTF-8, which `arguments`
  /// would alter, come through it to `FilePath`.
  static var carriedArguments: [String] {
    (1..<max(1, Int(argc))).compactMap { index in
      // Unsafe because these are C's strings, which live as long as the process and end with a zero.
      unsafeArgv[index].map {
        FilePath.text(carrying: Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))))
      }
    }
  }
}
