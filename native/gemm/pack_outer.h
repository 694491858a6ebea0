// Copies bfloat16 operands into the order in which `outer` reads them, as factors of type T: float, for one image, or
// BfloatPair, for two that are interleaved; the second may be null, which stands for zeros.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_PACK_OUTER_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_PACK_OUTER_H
#undef CONVGRAD_GEMM_PACK_OUTER_H
#else
#define CONVGRAD_GEMM_PACK_OUTER_H
#endif

#include "gemm/outer_pairs.h"
#include "gemm/tile.h"

CONVGRAD_BEGIN_ISA

/** How numbers of one or of two images become a vector of factors. */
template <class T>
struct Factors;

template <>
struct Factors<float> {
  static constexpr float kOne = 1;
  static CONVGRAD_INLINE Vec<float> join(const bfloat16* first, const bfloat16*, int64_t left) { return load(first, left); }
  static CONVGRAD_INLINE void write(float* to, Vec<float> v, int64_t left) { store(to, v, left); }
};

#ifdef CONVGRAD_BFLOAT16_PAIRS
template <>
struct Factors<BfloatPair> {
  static constexpr BfloatPair kOne{0x3f803f80};
  static CONVGRAD_INLINE Vec<BfloatPair> join(const bfloat16* first, const bfloat16* second, int64_t left) {
    const Patterns lower = left >= kLanes<float>
                               ? __builtin_convertvector(*reinterpret_cast<const UpperHalvesMemory*>(first), Patterns)
                               : reinterpret_cast<Patterns>(load(first, left)) >> 16;
    const Patterns upper = second ? reinterpret_cast<Patterns>(load(second, left)) : Patterns{};
    return reinterpret_cast<Vec<BfloatPair>>(lower | upper);
  }
  static CONVGRAD_INLINE void write(BfloatPair* to, Vec<BfloatPair> v, int64_t left) {
    store(reinterpret_cast<int32_t*>(to), v, left);
  }
};
#endif

/** panel[k][n] = dy[k * k_stride + n] of both images for n < columns, 0 up to NR columns; adds what each column sums to. */
template <class T, int NV>
void pack_upstream_columns(const bfloat16* first, const bfloat16* second, int64_t k_stride, int64_t depth, int64_t columns,
                           T* panel, float* column_sums) {
  constexpr int64_t L = kLanes<T>;
  Vec<float> sum[NV];
  CONVGRAD_UNROLL
  for (int n = 0; n < NV; ++n) sum[n] = Vec<float>{};
  for (int64_t k = 0; k < depth; ++k, panel += NV * L) {
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) {
      const int64_t left = columns - n * L;
      const int64_t at = k * k_stride + n * L;
      const Vec<T> v = left > 0 ? Factors<T>::join(first + at, second ? second + at : nullptr, left) : Vec<T>{};
      store(panel + n * L, v);
      sum[n] = Product<T>::add(sum[n], Factors<T>::kOne, v);
    }
  }
  CONVGRAD_UNROLL
  for (int n = 0; n < NV; ++n) {
    const int64_t left = columns - n * L;
    if (left > 0) store(column_sums + n * L, load(column_sums + n * L, left) + sum[n], left);
  }
}

/** The same for the width of a tile. */
template <class T>
void pack_upstream(const bfloat16* first, const bfloat16* second, int64_t k_stride, int64_t depth, int64_t columns,
                   int64_t width, T* panel, float* column_sums) {
  switch (width / kLanes<T>) {
    case 1: return pack_upstream_columns<T, 1>(first, second, k_stride, depth, columns, panel, column_sums);
    case 2: return pack_upstream_columns<T, 2>(first, second, k_stride, depth, columns, panel, column_sums);
    case 3: return pack_upstream_columns<T, 3>(first, second, k_stride, depth, columns, panel, column_sums);
    case 4: return pack_upstream_columns<T, 4>(first, second, k_stride, depth, columns, panel, column_sums);
  }
}

/** to[i] = x[i] of both images. */
template <class T>
CONVGRAD_INLINE void pack_run(const bfloat16* first, const bfloat16* second, int64_t length, T* to) {
  constexpr int64_t L = kLanes<T>;
  for (int64_t i = 0; i < length; i += L) {
    Factors<T>::write(to + i, Factors<T>::join(first + i, second ? second + i : nullptr, length - i), length - i);
  }
}

/** to[p / line][i][p % line] = channel p of pixel i, for pixels `stride` apart, to lines `line_stride` apart. */
template <class T>
void pack_pixels(const bfloat16* first, const bfloat16* second, int64_t stride, int64_t pixels, int64_t channels,
                 int64_t line, int64_t line_stride, T* to) {
  if (channels == line && stride == channels) return pack_run(first, second, pixels * channels, to);
  for (int64_t i = 0; i < pixels; ++i, first += stride, second += second ? stride : 0) {
    for (int64_t p = 0; p < channels; p += line) {
      pack_run(first + p, second ? second + p : nullptr, channels - p < line ? channels - p : line,
               to + p / line * line_stride + i * line);
    }
  }
}

CONVGRAD_END_ISA

#endif
