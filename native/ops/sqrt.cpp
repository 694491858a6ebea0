// y = sqrt(x), NaN where x < 0          dx = dy / (2 y), infinite where y is 0. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/sqrt.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void sqrt_elements(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, sqrt(load(x + i, n - i)), n - i);
}

template <class T>
void sqrt_gradient_elements(const T* y, const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(dx + i, load(dy + i, n - i) / (2 * load(y + i, n - i)), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void sqrt(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(sqrt_elements<T>), x, y); });
}
REGISTER_OP(sqrt);

static void sqrt_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(sqrt_gradient_elements<T>), y, dy, dx);
  });
}
REGISTER_OP(sqrt_gradient);

}  // namespace convgrad
#endif
