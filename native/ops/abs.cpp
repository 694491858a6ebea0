// y = |x|          dx = sign(x) dy, 0 where x is 0. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/abs.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void abs_elements(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, abs(load(x + i, n - i)), n - i);
}

template <class T>
void abs_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  const Vec<T> zero{}, one = broadcast<T>(1);
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(dx + i, select(v == zero, zero, copy_sign(one, v)) * load(dy + i, n - i), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void abs(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(abs_elements<T>), x, y); });
}
REGISTER_OP(abs);

static void abs_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(abs_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(abs_gradient);

}  // namespace convgrad
#endif
