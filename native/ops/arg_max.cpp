// y[o][i] = the first e at which x[o][e][i] is largest; NaN counts as larger than every number. Has no gradient.
#include "ops/columns.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/arg_max.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void arg_max_columns(const T* x, int32_t* y, int64_t extent, int64_t stride, int64_t columns) {
  for (int64_t c = 0; c < columns; c += kLanes<T>) {
    Vec<T> best = load(x + c, columns - c);
    Bits<T> index{};
    for (int64_t e = 1; e < extent; e++) {
      const Vec<T> v = load(x + e * stride + c, columns - c);
      const Mask<T> better = (v > best) | ((v != v) & (best == best));
      best = select(better, v, best);
      index = select(better, Bits<T>{} + static_cast<typename VecOf<T>::Integer>(e), index);
    }
    for (int64_t lane = 0; lane < kLanes<T> && c + lane < columns; lane++)
      y[c + lane] = static_cast<int32_t>(index[lane]);
  }
}

template <class T>
void arg_max_row(const T* x, int32_t* y, int64_t extent, int64_t, int64_t) {
  int64_t best = 0;
  for (int64_t e = 1; e < extent; e++)
    if (x[e] > x[best] || (x[e] != x[e] && x[best] == x[best])) best = e;
  *y = static_cast<int32_t>(best);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void arg_max(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t extent, int64_t inner) {
  visit_float(x.dtype, [&]<class T>() {
    const auto kernel = inner == 1 ? CONVGRAD_DISPATCH(arg_max_row<T>) : CONVGRAD_DISPATCH(arg_max_columns<T>);
    launch([=] {
      for_columns(outer, extent, inner, [&](int64_t o, int64_t column, int64_t columns) {
        kernel(x.as<T>() + o * extent * inner + column, y.as<int32_t>() + o * inner + column, extent, inner, columns);
      });
    });
  });
}
REGISTER_OP(arg_max);

}  // namespace convgrad
#endif
