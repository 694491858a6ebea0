// y = x^2          dx = 2 x dy. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/square.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void square_elements(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(y + i, v * v, n - i);
  }
}

template <class T>
void square_gradient_elements(const T* x, const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(dx + i, 2 * load(x + i, n - i) * load(dy + i, n - i), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void square(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(square_elements<T>), x, y); });
}
REGISTER_OP(square);

static void square_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(square_gradient_elements<T>), x, dy, dx);
  });
}
REGISTER_OP(square_gradient);

}  // namespace convgrad
#endif
