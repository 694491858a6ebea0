// y[o][i] = the largest of x[o][e][i] over e, NaN if one is NaN          dx: see first_equal_gradient.cpp
#include "ops/reduction.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/max.cpp"
#include "simd/foreach_isa.h"
#include "ops/reduce_rows.h"

CONVGRAD_BEGIN_ISA

struct Max {  // of numbers or vectors; keeps NaN
  template <class V>
  CONVGRAD_INLINE V operator()(V a, V b) const { return ((a > b) | (a != a)) ? a : b; }
};

template <class T>
void max_rows(const T* x, int64_t rows, int64_t stride, int64_t columns, T* y) {
  reduce_rows(x, rows, stride, columns, y, Max{}, -static_cast<Sum<T>>(__builtin_inf()));
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void max(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t extent, int64_t inner) {
  visit_stored(x.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(max_rows<T>);
    reduce_axis(launch, kernel, kernel, x.as<T>(), y.as<T>(), outer, extent, inner);
  });
}
REGISTER_OP(max);

}  // namespace convgrad
#endif
