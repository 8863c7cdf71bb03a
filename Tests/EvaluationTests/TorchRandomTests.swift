import Testing

@testable import Evaluation

/// What PyTorch 2.15 draws from `torch.Generator().manual_seed(0)`.
@Suite("PyTorch's random numbers")
struct TorchRandomTests {
  @Test("torch.randint, then torch.randn, then torch.randint")
  func sequence() {
    var random = TorchRandom(seed: 0)
    #expect(random.integers(below: 250, count: 8) == [44, 239, 183, 10, 213, 129, 177, 3])
    let normals = random.normals(147 * 512)
    let expected: [Float] = [
      -0.35612836, 0.43722272, 0.49130496, -0.20410173, -0.08853143, 0.52388328, -0.66587132, 0.85037738,
      -1.04375160, -1.34530520, 0.78535563, 0.99283749, -0.19318303, -0.30896253, 0.50257283, -0.85944563,
      0.46809641, -0.15771244, 1.44366014, 0.26604941,
    ]
    for (drawn, expected) in zip(normals, expected) { #expect(abs(drawn - expected) < 1e-6) }
    #expect(random.integers(below: 250, count: 8) == [153, 124, 230, 49, 85, 9, 249, 149])
  }

  @Test("torch.randperm")
  func permutation() {
    var random = TorchRandom(seed: 0)
    let order = [4, 5, 13, 19, 7, 14, 3, 6, 9, 17, 11, 2, 16, 18, 10, 12, 15, 8, 1, 0]
    #expect(random.permutation(20) == order)
    #expect(random.permutation(0).isEmpty && random.permutation(1) == [0])
  }
}
