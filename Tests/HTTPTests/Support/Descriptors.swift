import Glibc

/// Descriptors that are held so that nobody else can have them.
final class HeldDescriptors {
  private let numbers: [Int32]

  fileprivate init(_ numbers: [Int32]) { self.numbers = numbers }

  func release() { for number in numbers { close(number) } }
}

/// Leaves this process only so many descriptors.
func exhaustDescriptors(butFor spare: Int) -> HeldDescriptors {
  var limit = rlimit()
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  getrlimit(resource, &limit)
  limit.rlim_cur = 256
  setrlimit(resource, &limit)
  var numbers: [Int32] = []
  while case let number = dup(0), number >= 0 { numbers.append(number) }
  for number in numbers.suffix(spare) { close(number) }
  return HeldDescriptors(numbers.dropLast(spare))
}
