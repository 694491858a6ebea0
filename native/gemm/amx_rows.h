// multiply_amx_rows: the `rows` product of contract.h for bfloat16 on the tiles of simd/tiles.h, two by two: 32 rows of A by
// 32 columns of B, both read in steps of 32 channels.
//
//   for each group of tiles, whose sums fit the L2 cache
//     for each panel (32 columns)
//       for each chunk of channels and taps         its part of the panel is 24 KB: it stays in the L1 cache
//         for each tile (32 rows)                   sums in registers; between two chunks they are in memory, as float32
//
// Rows of A are read where they are if 16 of them lie at one distance, as they do inside an image. Else, and where channels
// do not fill a step, they are copied side by side first, ended by zeros: nothing beyond a row is ever read.
// Panels hold pairs of channels, [taps][depth / 2][32][2], the depth of every tap filled up to whole steps with zeros.
//
// This header is included once per instruction set (see simd/foreach_isa.h); `Tiles` is AmxTiles, or a model of it.
#if defined(CONVGRAD_GEMM_AMX_ROWS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_AMX_ROWS_H
#undef CONVGRAD_GEMM_AMX_ROWS_H
#else
#define CONVGRAD_GEMM_AMX_ROWS_H
#endif

#include "gemm/amx_finish.h"
#include "gemm/amx_packing.h"

CONVGRAD_BEGIN_ISA

/** 16 rows of A from one channel on. */
struct AmxOperand {
  const bfloat16* first;
  int64_t stride;  // bytes from row to row
};

/** The part of one tap that a chunk multiplies: two operands of A and its rows of the panel. */
struct AmxTap {
  AmxOperand a[2];
  const bfloat16* b;
};

/** A chunk of the sum, and whether it begins and ends it. */
struct AmxChunk {
  int64_t tap, taps, channel, depth;
  bool first, last;
};

/** to[r][channels] = rows[r][0..count), then zeros up to a whole step. */
inline void copy_amx_rows(const bfloat16* const* rows, int64_t offset, int64_t count, bfloat16* to) {
  constexpr int64_t L = 2 * kLanes<float>;
  for (int64_t r = 0; r < amx::kTileRows; ++r) {
    const bfloat16* from = rows[r] + offset;
    for (int64_t k = 0; k < amx::whole_steps(count); k += L, to += L) {
      store_pairs(to, reinterpret_cast<Patterns>(load_neighbours(from + k, count - k)));
    }
  }
}

/** Rows of a tile from channel `offset` on, at one distance; in `copy` if they must be brought there. */
CONVGRAD_INLINE AmxOperand amx_operand(const bfloat16* const* rows, int64_t offset, int64_t depth, bfloat16* copy) {
  const intptr_t first = reinterpret_cast<intptr_t>(rows[0]), stride = reinterpret_cast<intptr_t>(rows[1]) - first;
  intptr_t astray = depth % amx::kStep;
  for (int64_t r = 0; r < amx::kTileRows; ++r) astray |= reinterpret_cast<intptr_t>(rows[r]) - first - r * stride;
  if (astray == 0) return {rows[0] + offset, stride};
  copy_amx_rows(rows, offset, depth, copy);
  return {copy, amx::whole_steps(depth) * static_cast<int64_t>(sizeof(bfloat16))};
}

/** sums[32][32] of MB by NB tiles, assigned or added to. */
template <class Tiles, int MB, int NB>
CONVGRAD_INLINE void multiply_amx_steps(Tiles& tiles, const AmxTap* taps, int64_t count, int64_t steps, float* sums,
                                        bool assign) {
  constexpr int64_t kRow = amx::kColumns * sizeof(float), kHalf = amx::kTileRows * amx::kColumns;
  constexpr int64_t kPair = amx::kColumns * 2 * sizeof(bfloat16);
  if (assign) {
    tiles.template zero<0>();
    if constexpr (NB > 1) tiles.template zero<1>();
    if constexpr (MB > 1) tiles.template zero<2>();
    if constexpr (MB > 1 && NB > 1) tiles.template zero<3>();
  } else {
    tiles.template load<0>(sums, kRow);
    if constexpr (NB > 1) tiles.template load<1>(sums + 16, kRow);
    if constexpr (MB > 1) tiles.template load<2>(sums + kHalf, kRow);
    if constexpr (MB > 1 && NB > 1) tiles.template load<3>(sums + kHalf + 16, kRow);
  }
  for (const AmxTap* tap = taps; tap < taps + count; ++tap) {
    const bfloat16 *upper = tap->a[0].first, *lower = tap->a[1].first, *b = tap->b;
    const int64_t upper_stride = tap->a[0].stride, lower_stride = tap->a[1].stride;
    for (int64_t k = 0; k < steps; ++k) {
      tiles.template load<4>(upper, upper_stride);
      tiles.template load<6>(b, kPair);
      if constexpr (MB > 1) tiles.template load<5>(lower, lower_stride);
      if constexpr (NB > 1) tiles.template load<7>(b + 32, kPair);
      tiles.template dot<0, 4, 6>();
      if constexpr (NB > 1) tiles.template dot<1, 4, 7>();
      if constexpr (MB > 1) tiles.template dot<2, 5, 6>();
      if constexpr (MB > 1 && NB > 1) tiles.template dot<3, 5, 7>();
      upper += amx::kStep;
      lower += amx::kStep;
      b += amx::kStep * amx::kColumns;
    }
  }
  tiles.template store<0>(sums, kRow);
  if constexpr (NB > 1) tiles.template store<1>(sums + 16, kRow);
  if constexpr (MB > 1) tiles.template store<2>(sums + kHalf, kRow);
  if constexpr (MB > 1 && NB > 1) tiles.template store<3>(sums + kHalf + 16, kRow);
}

