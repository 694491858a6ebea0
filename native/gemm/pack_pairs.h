// Packs an operand of float32 or bfloat16 into a panel of bfloat16 pairs: [depth / 2][NR][2], an odd depth ended by a zero.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_PACK_PAIRS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_PACK_PAIRS_H
#undef CONVGRAD_GEMM_PACK_PAIRS_H
#else
#define CONVGRAD_GEMM_PACK_PAIRS_H
#endif

#include "gemm/packing.h"
#include "gemm/pairs.h"

CONVGRAD_BEGIN_ISA

CONVGRAD_INLINE void store_pairs(bfloat16* p, Patterns pairs) { *reinterpret_cast<PairsMemory*>(p) = pairs; }

/** Rounded to bfloat16: one number of each in every lane. */
CONVGRAD_INLINE Patterns interleave(Vec<float> first, Vec<float> second) {
  return __builtin_convertvector(narrow(first), Patterns) | __builtin_convertvector(narrow(second), Patterns) << 16;
}

/** Rounded to bfloat16: the numbers of the first, then those of the second. */
CONVGRAD_INLINE Patterns concatenate(Vec<float> first, Vec<float> second) {
  bfloat16 numbers[2 * kLanes<bfloat16>];
  store(numbers, first);
  store(numbers + kLanes<bfloat16>, second);
  return load_pairs(numbers);
}

/** The next `left` numbers as float32, then zeros; none if left <= 0. */
template <class T>
CONVGRAD_INLINE Vec<float> load_or_zero(const T* p, int64_t left) {
  return left > 0 ? load(p, left) : Vec<float>{};
}

/** As pack_pairs, where n_stride is 1. */
template <class T>
void pack_rows_in_pairs(const T* b, int64_t k_stride, int64_t depth, int64_t columns, int64_t width, bfloat16* panel) {
  for (int64_t k = 0; k < depth; k += 2, b += 2 * k_stride) {
    for (int64_t n = 0; n < width; n += kLanes<bfloat16>, panel += 2 * kLanes<bfloat16>) {
      const Vec<float> first = load_or_zero(b + n, columns - n);
      const Vec<float> second = k + 1 < depth ? load_or_zero(b + k_stride + n, columns - n) : Vec<float>{};
      store_pairs(panel, interleave(first, second));
    }
  }
}

/** As pack_pairs, where k_stride is 1: squares of pairs are transposed in registers. */
template <class T>
void pack_columns_in_pairs(const T* b, int64_t n_stride, int64_t depth, int64_t columns, int64_t width, bfloat16* panel) {
  constexpr int64_t L = kLanes<bfloat16>;
  for (int64_t k = 0; k < depth; k += 2 * L, panel += 2 * L * width) {
    const int64_t pairs = (depth - k + 1) / 2;
    for (int64_t n = 0; n < width; n += L) {
      Vec<float> rows[L];
      CONVGRAD_UNROLL
      for (int i = 0; i < L; ++i) {
        const T* row = b + (n + i) * n_stride + k;
        const int64_t left = n + i < columns ? depth - k : 0;
        rows[i] = reinterpret_cast<Vec<float>>(concatenate(load_or_zero(row, left), load_or_zero(row + L, left - L)));
      }
      transpose<float>(rows);
      CONVGRAD_UNROLL
      for (int i = 0; i < L; ++i) {
        if (i < pairs) store_pairs(panel + 2 * (i * width + n), reinterpret_cast<Patterns>(rows[i]));
      }
    }
  }
}

/** panel[k / 2][n][k % 2] = b[k * k_stride + n * n_stride] for n < columns, 0 up to `width` columns and to an even depth;
    one of the strides is 1. */
template <class T>
void pack_pairs(const T* b, int64_t k_stride, int64_t n_stride, int64_t depth, int64_t columns, int64_t width,
                bfloat16* panel) {
  if (n_stride == 1) pack_rows_in_pairs(b, k_stride, depth, columns, width, panel);
  else pack_columns_in_pairs(b, n_stride, depth, columns, width, panel);
}

CONVGRAD_END_ISA

#endif
