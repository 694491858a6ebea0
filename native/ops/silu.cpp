// y = x s(x) with s(x) = 1 / (1 + e^-x)          dx = s (1 + x (1 - s)) dy. Gradients assign.
// Elfwing et al. 2017 (arXiv 1702.03118); also called swish.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/silu.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void silu_elements(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, v * sigmoid(v), n - i);
  }
}

template <class T>
void silu_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    const Vec<T> s = sigmoid(v);
    store(dx + i, s * (1 + v * (1 - s)) * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void silu(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(silu_elements<T>), x, y); });
}
REGISTER_OP(silu);

static void silu_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_stored(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(silu_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(silu_gradient);

}  // namespace convgrad
#endif
