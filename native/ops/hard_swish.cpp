// y = x h, h = min(max(x / 6 + 1/2, 0), 1)          dx = (x <= -3 ? 0 : x < 3 ? x / 3 + 1/2 : 1) dy
// Howard et al. 2019 (arXiv 1905.02244). Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/hard_swish.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void hard_swish_elements(const T* x, T* y, int64_t n) {
  const Vec<T> zero{}, six = broadcast(static_cast<Sum<T>>(6));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, v * min(six, max(zero, v + 3)) / 6, n - i);
  }
}

template <class T>
void hard_swish_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  const Vec<T> zero{}, one = broadcast(static_cast<Sum<T>>(1));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    const Vec<T> slope = select(v <= -3, zero, select(v < 3, v / 3 + static_cast<Sum<T>>(0.5), one));
    store(dx + i, slope * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void hard_swish(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(hard_swish_elements<T>), x, y); });
}
REGISTER_OP(hard_swish);

static void hard_swish_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_stored(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(hard_swish_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(hard_swish_gradient);

}  // namespace convgrad
#endif
