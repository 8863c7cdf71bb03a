#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The terms of U-GAT-IT's objective (Kim et al., ICLR 2020, section 2.2), as its public code weighs them.
public enum Losses {
  /// LSGAN (Mao et al., ICCV 2017): the mean squared distance of logits from 1 for what is to be real, from 0 for what is
  /// drawn.
  public static func leastSquares(_ logits: [Float], real: Bool) -> Double {
    logits.reduce(0.0) { $0 + square(Double($1) - (real ? 1 : 0)) } / Double(logits.count)
  }

  /// Binary cross entropy of an auxiliary classifier's logits, whose answer is 1 for the source domain.
  public static func classified(_ logits: [Float], source: Bool) -> Double {
    logits.reduce(0.0) { sum, logit in
      let logit = Double(logit)
      // log(1 + e^x), without overflow.
      let softplus = max(logit, 0) + log1p(exp(-abs(logit)))
      return sum + softplus - (source ? logit : 0)
    } / Double(logits.count)
  }

  /// What cycle and identity weigh, and the classifiers, beside an adversarial term of 1.
  public static let cycleWeight = 10.0
  public static let identityWeight = 10.0
  public static let classifierWeight = 1000.0
}

private func square(_ value: Double) -> Double { value * value }