/** One tile by one panel, one chunk of the sum; sums[32][32] hold what came before. */
template <class Tiles, class C, int MB, int NB>
void multiply_amx_tile(Tiles& tiles, const RowsBlock<bfloat16, C>& block, const AmxChunk& chunk, int64_t tile, int64_t column,
                       const bfloat16* panel, bfloat16* copies, float* sums) {
  AmxTap taps[amx::kChunk / amx::kStep];
  int64_t count = 0;
  for (int64_t t = chunk.tap; t < chunk.tap + chunk.taps; ++t) {
    const bfloat16* const* rows = block.a + (tile * block.taps + t) * amx::kRows;
    if (!rows[0]) continue;
    AmxTap& tap = taps[count++];
    tap.b = panel + (t * amx::whole_steps(block.depth) + chunk.channel) * amx::kColumns;
    for (int half = 0; half < MB; ++half) {
      tap.a[half] = amx_operand(rows + half * amx::kTileRows, block.shift + chunk.channel, chunk.depth, copies);
      copies += amx::kTileRows * amx::whole_steps(chunk.depth);
    }
  }
  const int64_t steps = amx::whole_steps(chunk.depth) / amx::kStep;
  if (count > 0 || chunk.first) multiply_amx_steps<Tiles, MB, NB>(tiles, taps, count, steps, sums, chunk.first);
  if (!chunk.last) return;
  const int64_t left = block.column_end - column;
  finish_amx_sums(sums, MB * amx::kTileRows, block.c + tile * amx::kRows, column, left < amx::kColumns ? left : amx::kColumns,
                  block.finish);
}

/** A chunk of a panel, for tiles [begin, end). */
template <class Tiles, class C>
void multiply_amx_chunk(Tiles& tiles, const RowsBlock<bfloat16, C>& block, const AmxChunk& chunk, int64_t begin, int64_t end,
                        int64_t column, const bfloat16* panel, bfloat16* copies, float* sums) {
  const bool narrow = block.column_end - column <= amx::kTileColumns;
  const int64_t next = chunk.first && chunk.last ? 0 : amx::kRows * amx::kColumns;  // sums that need not wait share a place
  for (int64_t tile = begin; tile < end; ++tile, sums += next) {
    bool low = true;  // only the first 16 rows are wanted
    for (int64_t r = amx::kTileRows; r < amx::kRows; ++r) low = low && !block.c[tile * amx::kRows + r];
    const auto multiply = narrow ? low ? multiply_amx_tile<Tiles, C, 1, 1> : multiply_amx_tile<Tiles, C, 2, 1>
                                 : low ? multiply_amx_tile<Tiles, C, 1, 2> : multiply_amx_tile<Tiles, C, 2, 2>;
    multiply(tiles, block, chunk, tile, column, panel, copies, sums);
  }
}

/** rows, for tiles of 32 by 32; see contract.h. */
template <class Tiles, class C>
void multiply_amx_rows(const RowsBlock<bfloat16, C>& block) {
  alignas(64) float sums[amx::kGroup * amx::kRows * amx::kColumns];
  alignas(64) bfloat16 copies[amx::kChunk * amx::kRows];
  Tiles tiles;
  const int64_t width = amx::chunk_channels(block.taps, block.depth);
  const int64_t whole = block.depth < amx::kStep ? block.depth : block.depth / amx::kStep * amx::kStep;
  for (int64_t begin = 0; begin < block.tiles; begin += amx::kGroup) {
    const int64_t end = block.tiles - begin < amx::kGroup ? block.tiles : begin + amx::kGroup;
    const bfloat16* panel = block.panels;
    for (int64_t column = block.column_begin; column < block.column_end; column += amx::kColumns) {
      for (int64_t k = 0; k < block.depth || k == 0;) {
        const int64_t left = (k < whole ? whole : block.depth) - k;  // what does not fill a step is a chunk by itself
        AmxChunk chunk{0, 0, k, left < width ? left : width, false, false};
        const int64_t taps = chunk.depth > 0 ? amx::kChunk / amx::whole_steps(chunk.depth) : block.taps;
        for (int64_t t = 0; t < block.taps || t == 0; t += taps) {
          chunk.tap = t;
          chunk.taps = block.taps - t < taps ? block.taps - t : taps;
          chunk.first = k == 0 && t == 0;
          chunk.last = k + chunk.depth >= block.depth && t + taps >= block.taps;
          multiply_amx_chunk(tiles, block, chunk, begin, end, column, panel, copies, sums);
        }
        if (block.depth == 0) break;
        k += chunk.depth;
      }
      panel += block.taps * amx::whole_steps(block.depth) * amx::kColumns;
    }
  }
  if (block.finish.stream) stream_fence();
}

CONVGRAD_END_ISA

#endif
