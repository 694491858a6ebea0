// Copies operands into the order in which the micro-kernels read them.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_PACKING_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_PACKING_H
#undef CONVGRAD_GEMM_PACKING_H
#else
#define CONVGRAD_GEMM_PACKING_H
#endif

#include "gemm/tile.h"

#ifndef CONVGRAD_LANE_SEQUENCE
#define CONVGRAD_LANE_SEQUENCE
namespace convgrad {
template <int...>
struct LaneSequence {};
/** LaneSequence<0, 1, ..., N - 1> */
template <int N, int... Rest>
struct LanesFrom : LanesFrom<N - 1, N - 1, Rest...> {};
template <int... Rest>
struct LanesFrom<0, Rest...> {
  using Type = LaneSequence<Rest...>;
};
template <int N>
using Lanes = typename LanesFrom<N>::Type;
}  // namespace convgrad
#endif

CONVGRAD_BEGIN_ISA

/** One stage of a transposition: exchanges the blocks of H lanes by H rows that lie off the diagonal. */
template <class V, int H, int... Lane>
CONVGRAD_INLINE void exchange(V& a, V& b, LaneSequence<Lane...>) {
  constexpr int L = sizeof...(Lane);
  const V upper = __builtin_shufflevector(a, b, (Lane & H ? L + Lane - H : Lane)...);
  b = __builtin_shufflevector(a, b, (Lane & H ? L + Lane : Lane + H)...);
  a = upper;
}

template <class T, int H = 1>
CONVGRAD_INLINE void transpose(Vec<T> (&rows)[kLanes<T>]) {
  CONVGRAD_UNROLL
  for (int i = 0; i < kLanes<T>; ++i) {
    if (!(i & H)) exchange<Vec<T>, H>(rows[i], rows[i + H], Lanes<kLanes<T>>{});
  }
  if constexpr (2 * H < kLanes<T>) transpose<T, 2 * H>(rows);
}

/** panel[k][n] = b[n * n_stride + k] for n < columns, 0 up to `width` columns. */
template <class T>
void pack_transposed(const T* b, int64_t n_stride, int64_t depth, int64_t columns, int64_t width, T* panel) {
  constexpr int64_t L = kLanes<T>;
  for (int64_t k = 0; k < depth; k += L) {
    const int64_t left = depth - k < L ? depth - k : L;
    for (int64_t n = 0; n < width; n += L) {
      Vec<T> rows[L];
      if (left == L && columns - n >= L) {
        CONVGRAD_UNROLL
        for (int i = 0; i < L; ++i) rows[i] = load(b + (n + i) * n_stride + k);
      } else {
        CONVGRAD_UNROLL
        for (int i = 0; i < L; ++i) rows[i] = n + i < columns ? load(b + (n + i) * n_stride + k, left) : Vec<T>{};
      }
      transpose<T>(rows);
      CONVGRAD_UNROLL
      for (int i = 0; i < L; ++i) {
        if (i < left) store(panel + (k + i) * width + n, rows[i]);
      }
    }
  }
}

/** panel[k][n] = b[k * k_stride + n * n_stride] for n < columns, 0 up to `width` columns; one of the strides is 1. */
template <class T>
void pack_panel(const T* b, int64_t k_stride, int64_t n_stride, int64_t depth, int64_t columns, int64_t width, T* panel) {
  if (n_stride != 1) return pack_transposed(b, n_stride, depth, columns, width, panel);
  for (int64_t k = 0; k < depth; ++k, b += k_stride, panel += width) {
    for (int64_t n = 0; n < width; n += kLanes<T>) {
      store(panel + n, n < columns ? load(b + n, columns - n) : Vec<T>{});
    }
  }
}

template <class T, int NV>
void pack_and_sum(const T* b, int64_t k_stride, int64_t depth, int64_t columns, T* panel, T* column_sums) {
  constexpr int64_t L = kLanes<T>;
  Vec<T> sum[NV];
  CONVGRAD_UNROLL
  for (int n = 0; n < NV; ++n) sum[n] = Vec<T>{};
  for (int64_t k = 0; k < depth; ++k, b += k_stride, panel += panel ? NV * L : 0) {
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) {
      const Vec<T> v = columns > n * L ? load(b + n * L, columns - n * L) : Vec<T>{};
      if (panel) store(panel + n * L, v);
      sum[n] += v;
    }
  }
  CONVGRAD_UNROLL
  for (int n = 0; n < NV; ++n) {
    const int64_t left = columns - n * L;
    if (left > 0) store(column_sums + n * L, load(column_sums + n * L, left) + sum[n], left);
  }
}

/** pack_panel of rows, adding the sum of each column to column_sums[0, columns); `width` is that of a tile.
    Without a panel it adds only. */
template <class T>
void pack_panel_and_sum(const T* b, int64_t k_stride, int64_t depth, int64_t columns, int64_t width, T* panel,
                        T* column_sums) {
  if (columns > width) columns = width;
  switch (width / kLanes<T>) {
    case 1: return pack_and_sum<T, 1>(b, k_stride, depth, columns, panel, column_sums);
    case 2: return pack_and_sum<T, 2>(b, k_stride, depth, columns, panel, column_sums);
    case 3: return pack_and_sum<T, 3>(b, k_stride, depth, columns, panel, column_sums);
    case 4: return pack_and_sum<T, 4>(b, k_stride, depth, columns, panel, column_sums);
  }
}

CONVGRAD_END_ISA

#endif
