// VDPBF16PS, in the pass that has it: the sum of two products of bfloat16 in every lane.
//
// This header is included once per instruction set (see foreach_isa.h).
#if defined(CONVGRAD_SIMD_DOT_PAIRS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_SIMD_DOT_PAIRS_H
#undef CONVGRAD_SIMD_DOT_PAIRS_H
#else
#define CONVGRAD_SIMD_DOT_PAIRS_H
#endif

#include "simd/vec.h"

#ifdef CONVGRAD_BFLOAT16_PAIRS

CONVGRAD_BEGIN_ISA

/** sum + a[2i] b[2i] + a[2i + 1] b[2i + 1] in lane i; the lower half of a lane holds the even one. */
CONVGRAD_INLINE Vec<float> dot_pairs(Vec<float> sum, Patterns a, Patterns b) {
#if defined(__clang__)
  asm("" : "+v"(a));  // clang 16 never finishes with a vector of bfloat16 that it knows to be a broadcast
#endif
  return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
}

CONVGRAD_END_ISA

#endif

#endif
