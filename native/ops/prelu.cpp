// y = x > 0 ? x : a x          dx = x > 0 ? dy : a dy          da = sum of x > 0 ? 0 : x dy over what shares a slope
// with a slope a that broadcasts to x. He et al. 2015 (arXiv 1502.01852). Gradients assign.
// prelu_slope gives dy/dx, and prelu_slope_gradient the terms of da.
#include "ops/broadcast.h"
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/prelu.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void prelu_elements(const T* x, const T* slope, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, select(v > 0, v, v * load(slope + i, n - i)), n - i);
  }
}

template <class T>
void prelu_slope_elements(const T* x, const T* slope, T* y, int64_t n) {
  const Vec<T> one = broadcast(static_cast<T>(1));
  for (int64_t i = 0; i < n; i += kLanes<T>)
    store(y + i, select(load(x + i, n - i) > 0, one, load(slope + i, n - i)), n - i);
}

template <class T>
void prelu_slope_gradient_elements(const T* x, const T* dy, T* terms, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(terms + i, select(v > 0, Vec<T>{}, v * load(dy + i, n - i)), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void prelu(Launch& launch, const Buffer& x, const Buffer& slope, const Buffer& y, int64_t outer, int64_t middle,
                  int64_t inner, int32_t varies) {
  visit_widened(y.dtype, [&]<class T>() {
    broadcast_binary(launch, CONVGRAD_DISPATCH(prelu_elements<T>), x, slope, y, {outer, middle, inner, varies});
  });
}
REGISTER_OP(prelu);

static void prelu_slope(Launch& launch, const Buffer& x, const Buffer& slope, const Buffer& y, int64_t outer,
                        int64_t middle, int64_t inner, int32_t varies) {
  visit_widened(y.dtype, [&]<class T>() {
    broadcast_binary(launch, CONVGRAD_DISPATCH(prelu_slope_elements<T>), x, slope, y, {outer, middle, inner, varies});
  });
}
REGISTER_OP(prelu_slope);

static void prelu_slope_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& terms) {
  visit_widened(terms.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(prelu_slope_gradient_elements<T>), x, dy, terms);
  });
}
REGISTER_OP(prelu_slope_gradient);

}  // namespace convgrad
#endif
