// finish_amx_sums: f of contract.h, from sums in memory to C.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_AMX_FINISH_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_AMX_FINISH_H
#undef CONVGRAD_GEMM_AMX_FINISH_H
#else
#define CONVGRAD_GEMM_AMX_FINISH_H
#endif

#include "gemm/amx_blocking.h"
#include "gemm/contract.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

inline constexpr int kAmxVectors = static_cast<int>(amx::kColumns / kLanes<float>);  // in a row of sums

/** A whole row of 32 numbers. */
template <class C>
CONVGRAD_INLINE void store_amx_row(C* row, const Vec<float> (&v)[kAmxVectors], bool) {
#pragma GCC unroll 8
  for (int n = 0; n < kAmxVectors; ++n) store(row + n * kLanes<float>, v[n]);
}

#ifdef CONVGRAD_BFLOAT16_PAIRS
CONVGRAD_INLINE void store_amx_row(bfloat16* row, const Vec<float> (&v)[2], bool past) {
  const auto line = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(v[1], v[0]));
  if (past) _mm512_stream_si512(reinterpret_cast<__m512i*>(row), line);
  else _mm512_storeu_si512(row, line);
}
#endif

/** Columns [column, column + columns) of `rows` rows of C, columns <= 32, from sums[rows][32]. */
template <class C>
void finish_amx_sums(const float* sums, int64_t rows, C* const* c, int64_t column, int64_t columns,
                     const Finish<float>& finish) {
  constexpr int64_t L = kLanes<float>;
  const Vec<float> zero{};
  Vec<float> bias[kAmxVectors];
#pragma GCC unroll 8
  for (int n = 0; n < kAmxVectors; ++n) {
    const int64_t left = columns - n * L;
    bias[n] = finish.bias && left > 0 ? load(finish.bias + column + n * L, left) : zero;
  }
  const bool relu = finish.activation == Activation::relu, whole = columns == amx::kColumns;
  for (int64_t m = 0; m < rows; ++m, sums += amx::kColumns) {
    if (!c[m]) continue;
    C* row = c[m] + column;
    Vec<float> v[kAmxVectors];
#pragma GCC unroll 8
    for (int n = 0; n < kAmxVectors; ++n) {
      const int64_t left = columns - n * L;
      v[n] = load(sums + n * L) + bias[n];
      if (finish.accumulate && left > 0) v[n] += load(row + n * L, left);
      if (relu) v[n] = max(zero, v[n]);
      if (!whole && left > 0) store(row + n * L, v[n], left);
    }
    if (whole) store_amx_row(row, v, finish.stream && reinterpret_cast<uintptr_t>(row) % 64 == 0);
  }
}

CONVGRAD_END_ISA

#endif
