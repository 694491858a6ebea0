// y = (Σ |x|^p)^(1/p) over each window: the sums are average_pool2d's, the powers and the root are these.
//
//   powers  y = |x|^p           root  y = s^(1/p)
//   dx = sign(x)·|x|^(p−1) · Σ over the windows that hold x of dy·y^(1−p), taken as 0 where y is 0. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/lp_pool2d.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

// a^p for a ≥ 0; 0^p = 0 for p > 0, and 0^0 = 1.
template <class V, class T>
CONVGRAD_INLINE V power(V a, T p) {
  if (p == 0) return broadcast<T>(1);
  if (p == 1) return a;
  if (p == 2) return a * a;
  if (p == 3) return a * a * a;
  if (p == T(0.5)) return sqrt(a);
  return select(a > 0, exp(log(a) * p), a);  // a where it is 0 or NaN
}

template <class T>
void powers(const T* x, T* y, int64_t n, T p) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, power(abs(load(x + i, n - i)), p), n - i);
}

template <class T>
void root(const T* s, T* y, int64_t n, T p) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, power(load(s + i, n - i), 1 / p), n - i);
}

// shares = dy·y^(1−p)
template <class T>
void root_gradient(const T* y, const T* dy, T* shares, int64_t n, T p) {
  const Vec<T> zero{};
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> value = load(y + i, n - i);
    store(shares + i, select(value == zero, zero, load(dy + i, n - i) / power(value, p - 1)), n - i);
  }
}

// dx = sign(x)·|x|^(p−1)·shares
template <class T>
void powers_gradient(const T* x, const T* shares, T* dx, int64_t n, T p) {
  const Vec<T> zero{};
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> value = load(x + i, n - i);
    const Vec<T> slope = select(value == zero, zero, copy_sign(power(abs(value), p - 1), value));
    store(dx + i, slope * load(shares + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void lp_pool2d_powers(Launch& launch, const Buffer& x, const Buffer& y, double p) {
  visit_widened(x.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(powers<T>), x, y, static_cast<T>(p)); });
}
REGISTER_OP(lp_pool2d_powers);

static void lp_pool2d_root(Launch& launch, const Buffer& s, const Buffer& y, double p) {
  visit_widened(s.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(root<T>), s, y, static_cast<T>(p)); });
}
REGISTER_OP(lp_pool2d_root);

static void lp_pool2d_root_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& shares, double p) {
  visit_widened(y.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(root_gradient<T>), y, dy, shares, static_cast<T>(p));
  });
}
REGISTER_OP(lp_pool2d_root_gradient);

static void lp_pool2d_powers_gradient(Launch& launch, const Buffer& x, const Buffer& shares, const Buffer& dx,
                                      double p) {
  visit_widened(x.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(powers_gradient<T>), x, shares, dx, static_cast<T>(p));
  });
}
REGISTER_OP(lp_pool2d_powers_gradient);

}  // namespace convgrad
#endif
