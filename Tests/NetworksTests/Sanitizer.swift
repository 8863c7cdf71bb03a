#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What watches this process.
enum Sanitizer {
  static let address = dlsym(nil, "__asan_init") != nil
  static let thread = dlsym(nil, "__tsan_init") != nil
}
