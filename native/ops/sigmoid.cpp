// y = 1 / (1 + e^-x)          dx = y (1 - y) dy. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/sigmoid.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void sigmoid_elements(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, sigmoid(load(x + i, n - i)), n - i);
}

template <class T>
void sigmoid_gradient_elements(const T* y, const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(y + i, n - i);
    store(dx + i, v * (1 - v) * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void sigmoid(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(sigmoid_elements<T>), x, y); });
}
REGISTER_OP(sigmoid);

static void sigmoid_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx) {
  visit_stored(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(sigmoid_gradient_elements<T>), y, dy, dx);
  });
}
REGISTER_OP(sigmoid_gradient);

}  // namespace convgrad
#endif
