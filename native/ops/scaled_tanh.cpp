// y = A tanh(S x)          dx = S (A - y^2 / A) dy, with A = 1.7159, S = 2/3: y(1) = 1 and y(-1) = -1
// LeCun et al. 1998, Efficient BackProp. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/scaled_tanh.cpp"
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void scaled_tanh_elements(const T* x, T* y, int64_t n) {
  const T amplitude = static_cast<T>(1.7159), slope = static_cast<T>(2.0 / 3.0);
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, amplitude * tanh(slope * load(x + i, n - i)), n - i);
}

template <class T>
void scaled_tanh_gradient_elements(const T* y, const T* dy, T* dx, int64_t n) {
  const T amplitude = static_cast<T>(1.7159), inverse = static_cast<T>(1 / 1.7159), slope = static_cast<T>(2.0 / 3.0);
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(y + i, n - i);
    store(dx + i, slope * (amplitude - v * v * inverse) * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void scaled_tanh(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(scaled_tanh_elements<T>), x, y); });
}
REGISTER_OP(scaled_tanh);

static void scaled_tanh_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(scaled_tanh_gradient_elements<T>), y, dy, dx);
  });
}
REGISTER_OP(scaled_tanh_gradient);

}  // namespace convgrad
#endif
