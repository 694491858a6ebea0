// gelu        y = x P(x), P(x) = (1 + erf(x / sqrt 2)) / 2          dx = (P(x) + x p(x)) dy, p the normal density
// gelu_tanh   y = x (1 + t) / 2, t = tanh(u), u = k (x + c x^3)     dx = ((1 + t) + x (1 - t^2) k (1 + 3 c x^2)) dy / 2
// with k = sqrt(2 / pi), c = 0.044715. Hendrycks and Gimpel 2016 (arXiv 1606.08415). Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/gelu.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

template <class T>
void gelu_elements(const T* x, T* y, int64_t n) {
  const Sum<T> half = static_cast<Sum<T>>(0.5), root_half = static_cast<Sum<T>>(0.70710678118654752440);
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, v * (half + half * erf(v * root_half)), n - i);
  }
}

template <class T>
void gelu_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  const Sum<T> half = static_cast<Sum<T>>(0.5), root_half = static_cast<Sum<T>>(0.70710678118654752440);
  const Sum<T> peak = static_cast<Sum<T>>(0.39894228040143267794);  // 1 / sqrt(2 pi)
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    const Vec<T> below = half + half * erf(v * root_half);
    const Vec<T> density = exp(v * v * -half) * peak;
    store(dx + i, (below + v * density) * load(dy + i, n - i), n - i);
  }
}

template <class T>
void gelu_tanh_elements(const T* x, T* y, int64_t n) {
  const Sum<T> half = static_cast<Sum<T>>(0.5), k = static_cast<Sum<T>>(0.79788456080286535588);
  const Sum<T> c = static_cast<Sum<T>>(0.044715);
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, half * v * (1 + tanh(k * v * (1 + c * v * v))), n - i);
  }
}

template <class T>
void gelu_tanh_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  const Sum<T> half = static_cast<Sum<T>>(0.5), k = static_cast<Sum<T>>(0.79788456080286535588);
  const Sum<T> c = static_cast<Sum<T>>(0.044715);
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    const Vec<T> t = tanh(k * v * (1 + c * v * v));
    store(dx + i, half * (1 + t + v * (1 - t * t) * k * (1 + 3 * c * v * v)) * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void gelu(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(gelu_elements<T>), x, y); });
}
REGISTER_OP(gelu);

static void gelu_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_stored(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(gelu_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(gelu_gradient);

static void gelu_tanh(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(gelu_tanh_elements<T>), x, y); });
}
REGISTER_OP(gelu_tanh);

static void gelu_tanh_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_stored(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(gelu_tanh_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(gelu_tanh_gradient);

}  // namespace convgrad
#endif
