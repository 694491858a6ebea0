// y = x > 0 ? x : a x          dx = x > 0 ? dy : a dy, with a the negative slope
// NaN stays NaN; the derivative at 0 is a. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/leaky_relu.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void leaky_relu_elements(const T* x, T* y, int64_t n, double negative_slope) {
  const Vec<T> slope = broadcast(static_cast<Sum<T>>(negative_slope));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, select(v > 0, v, v * slope), n - i);
  }
}

template <class T>
void leaky_relu_gradient_elements(const T* x, const T* dy, T* dx, int64_t n, double negative_slope) {
  const Vec<T> slope = broadcast(static_cast<Sum<T>>(negative_slope));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> dv = load(dy + i, n - i);
    store(dx + i, select(load(x + i, n - i) > 0, dv, dv * slope), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void leaky_relu(Launch& launch, const Buffer& x, const Buffer& y, double negative_slope) {
  visit_stored(y.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(leaky_relu_elements<T>), x, y, negative_slope);
  });
}
REGISTER_OP(leaky_relu);

static void leaky_relu_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx,
                                double negative_slope) {
  visit_stored(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(leaky_relu_gradient_elements<T>), x, dy, dx, negative_slope);
  });
}
REGISTER_OP(leaky_relu_gradient);

}  // namespace convgrad
#endif
