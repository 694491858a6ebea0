// y = ln(1 + e^x) = max(x, 0) + log1p(e^-|x|)          dx = s(x) dy with s(x) = 1 / (1 + e^-x). Gradients assign.
// log1p(e) = ln u + (e - (u - 1)) / u with u = 1 + e rounded: the second term is what the rounding lost.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/softplus.cpp"
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void softplus_elements(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    const Vec<T> e = exp(-abs(v));
    const Vec<T> u = 1 + e;
    store(y + i, max(Vec<T>{}, v) + (log(u) + (e - (u - 1)) / u), n - i);
  }
}

template <class T>
void softplus_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(dx + i, sigmoid(load(x + i, n - i)) * load(dy + i, n - i), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void softplus(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(softplus_elements<T>), x, y); });
}
REGISTER_OP(softplus);

static void softplus_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(softplus_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(softplus_gradient);

}  // namespace convgrad
#endif
