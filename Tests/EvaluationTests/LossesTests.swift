import Foundation
import Testing

@testable import Evaluation

@Suite("Losses")
struct LossesTests {
  @Test("LSGAN is the mean squared distance from 1 for real and 0 for drawn")
  func leastSquares() {
    #expect(
      Losses.leastSquares([1, 1, 1], real: true) == 0 && Losses.leastSquares([0, 0], real: false) == 0)
    #expect(Losses.leastSquares([0, 2], real: true) == 1 && Losses.leastSquares([0, 2], real: false) == 2)
  }

  @Test("Cross entropy is the logarithm of what the classifier gives the right answer, for large logits too")
  func classified() {
    for logit in [-3.0, -0.5, 0, 0.25, 4] {
      let share = 1 / (1 + exp(-logit))
      #expect(abs(Losses.classified([Float(logit)], source: true) + log(share)) < 1e-6)
      #expect(abs(Losses.classified([Float(logit)], source: false) + log(1 - share)) < 1e-6)
    }
    #expect(Losses.classified([1000], source: false) == 1000 && Losses.classified([1000], source: true) == 0)
    #expect(Losses.classified([-1000, 1000], source: true) == 500)
  }

  @Test("The difference of images is the mean over their colour values")
  func difference() {
    let one = ImageSet(height: 1, width: 1, images: [[0, 0, 0], [1, 1, 1]])
    let other = ImageSet(height: 1, width: 1, images: [[0, 0.5, -1], [1, 1, 1]])
    #expect(one.difference(from: other) == [0.5, 0])
  }
}
