// The micro-kernels of contract.h for one tile of MR rows and NV vectors. The accumulators live in registers: every loop
// over them is unrolled completely, else the compiler would keep the array in memory.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_TILE_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_TILE_H
#undef CONVGRAD_GEMM_TILE_H
#else
#define CONVGRAD_GEMM_TILE_H
#endif

#include "gemm/blocking.h"
#include "gemm/contract.h"
#include "gemm/pairs.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

inline constexpr int kAccumulators = blocking::accumulators(CONVGRAD_VECTOR_COUNT);
inline constexpr int kMaxVectors = blocking::max_vectors(CONVGRAD_VECTOR_COUNT, CONVGRAD_VECTOR_BYTES);

template <class T>
TileShape choose_tile(int64_t rows, int64_t columns) {
  return blocking::choose_tile(rows, columns, kLanes<T>, kAccumulators, kMaxVectors);
}

/** Whether a row of C may be written by stream(). */
template <class T>
CONVGRAD_INLINE bool streams(const T* row, const Finish<Sum<T>>& finish) {
  return kSideBySide<T> == 1 && finish.stream && reinterpret_cast<uintptr_t>(row) % CONVGRAD_VECTOR_BYTES == 0;
}

/** Applies f and writes the tile to columns [column, column + columns) of its rows, columns <= NR. */
template <class T, int MR, int NV>
CONVGRAD_INLINE void finish_tile(Vec<T> (&sum)[MR][NV], T* const* c, int64_t column, int64_t columns,
                                 const Finish<Sum<T>>& finish) {
  constexpr int64_t L = kLanes<T>;
  const Vec<T> zero{};
  Vec<T> bias[NV];
  CONVGRAD_UNROLL
  for (int n = 0; n < NV; ++n) {
    const int64_t left = columns - n * L;
    bias[n] = finish.bias && left > 0 ? load(finish.bias + column + n * L, left) : zero;
  }
  const bool relu = finish.activation == Activation::relu;
  const bool whole = columns == NV * L;
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    if (!c[m]) continue;
    T* row = c[m] + column;
    const bool past = whole && streams(row, finish);
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) {
      const int64_t left = whole ? L : columns - n * L;
      if (left <= 0) break;
      Vec<T> v = sum[m][n] + bias[n];
      if (finish.accumulate) v += load(row + n * L, left);
      if (relu) v = max(zero, v);
      if constexpr (kSideBySide<T> == 1) {
        if (past) {
          stream(row + n * L, v);
          continue;
        }
      }
      store(row + n * L, v, left);
    }
  }
}

/** sum += row b for one tap: b[depth][NR]. */
template <int MR, int NV, class T>
CONVGRAD_INLINE void add_tap(const T* const (&row)[MR], int64_t depth, const T* b, Vec<T> (&sum)[MR][NV]) {
  constexpr int64_t L = kLanes<T>;
#pragma GCC unroll 4
  for (int64_t k = 0; k < depth; ++k, b += NV * L) {
    Vec<T> bv[NV];
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) bv[n] = load(b + n * L);
    CONVGRAD_UNROLL
    for (int m = 0; m < MR; ++m) {
      const T value = row[m][k];
      CONVGRAD_UNROLL
      for (int n = 0; n < NV; ++n) sum[m][n] += value * bv[n];
    }
  }
}

/** rows: a[taps][MR] row pointers, all shifted by `shift` elements; b[taps][depth][NR], in pairs for bfloat16. */
template <class T, class C, int MR, int NV>
void tile_rows(const T* const* a, int64_t shift, int64_t taps, int64_t depth, const T* b, C* const* c, int64_t column,
               int64_t columns, const Finish<Sum<T>>& finish) {
  Vec<T> sum[MR][NV];
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) sum[m][n] = Vec<T>{};
  }
  const int64_t length = panel_depth<T>(depth) * NV * kLanes<T>;
  for (int64_t t = 0; t < taps; ++t, a += MR, b += length) {
    if (!a[0]) continue;
    const T* row[MR];
    CONVGRAD_UNROLL
    for (int m = 0; m < MR; ++m) row[m] = a[m] + shift;
    add_tap<MR, NV>(row, depth, b, sum);
  }
  finish_tile<C, MR, NV>(sum, c, column, columns, finish);
}

/** window: a[MR], offsets[depth]; b[depth][NR]. */
template <class T, class C, int MR, int NV>
void tile_window(const T* const* a, const int64_t* offsets, int64_t depth, const T* b, C* const* c, int64_t column,
                 int64_t columns, const Finish<T>& finish) {
  constexpr int64_t L = kLanes<T>;
  Vec<T> sum[MR][NV];
  const T* row[MR];
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    row[m] = a[m];
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) sum[m][n] = Vec<T>{};
  }
#pragma GCC unroll 4
  for (int64_t k = 0; k < depth; ++k, b += NV * L) {
    const int64_t offset = offsets[k];
    Vec<T> bv[NV];
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) bv[n] = load(b + n * L);
    CONVGRAD_UNROLL
    for (int m = 0; m < MR; ++m) {
      const T value = row[m][offset];
      CONVGRAD_UNROLL
      for (int n = 0; n < NV; ++n) sum[m][n] += value * bv[n];
    }
  }
  finish_tile<C, MR, NV>(sum, c, column, columns, finish);
}

/** sum + x y; outer_pairs.h has it for pairs. */
template <class T>
struct Product {
  static CONVGRAD_INLINE Vec<T> add(Vec<T> sum, T x, Vec<T> y) { return sum + x * y; }
};

/** outer: y[pixels][NR]. */
template <class T, int MR, int NV>
void tile_outer(const PixelLoops& pixels, const T* x, const int64_t* offsets, const T* y, Sum<T>* const* c,
                int64_t column, int64_t columns, const Finish<Sum<T>>& finish, Ahead (&ahead)[kAhead]) {
  constexpr int64_t L = kLanes<T>;
  Vec<Sum<T>> sum[MR][NV];
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) sum[m][n] = Vec<Sum<T>>{};
  }
  int64_t offset[MR];
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) offset[m] = offsets[m];
  for (int64_t i = 0; i < pixels.images; ++i) {
    for (int64_t j = 0; j < pixels.rows; ++j) {
      const T* xp = x + i * pixels.x_image + j * pixels.x_row;
      const T* yp = y + i * pixels.y_image + j * pixels.y_row;
      const int64_t x_step = pixels.x_column, y_step = pixels.y_column;
      const int64_t run = CONVGRAD_VECTOR_BYTES > 16 ? Ahead::kPixels : pixels.columns;  // SSE2 has no registers to spare
      for (int64_t left = pixels.columns; left > 0; left -= run) {
        CONVGRAD_UNROLL
        for (int i = 0; i < kAhead; ++i) ahead[i].fetch();
        const int64_t count = left < run ? left : run;
#pragma GCC unroll 2
        for (int64_t q = 0; q < count; ++q, xp += x_step, yp += y_step) {
          Vec<T> yv[NV];
          CONVGRAD_UNROLL
          for (int n = 0; n < NV; ++n) yv[n] = load(yp + n * L);
          CONVGRAD_UNROLL
          for (int m = 0; m < MR; ++m) {
            const T value = xp[offset[m]];
            CONVGRAD_UNROLL
            for (int n = 0; n < NV; ++n) sum[m][n] = Product<T>::add(sum[m][n], value, yv[n]);
          }
        }
      }
    }
  }
  finish_tile<Sum<T>, MR, NV>(sum, c, column, columns, finish);
}

CONVGRAD_END_ISA

#endif
