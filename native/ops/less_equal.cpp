// y = a <= b ? 1 : 0, broadcast (see broadcast.h); 0 where either is NaN. Has no gradient: not differentiable.
#include "ops/broadcast.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/less_equal.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void less_equal_elements(const T* a, const T* b, T* y, int64_t n) {
  const Vec<T> zero{}, one = broadcast(static_cast<T>(1));
  for (int64_t i = 0; i < n; i += kLanes<T>)
    store(y + i, select(load(a + i, n - i) <= load(b + i, n - i), one, zero), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void less_equal(Launch& launch, const Buffer& a, const Buffer& b, const Buffer& y, int64_t outer, int64_t middle,
               int64_t inner, int32_t varies) {
  visit_widened(y.dtype, [&]<class T>() {
    broadcast_binary(launch, CONVGRAD_DISPATCH(less_equal_elements<T>), a, b, y, {outer, middle, inner, varies});
  });
}
REGISTER_OP(less_equal);

}  // namespace convgrad
#endif
