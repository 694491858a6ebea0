// What softmax and logSoftmax share: the largest element of a row, and sums over rows that do not fill their last vector.
// This header is included once per instruction set (see foreach_isa.h).
#if defined(CONVGRAD_OPS_SOFTMAX_ROWS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_OPS_SOFTMAX_ROWS_H
#undef CONVGRAD_OPS_SOFTMAX_ROWS_H
#else
#define CONVGRAD_OPS_SOFTMAX_ROWS_H
#endif

#include "simd/math.h"

CONVGRAD_BEGIN_ISA

/** The first `left` lanes of v, and zeros after them. */
template <class T>
CONVGRAD_INLINE Vec<T> keep(Vec<T> v, int64_t left) {
  using Integer = typename VecOf<T>::Integer;
  return left >= kLanes<T> ? v : select(iota<Integer>() < static_cast<Integer>(left), v, Vec<T>{});
}

/** The largest of x[0 … n). A NaN may be passed over: it shows in the sum of exponentials instead. */
template <class T>
CONVGRAD_INLINE T row_max(const T* x, int64_t n) {
  Vec<T> largest = broadcast(*x);
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>) largest = max(load(x + i), largest);
  T result = max_lane(largest);
  for (; i < n; i++) result = x[i] > result ? x[i] : result;
  return result;
}

CONVGRAD_END_ISA

#endif
