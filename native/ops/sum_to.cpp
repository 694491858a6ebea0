// y[o][i] = sum over e of x[o][e][i]
// Sums over one run of neighbouring axes; also the gradient of broadcasting. Sums of bfloat16 are float32.
#include "ops/reduction.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/sum_to.cpp"
#include "simd/foreach_isa.h"
#include "ops/reduce_rows.h"

CONVGRAD_BEGIN_ISA

struct Plus {
  template <class V>
  CONVGRAD_INLINE V operator()(V a, V b) const { return a + b; }
};

template <class T>
void sum_rows(const T* x, int64_t rows, int64_t stride, int64_t columns, Sum<T>* y) {
  reduce_rows(x, rows, stride, columns, y, Plus{}, 0);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void sum_to(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t extent, int64_t inner) {
  visit_stored(x.dtype, [&]<class T, class S = Sum<T>>() {
    const auto first = CONVGRAD_DISPATCH(sum_rows<T>);
    reduce_axis(launch, first, CONVGRAD_DISPATCH(sum_rows<S>), x.as<T>(), y.as<S>(), outer, extent, inner);
  });
}
REGISTER_OP(sum_to);

}  // namespace convgrad
#endif
