// The step of the micro-kernel `outer` whose factors are pairs of bfloat16, where VDPBF16PS takes it at the price of one
// multiply-add. Elsewhere there is nothing to gain by pairs: bfloat16 is widened as it is packed (pack_outer.h).
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_OUTER_PAIRS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_OUTER_PAIRS_H
#undef CONVGRAD_GEMM_OUTER_PAIRS_H
#else
#define CONVGRAD_GEMM_OUTER_PAIRS_H
#endif

#include "gemm/tile.h"
#include "simd/dot_pairs.h"

#ifdef CONVGRAD_BFLOAT16_PAIRS

CONVGRAD_BEGIN_ISA

template <>
struct VecOf<BfloatPair> : VecOf<int32_t> {};

template <>
struct Product<BfloatPair> {
  static CONVGRAD_INLINE Vec<float> add(Vec<float> sum, BfloatPair x, Vec<BfloatPair> y) {
    return dot_pairs(sum, Patterns{} + x.bits, reinterpret_cast<Patterns>(y));
  }
};

CONVGRAD_END_ISA

#endif

#endif
