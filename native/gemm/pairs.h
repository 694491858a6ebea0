// Products of bfloat16 by pairs, summed in float32: the step of the micro-kernel `rows`.
//
//   s += a[2i] b[2i] + a[2i+1] b[2i+1]        a: a pair of a row of A, broadcast;  b: a vector of pairs of a panel
//
// Products of bfloat16 are exact in float32. The pass that has VDPBF16PS takes it, at one pair for the price of a
// multiply-add; others widen, the even numbers by a shift and the odd ones by a mask, and multiply and add twice. The order
// of the two sums is not the same, and VDPBF16PS flushes denormal numbers: results differ in rounding among instruction sets,
// as those of float32 do.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_PAIRS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_PAIRS_H
#undef CONVGRAD_GEMM_PAIRS_H
#else
#define CONVGRAD_GEMM_PAIRS_H
#endif

#include "simd/dot_pairs.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

/** Two neighbours in memory, the first in the lower half. */
typedef uint32_t Pair __attribute__((aligned(2), may_alias));
/** A vector of them. */
typedef uint32_t PairsMemory __attribute__((vector_size(CONVGRAD_VECTOR_BYTES), aligned(2), may_alias));

/** A pair in every lane; the last number of a row is paired with zero, whatever lies behind it. */
template <bool Last>
CONVGRAD_INLINE Patterns broadcast_pair(const bfloat16* p) {
  if constexpr (Last) return Patterns{} + p->bits;
  else return Patterns{} + *reinterpret_cast<const Pair*>(p);
}

CONVGRAD_INLINE Patterns load_pairs(const bfloat16* p) { return *reinterpret_cast<const PairsMemory*>(p); }

/** The first or second number of each pair as float32. */
CONVGRAD_INLINE Vec<float> widen_half(Patterns pairs, int half) {
  return reinterpret_cast<Vec<float>>(half ? pairs & 0xffff0000 : pairs << 16);
}

/** sum[m][n] += the products of a pair of row m and the pairs of column n. */
template <bool Last, int MR, int NV>
CONVGRAD_INLINE void add_pairs(const bfloat16* const (&row)[MR], int64_t k, const bfloat16* b, Vec<float> (&sum)[MR][NV]) {
  constexpr int64_t L = 2 * kLanes<bfloat16>;
#ifdef CONVGRAD_BFLOAT16_PAIRS
  Patterns bv[NV];
  CONVGRAD_UNROLL
  for (int n = 0; n < NV; ++n) bv[n] = load_pairs(b + n * L);
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    const Patterns a = broadcast_pair<Last>(row[m] + k);
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) sum[m][n] = dot_pairs(sum[m][n], a, bv[n]);
  }
#else
  CONVGRAD_UNROLL
  for (int half = 0; half < (Last ? 1 : 2); ++half) {  // one after the other: widened pairs take twice the registers
    Vec<float> bv[NV];
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) bv[n] = widen_half(load_pairs(b + n * L), half);
    CONVGRAD_UNROLL
    for (int m = 0; m < MR; ++m) {
      const Vec<float> a = widen_half(broadcast_pair<Last>(row[m] + k), half);
      CONVGRAD_UNROLL
      for (int n = 0; n < NV; ++n) sum[m][n] += a * bv[n];
    }
  }
#endif
}

/** sum += row b for one tap: b[depth / 2][NR][2], zero beyond an odd depth. */
template <int MR, int NV>
CONVGRAD_INLINE void add_tap(const bfloat16* const (&row)[MR], int64_t depth, const bfloat16* b,
                             Vec<float> (&sum)[MR][NV]) {
  constexpr int64_t NR = NV * kLanes<bfloat16>;
  int64_t k = 0;
#pragma GCC unroll 4
  for (; k + 2 <= depth; k += 2, b += 2 * NR) add_pairs<false, MR, NV>(row, k, b, sum);
  if (k < depth) add_pairs<true, MR, NV>(row, k, b, sum);
}

CONVGRAD_END_ISA

#endif
