// The matrices of F(4, 3) (Lavin & Gray 2016; Cook-Toom) for the points 0, ±2/3, ±3/2, ∞.
//
// Any six points give a correct algorithm; they differ in how much of the sums cancels, and so in how far rounding of
// the operands shows.  On random data these lose 7 dB less than the usual 0, ±1, ±2, ∞, and 3.3 dB less than
// 0, ±1, ½, −2, ∞.  Pairs ±a and ±1/a keep the transforms as cheap as the usual ones: Π a² = 1, and the two points of
// a pair share their even and odd parts.
//
// The first point is 0 and the last ∞.  A kernel whose first tap is zero has no weight at the point 0, one whose last
// tap is zero none at ∞: that is what makes 2- and 1-tap kernels cheaper (see the sub-pixel convolution in Kernels).
#ifndef UG_WINOGRAD_POINTS_H
#define UG_WINOGRAD_POINTS_H

// The two positive points, their squares and cubes, and the sum of the squares.
#define UG_A (2.0 / 3)
#define UG_B (3.0 / 2)
#define UG_A2 (4.0 / 9)
#define UG_B2 (9.0 / 4)
#define UG_A3 (8.0 / 27)
#define UG_B3 (27.0 / 8)
#define UG_SQUARES (97.0 / 36)

// Weights, 6×3.  Rows are [1, p, p²] / Π(p − other points).
static const double ug_G[6][3] = {{1, 0, 0},
                                  {-81.0 / 130, -54.0 / 130, -36.0 / 130},
                                  {-81.0 / 130, 54.0 / 130, -36.0 / 130},
                                  {8.0 / 65, 12.0 / 65, 18.0 / 65},
                                  {8.0 / 65, -12.0 / 65, 18.0 / 65},
                                  {0, 0, 1}};

// Input, 6×6.  Row i holds the coefficients of M(x) / (x − pᵢ), the last those of M(x), where
// M(x) = x·(x² − a²)·(x² − b²).
static const double ug_BT[6][6] = {{1, 0, -UG_SQUARES, 0, 1, 0},
                                   {0, -UG_B, -UG_B2, UG_A, 1, 0},
                                   {0, UG_B, -UG_B2, -UG_A, 1, 0},
                                   {0, -UG_A, -UG_A2, UG_B, 1, 0},
                                   {0, UG_A, -UG_A2, -UG_B, 1, 0},
                                   {0, 1, 0, -UG_SQUARES, 0, 1}};

// Output, 4×6.  Column i is [1, p, p², p³]; ∞ reaches the last row only.
static const double ug_AT[4][6] = {{1, 1, 1, 1, 1, 0},
                                   {0, UG_A, -UG_A, UG_B, -UG_B, 0},
                                   {0, UG_A2, UG_A2, UG_B2, UG_B2, 0},
                                   {0, UG_A3, -UG_A3, UG_B3, -UG_B3, 1}};

#endif
