// multiply_rows and multiply_window: the `rows` and `window` products of contract.h for a block of tiles and a range of columns.
//
//   for each chunk of taps and channels whose part of a panel fits the L2 cache
//     for each panel (NR columns)
//       for each tile (MR rows)      the panel's chunk stays in L2, the block's rows too; the tile stays in registers
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_ROWS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_ROWS_H
#undef CONVGRAD_GEMM_ROWS_H
#else
#define CONVGRAD_GEMM_ROWS_H
#endif

#include "gemm/tile.h"

CONVGRAD_BEGIN_ISA

template <class T, class C, int MR, int NV>
void multiply_chunk(const RowsBlock<T, C>& block, int64_t tap, int64_t taps, int64_t channel, int64_t depth,
                    const Finish<Sum<T>>& finish) {
  constexpr int64_t NR = NV * kLanes<T>;
  const int64_t panel_rows = panel_depth<T>(block.depth);
  const T* panel = block.panels + (tap * panel_rows + channel) * NR;
  for (int64_t column = block.column_begin; column < block.column_end; column += NR) {
    const int64_t left = block.column_end - column;
    for (int64_t tile = 0; tile < block.tiles; ++tile) {
      tile_rows<T, C, MR, NV>(block.a + (tile * block.taps + tap) * MR, block.shift + channel, taps, depth, panel,
                              block.c + tile * MR, column, left < NR ? left : NR, finish);
    }
    panel += block.taps * panel_rows * NR;
  }
}

template <class T, class C, int MR, int NV>
void multiply_windows(const RowsBlock<T, C>& block) {
  constexpr int64_t NR = NV * kLanes<T>;
  const T* panel = block.panels;
  for (int64_t column = block.column_begin; column < block.column_end; column += NR, panel += block.depth * NR) {
    const int64_t left = block.column_end - column;
    for (int64_t tile = 0; tile < block.tiles; ++tile) {
      tile_window<T, C, MR, NV>(block.a + tile * MR, block.offsets, block.depth, panel, block.c + tile * MR, column,
                                left < NR ? left : NR, block.finish);
    }
  }
}

template <class T, class C, int MR, int NV>
void multiply_tiles(const RowsBlock<T, C>& block) {
  const bool exact = sizeof(C) == sizeof(Sum<T>);  // a C of bfloat16 would round the sums between chunks
  const int64_t limit = exact ? blocking::kPanelBytes / (NV * CONVGRAD_VECTOR_BYTES) : INT64_MAX;  // rows of B in a chunk
  const int64_t taps = block.depth < limit ? limit / (block.depth > 0 ? block.depth : 1) : 1;
  const int64_t depth = block.depth < limit ? block.depth : limit;
  if (block.taps <= taps && block.depth <= depth) {
    multiply_chunk<T, C, MR, NV>(block, 0, block.taps, 0, block.depth, block.finish);
    return;
  }
  Finish<Sum<T>> finish{nullptr, Activation::none, block.finish.accumulate};
  for (int64_t t = 0; t < block.taps; t += taps) {
    const int64_t taps_left = block.taps - t;
    for (int64_t k = 0; k < block.depth; k += depth) {
      const int64_t depth_left = block.depth - k;
      if (taps_left <= taps && depth_left <= depth) {
        finish.bias = block.finish.bias;
        finish.activation = block.finish.activation;
      }
      multiply_chunk<T, C, MR, NV>(block, t, taps_left < taps ? taps_left : taps, k, depth_left < depth ? depth_left : depth,
                                finish);
      finish.accumulate = true;
    }
  }
}

/** MR is the full tile, a half of it, a quarter, ... or one row. */
template <class T, class C, int MR, int NV>
void multiply_rows_of(const RowsBlock<T, C>& block) {
  if (block.tile.rows == MR) {
    multiply_tiles<T, C, MR, NV>(block);
  } else if constexpr (MR > 1) {
    multiply_rows_of<T, C, MR / 2, NV>(block);
  }
}

/** `window`, for full tiles. */
template <class T, class C = T>
void multiply_window(const RowsBlock<T, C>& block) {
  switch (block.tile.columns / kLanes<T>) {
    case 1: return multiply_windows<T, C, kAccumulators, 1>(block);
    case 2: return multiply_windows<T, C, kAccumulators / 2, 2>(block);
    case 3:
      if constexpr (kMaxVectors >= 3) return multiply_windows<T, C, kAccumulators / 3, 3>(block);
    case 4:
      if constexpr (kMaxVectors == 4) return multiply_windows<T, C, kAccumulators / 4, 4>(block);
  }
}

template <class T, class C = T>
void multiply_rows(const RowsBlock<T, C>& block) {
  switch (block.tile.columns / kLanes<T>) {
    case 1: multiply_rows_of<T, C, kAccumulators, 1>(block); break;
    case 2: multiply_rows_of<T, C, kAccumulators / 2, 2>(block); break;
    case 3:
      if constexpr (kMaxVectors >= 3) multiply_rows_of<T, C, kAccumulators / 3, 3>(block);
      break;
    case 4:
      if constexpr (kMaxVectors == 4) multiply_rows_of<T, C, kAccumulators / 4, 4>(block);
      break;
  }
  if (block.finish.stream) stream_fence();
}

CONVGRAD_END_ISA

#endif
