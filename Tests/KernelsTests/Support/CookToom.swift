/// The matrices of Winograd's F(4, 3) for five finite points and ∞, from their definition (Lavin & Gray 2016,
/// Blahut 1985) in double: what the constants in winograd/points.h must be.
struct CookToom {
  static let ours = CookToom(points: [0, 2.0 / 3, -2.0 / 3, 3.0 / 2, -3.0 / 2])

  /// Weights, 6×3; input, 6×6; output, 4×6.
  let g: [[Double]]
  let bT: [[Double]]
  let aT: [[Double]]

  init(points: [Double]) {
    let finite = points.indices.map { i in points.indices.filter { $0 != i }.map { points[$0] } }
    g =
      zip(points, finite).map { a, others in
        let scale = others.reduce(1) { $0 * (a - $1) }
        return [1 / scale, a / scale, a * a / scale]
      } + [[0, 0, 1]]
    bT = finite.map { Self.polynomial(roots: $0) + [0] } + [Self.polynomial(roots: points)]
    aT = (0..<4).map { power in
      points.map { a in (0..<power).reduce(1) { product, _ in product * a } } + [power == 3 ? 1 : 0]
    }
  }

  /// Coefficients of Π(x − root), constant first.
  private static func polynomial(roots: [Double]) -> [Double] {
    roots.reduce([1]) { p, root in
      (0...p.count).map { ($0 > 0 ? p[$0 - 1] : 0) - ($0 < p.count ? root * p[$0] : 0) }
    }
  }
}

/// M·x·Mᵀ, row by row.
func sandwich(_ m: [[Double]], _ x: [Double]) -> [Double] {
  let side = m[0].count
  var result: [Double] = []
  for left in m {
    let row = (0..<side).map { j in (0..<side).reduce(0) { $0 + left[$1] * x[$1 * side + j] } }
    for right in m { result.append(zip(row, right).reduce(0) { $0 + $1.0 * $1.1 }) }
  }
  return result
}

/// |m|, element by element.
func absolute(_ m: [[Double]]) -> [[Double]] { m.map { $0.map(\.magnitude) } }
