// The matrices of F(4, 3) for two sets of points (Lavin & Gray 2016; Cook-Toom).
//
//   set 0: 0, ±1, ±2, ∞      - the usual one: the cheapest transforms.
//   set 1: 0, ±1, ½, −2, ∞   - better conditioned: what bfloat16 operands need (about 3 dB on the network).
//
// In both, the first point is 0 and the last ∞.  A kernel whose first tap is zero has no weight at the point 0,
// one whose last tap is zero none at ∞: that is what makes 2- and 1-tap kernels cheaper (see the sub-pixel
// convolution in Kernels).
#ifndef UG_WINOGRAD_POINTS_H
#define UG_WINOGRAD_POINTS_H

// Weights, 6×3.  Rows are [1, a, a²] / Π(a − other points).
static const double ug_G[2][6][3] = {
    {{1.0 / 4, 0, 0},
     {-1.0 / 6, -1.0 / 6, -1.0 / 6},
     {-1.0 / 6, 1.0 / 6, -1.0 / 6},
     {1.0 / 24, 1.0 / 12, 1.0 / 6},
     {1.0 / 24, -1.0 / 12, 1.0 / 6},
     {0, 0, 1}},
    {{1, 0, 0},
     {1.0 / 3, 1.0 / 3, 1.0 / 3},
     {-1.0 / 3, 1.0 / 3, -1.0 / 3},
     {-16.0 / 15, -8.0 / 15, -4.0 / 15},
     {1.0 / 15, -2.0 / 15, 4.0 / 15},
     {0, 0, 1}}};

// Input, 6×6.  Row i holds the coefficients of M(x) / (x − aᵢ), the last those of M(x).
static const float ug_BT[2][6][6] = {{{4, 0, -5, 0, 1, 0},
                                      {0, -4, -4, 1, 1, 0},
                                      {0, 4, -4, -1, 1, 0},
                                      {0, -2, -1, 2, 1, 0},
                                      {0, 2, -1, -2, 1, 0},
                                      {0, 4, 0, -5, 0, 1}},
                                     {{1, -1.5f, -2, 1.5f, 1, 0},
                                      {0, -1, 0.5f, 2.5f, 1, 0},
                                      {0, 1, -2.5f, 0.5f, 1, 0},
                                      {0, -2, -1, 2, 1, 0},
                                      {0, 0.5f, -1, -0.5f, 1, 0},
                                      {0, 1, -1.5f, -2, 1.5f, 1}}};

// Output, 4×6.  Column i is [1, a, a², a³]; ∞ reaches the last row only.
static const float ug_AT[2][4][6] = {
    {{1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}},
    {{1, 1, 1, 1, 1, 0}, {0, 1, -1, 0.5f, -2, 0}, {0, 1, 1, 0.25f, 4, 0}, {0, 1, -1, 0.125f, -8, 1}}};

#endif
