// y = x > 0 ? x : a (e^x - 1)          dx = x > 0 ? dy : a e^x dy. Gradients assign.
// Clevert et al. 2015 (arXiv 1511.07289)
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/elu.cpp"
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void elu_elements(const T* x, T* y, int64_t n, double alpha) {
  const Vec<T> scale = broadcast(static_cast<T>(alpha));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, select(v > 0, v, scale * expm1(v)), n - i);
  }
}

template <class T>
void elu_gradient_elements(const T* x, const T* dy, T* dx, int64_t n, double alpha) {
  const Vec<T> scale = broadcast(static_cast<T>(alpha));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    const Vec<T> dv = load(dy + i, n - i);
    store(dx + i, select(v > 0, dv, scale * exp(v) * dv), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void elu(Launch& launch, const Buffer& x, const Buffer& y, double alpha) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(elu_elements<T>), x, y, alpha); });
}
REGISTER_OP(elu);

static void elu_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx, double alpha) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(elu_gradient_elements<T>), x, dy, dx, alpha);
  });
}
REGISTER_OP(elu_gradient);

}  // namespace convgrad
#endif
