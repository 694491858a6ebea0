// y = x t, t = tanh(ln(1 + e^x))          dx = (t + x (1 - t^2) / (1 + e^-x)) dy
// With e = e^x and n = e (e + 2):  t = n / (n + 2),  (1 - t^2) / (1 + e^-x) = 4 e (1 + e) / (n + 2)^2,
// where x is cut at 40, beyond which t is 1 to the last bit. Misra 2019 (arXiv 1908.08681). Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/mish.cpp"
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void mish_elements(const T* x, T* y, int64_t n) {
  const Vec<T> limit = broadcast(static_cast<T>(40));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    const Vec<T> e = exp(min(limit, v));
    const Vec<T> numerator = e * (e + 2);
    store(y + i, v * (numerator / (numerator + 2)), n - i);
  }
}

template <class T>
void mish_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  const Vec<T> limit = broadcast(static_cast<T>(40));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = min(limit, load(x + i, n - i));
    const Vec<T> e = exp(v);
    const Vec<T> numerator = e * (e + 2), denominator = numerator + 2;
    const Vec<T> slope = numerator / denominator + v * (4 * e / denominator) * ((1 + e) / denominator);
    store(dx + i, slope * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void mish(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(mish_elements<T>), x, y); });
}
REGISTER_OP(mish);

static void mish_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(mish_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(mish_gradient);

}  // namespace convgrad
#endif
