extension Duration {
  var seconds: Double { self / .seconds(1) }

  /// Milliseconds to the microsecond: more digits would only be noise.
  var milliseconds: Double { (self / .microseconds(1)).rounded() / 1000 }
}
