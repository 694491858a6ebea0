// y = min(max(x, 0), 6)          dx = 0 < y < 6 ? dy : 0
// NaN stays NaN, and gets no gradient. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/relu6.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void relu6_elements(const T* x, T* y, int64_t n) {
  const Vec<T> zero{}, six = broadcast(static_cast<Sum<T>>(6));
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, min(six, max(zero, load(x + i, n - i))), n - i);
}

template <class T>
void relu6_gradient_elements(const T* y, const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(y + i, n - i);
    store(dx + i, select((v > 0) & (v < 6), load(dy + i, n - i), Vec<T>{}), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void relu6(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(relu6_elements<T>), x, y); });
}
REGISTER_OP(relu6);

static void relu6_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx) {
  visit_stored(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(relu6_gradient_elements<T>), y, dy, dx);
  });
}
REGISTER_OP(relu6_gradient);

}  // namespace convgrad
#endif
