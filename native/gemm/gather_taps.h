// gather_taps: one row of a thin image's gradient from products that lie apart, by filter position; see conv_thin_gradient.h.
//
//   target[j step, p] = f( sum over taps t of  source_t[p plane + j + shift_t] )        terms outside [0, width) are left out
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_GATHER_TAPS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_GATHER_TAPS_H
#undef CONVGRAD_GEMM_GATHER_TAPS_H
#else
#define CONVGRAD_GEMM_GATHER_TAPS_H
#endif

#include "gemm/contract.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

/** Products j, j + 1, ... of one row; `width` of them exist. */
template <class T>
CONVGRAD_INLINE Vec<T> load_inside(const T* row, int64_t j, int64_t width) {
  if (j >= 0 && j + kLanes<T> <= width) return load(row + j);
  if (j <= -kLanes<T> || j >= width) return Vec<T>{};
  using Integer = typename VecOf<T>::Integer;
  const Bits<T> at = iota<Integer>() + static_cast<Integer>(j);
  return select((at >= 0) & (at < static_cast<Integer>(width)), load(row + j), Vec<T>{});
}

template <class T>
void gather_taps(const GatherRow<T>& row) {
  const Vec<T> zero{};
  for (int64_t p = 0; p < row.channels; ++p) {
    const Vec<T> bias = broadcast(row.finish.bias ? row.finish.bias[p] : T{0});
    for (int64_t j = 0; j < row.columns; j += kLanes<T>) {
      Vec<T> total = bias;
      for (int64_t t = 0; t < row.taps; ++t) {
        total += load_inside(row.sources[t] + p * row.plane, j + row.shifts[t], row.width);
      }
      if (row.finish.activation == Activation::relu) total = max(zero, total);
      const int64_t left = row.columns - j < kLanes<T> ? row.columns - j : kLanes<T>;
      T* target = row.target + j * row.step + p;
      if (row.step == 1) {
        store(target, total, left);
      } else {
        T lanes[kLanes<T>];
        store(lanes, total);
        for (int64_t i = 0; i < left; ++i) target[i * row.step] = lanes[i];
      }
    }
  }
}

CONVGRAD_END_ISA

#endif
