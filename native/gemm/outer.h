// multiply_outer: the `outer` product of contract.h for all rows of C and one panel of columns.
//
// Rows are cut into full tiles, then halves, quarters, ... and single rows, so none is computed in vain.
// sum_parts adds up partial results, always in the same order.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_OUTER_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_OUTER_H
#undef CONVGRAD_GEMM_OUTER_H
#else
#define CONVGRAD_GEMM_OUTER_H
#endif

#include "gemm/tile.h"

CONVGRAD_BEGIN_ISA

template <class T, int MR, int NV>
void multiply_outer_from(const OuterBlock<T>& block, int64_t row, Ahead (&ahead)[kAhead]) {
  for (; row + MR <= block.rows; row += MR) {
    Sum<T>* c[MR];
    for (int m = 0; m < MR; ++m) c[m] = block.c + (row + m) * block.c_stride;
    tile_outer<T, MR, NV>(block.pixels, block.x, block.offsets + row, block.y, c, block.column_begin,
                          block.column_end - block.column_begin, block.finish, ahead);
  }
  if constexpr (MR > 1) multiply_outer_from<T, MR / 2, NV>(block, row, ahead);
}

template <class T>
void multiply_outer(const OuterBlock<T>& block) {
  Ahead ahead[kAhead];
  for (int i = 0; i < kAhead; ++i) ahead[i] = block.ahead[i];
  switch (block.tile.columns / kLanes<T>) {
    case 1: multiply_outer_from<T, kAccumulators, 1>(block, 0, ahead); break;
    case 2: multiply_outer_from<T, kAccumulators / 2, 2>(block, 0, ahead); break;
    case 3:
      if constexpr (kMaxVectors >= 3) multiply_outer_from<T, kAccumulators / 3, 3>(block, 0, ahead);
      break;
    case 4:
      if constexpr (kMaxVectors == 4) multiply_outer_from<T, kAccumulators / 4, 4>(block, 0, ahead);
      break;
  }
  if (block.finish.stream) stream_fence();
}

/** sum[i] = parts[0][i] + parts[1][i] + ..., each part `stride` elements long. */
template <class T>
void sum_parts(const T* parts, int64_t count, int64_t stride, T* sum, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i += kLanes<T>) {
    Vec<T> total = load(parts + i, end - i);
    for (int64_t p = 1; p < count; ++p) total += load(parts + p * stride + i, end - i);
    store(sum + i, total, end - i);
  }
}

CONVGRAD_END_ISA

#endif
