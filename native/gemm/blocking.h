// All tuning numbers of the matrix kernels. They are fixed: a plan depends on shape, dtype and instruction set, never on
// the caches or the load of the machine it runs on, so that results are the same everywhere.
//
// The accumulators of a tile take 24 of 32 vector registers, or 12 of 16. A tile of MR rows and NV vectors costs MR + NV
// loads per MR * NV multiply-adds, so wide tiles are best; a narrow one wins where it wastes fewer columns.
//
//   tile MR x NV   32 registers: 6x4  8x3  12x2  24x1     16 registers: 4x3  6x2  12x1     fewer rows for remainders
//   SSE2 multiplies into a register of its own, which leaves no room for 4x3.
#pragma once
#include <cstdint>

#include "gemm/contract.h"

namespace convgrad::blocking {

inline constexpr int64_t kPanelBytes = 512 << 10;      // of B that one pass over a block of rows streams from the L2 cache;
                                                       // not cut where C is bfloat16, which would round the sums of a part
inline constexpr int64_t kRowsBytes = 256 << 10;       // of A in a block of rows: stays in L2 while all panels pass by
inline constexpr int64_t kTableEntries = 4096;         // pointers to rows of A in one block
inline constexpr int64_t kOuterBytes = 256 << 10;      // of X in a block of pixels
inline constexpr int64_t kOuterPanelBytes = 64 << 10;  // of Y in a block of pixels
inline constexpr int64_t kPartialBytes = 16 << 20;     // of all partial sums of one weight gradient together
inline constexpr int64_t kStreamBytes = 32 << 20;      // products from this size on are written past the caches
inline constexpr int64_t kFewRows = 32;                // products with so few rows use B in place
inline constexpr int64_t kFewRowsBytes = 16 << 10;     // of C in one work item of such a product: stays in L1
inline constexpr int64_t kItems = 64;                  // work items wanted: enough to keep many threads evenly busy
inline constexpr double kSerialFlops = 4e6;            // below this (some 50 us) waking other threads does not pay
inline constexpr int64_t kThinChannels = 16;           // images with fewer are convolved with the filter flattened
inline constexpr int64_t kProductBytes = 256 << 10;    // of the products such an image's gradient is gathered from
inline constexpr int64_t kWindowPixels = 1024;         // output pixels of such an image in one block
inline constexpr int64_t kWinogradBytes = 2 << 20;     // of transformed source and products in one block of tiles,
inline constexpr int64_t kWinogradTiles = 96;          // or so many tiles, as each block reads the whole filter
inline constexpr int64_t kWinogradOuterBytes = 64 << 10;  // of a panel of transformed dy in one block of tiles
inline constexpr int32_t kWinograd3Channels = 32;      // with fewer, transforms take as long as they save: of 3 x 3
inline constexpr int32_t kWinograd5Channels = 16;      // and of 5 x 5 kernels

/** Accumulators of a tile and its greatest width, given the number of vector registers and their size. */
constexpr int accumulators(int registers) { return registers == 32 ? 24 : 12; }
constexpr int max_vectors(int registers, int bytes) { return registers == 32 ? 4 : bytes == 16 ? 2 : 3; }

/** Measured time per multiply-add of tiles with 1, 2, 3, 4 vectors, relative to the best. */
inline constexpr double kTileCost[] = {1.3, 1.03, 1.0, 1.0};

/** Measured time of Winograd's transforms in multiply-adds: of a number of a tile, of the filter, of the filter gradient. */
inline constexpr double kTransform23Cost = 9, kTransform43Cost = 20, kTransform25Cost = 11;  // F(2, 3), F(4, 3), F(2, 5)
inline constexpr double kTransformFilterCost = 20, kTransformGradientCost = 30;

/** Greatest part of the direct time for which rounding more is worth it. */
inline constexpr double kWinogradWorth = 0.85;

/** Measured time of a product of bfloat16 by VDPBF16PS, that of float32 being 1. */
inline constexpr double kPairTime = 0.5;

/** The tile for a C of this size: few wasted columns, then width; fewer rows where C has not enough of them. */
constexpr TileShape choose_tile(int64_t rows, int64_t columns, int lanes, int accumulators, int max_vectors) {
  const int64_t vectors = (columns + lanes - 1) / lanes;
  int best = 1;
  double best_cost = static_cast<double>(vectors) * kTileCost[0];
  for (int nv = 2; nv <= max_vectors; ++nv) {
    const double cost = static_cast<double>((vectors + nv - 1) / nv * nv) * kTileCost[nv - 1];
    if (cost > best_cost) continue;
    best = nv;
    best_cost = cost;
  }
  int mr = accumulators / best;
  while (mr > 1 && mr / 2 >= rows) mr /= 2;
  return {mr, best * lanes};
}

}  // namespace convgrad::blocking
