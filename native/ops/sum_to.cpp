// y[o][i] = sum over e of x[o][e][i]
// Sums over one run of neighbouring axes; also the gradient of broadcasting.
#include "ops/reduction.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/sum_to.cpp"
#include "simd/foreach_isa.h"
#include "ops/reduce_rows.h"

CONVGRAD_BEGIN_ISA

struct Sum {
  template <class V>
  CONVGRAD_INLINE V operator()(V a, V b) const { return a + b; }
};

template <class T>
void sum_rows(const T* x, int64_t rows, int64_t stride, int64_t columns, T* y) {
  reduce_rows<T>(x, rows, stride, columns, y, Sum{}, 0);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void sum_to(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t extent, int64_t inner) {
  visit_float(x.dtype, [&]<class T>() {
    reduce_axis(launch, CONVGRAD_DISPATCH(sum_rows<T>), x.as<T>(), y.as<T>(), outer, extent, inner);
  });
}
REGISTER_OP(sum_to);

}  // namespace convgrad
#endif
