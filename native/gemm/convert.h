// y[i] = x[i] in another floating-point type, rounded to the nearest number (float64 to bfloat16 by way of float32).
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_CONVERT_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_CONVERT_H
#undef CONVGRAD_GEMM_CONVERT_H
#else
#define CONVGRAD_GEMM_CONVERT_H
#endif

#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class From, class To>
void convert_elements(const From* x, To* y, int64_t n) {
  if constexpr (kLanes<From> == kLanes<To>) {
    for (int64_t i = 0; i < n; i += kLanes<To>) store(y + i, load(x + i, n - i), n - i);
  } else {
    for (int64_t i = 0; i < n; ++i) y[i] = static_cast<To>(static_cast<Sum<To>>(x[i]));
  }
}

CONVGRAD_END_ISA

#endif
