extension Array where Element: Sendable {
  /// What `transform` makes of each element, in their order, with at most `width` of them under way at once: each of
  /// those that follow waits behind what others have sent meanwhile, so that one client's heap of pictures takes turns
  /// with everybody's.
  func mapInTurns<Value: Sendable>(
    width: Int, _ transform: @escaping @Sendable (Element) async throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      var values = [Value?](repeating: nil, count: count)
      for (index, element) in enumerated() {
        if index >= width, let (done, value) = try await group.next() { values[done] = value }
        group.addTask { (index, try await transform(element)) }
      }
      for try await (done, value) in group { values[done] = value }
      return values.compactMap { $0 }
    }
  }
}
