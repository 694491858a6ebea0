// y = s (x > 0 ? x : a (e^x - 1))          dx = s (x > 0 ? 1 : a e^x) dy
// with s = 1.0507…, a = 1.6732…, which keep mean 0 and variance 1. Gradients assign.
// Klambauer et al. 2017 (arXiv 1706.02515)
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/selu.cpp"
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void selu_elements(const T* x, T* y, int64_t n) {
  const T scale = static_cast<T>(1.0507009873554804934), below = static_cast<T>(1.7580993408473768599);  // s, s a
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, select(v > 0, scale * v, below * expm1(v)), n - i);
  }
}

template <class T>
void selu_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  const T scale = static_cast<T>(1.0507009873554804934), below = static_cast<T>(1.7580993408473768599);
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(dx + i, select(v > 0, broadcast(scale), below * exp(v)) * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void selu(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(selu_elements<T>), x, y); });
}
REGISTER_OP(selu);

static void selu_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(selu_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(selu_gradient);

}  // namespace convgrad
#endif
