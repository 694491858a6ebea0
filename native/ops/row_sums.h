// sums[i] += Σ over rows of x[row·width + i]: the sums over pixels that channels.h folds to sums per channel.
// Four rows at a time, added in pairs; the last row may be shorter. Included once per instruction set (see foreach_isa.h).
#if defined(CONVGRAD_OPS_ROW_SUMS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_OPS_ROW_SUMS_H
#undef CONVGRAD_OPS_ROW_SUMS_H
#else
#define CONVGRAD_OPS_ROW_SUMS_H
#endif

#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

// n elements in all.
template <class T>
void add_rows(const T* x, int64_t n, int64_t width, Sum<T>* sums) {
  int64_t row = 0;
  for (; row + 4 * width <= n; row += 4 * width)
    for (int64_t i = 0; i < width; i += kLanes<T>) {
      const T* p = x + row + i;
      const int64_t left = width - i;
      const Vec<T> first = load(p, left) + load(p + width, left);
      const Vec<T> second = load(p + 2 * width, left) + load(p + 3 * width, left);
      store(sums + i, load(sums + i, left) + (first + second), left);
    }
  for (; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>)
      store(sums + i, load(sums + i, filled - i) + load(x + row + i, filled - i), filled - i);
  }
}

CONVGRAD_END_ISA

#endif
