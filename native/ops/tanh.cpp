// y = tanh x          dx = (1 - y^2) dy. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/tanh.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void tanh_elements(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, tanh(load(x + i, n - i)), n - i);
}

template <class T>
void tanh_gradient_elements(const T* y, const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(y + i, n - i);
    store(dx + i, (1 - v * v) * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void tanh(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(tanh_elements<T>), x, y); });
}
REGISTER_OP(tanh);

static void tanh_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx) {
  visit_stored(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(tanh_gradient_elements<T>), y, dy, dx);
  });
}
REGISTER_OP(tanh_gradient);

}  // namespace convgrad
#endif
