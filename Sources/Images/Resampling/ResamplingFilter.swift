/// What an output sample is made of when a picture changes its size, by Pillow's names for it.
public enum ResamplingFilter: String, CaseIterable, Sendable {
  /// A triangle.
  case bilinear
  /// Keys' cubic with a = -1/2 (IEEE Transactions on Acoustics, Speech and Signal Processing 29, 1981): it has negative
  /// weights, so that edges get sharper.
  case bicubic

  /// How far a sample is from the output's centre that still counts, in output samples.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// - Parameter distance: from the centre, in output samples.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear: return max(1 - x, 0)
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }
  }
}
