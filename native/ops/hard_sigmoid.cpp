// y = min(max(a x + b, 0), 1)          dx = 0 < y < 1 ? a dy : 0, with slope a and offset b. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/hard_sigmoid.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void hard_sigmoid_elements(const T* x, T* y, int64_t n, double slope, double offset) {
  const Vec<T> zero{}, one = broadcast(static_cast<T>(1));
  const T a = static_cast<T>(slope), b = static_cast<T>(offset);
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, min(one, max(zero, a * load(x + i, n - i) + b)), n - i);
}

template <class T>
void hard_sigmoid_gradient_elements(const T* y, const T* dy, T* dx, int64_t n, double slope) {
  const T a = static_cast<T>(slope);
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(y + i, n - i);
    store(dx + i, select((v > 0) & (v < 1), a * load(dy + i, n - i), Vec<T>{}), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void hard_sigmoid(Launch& launch, const Buffer& x, const Buffer& y, double slope, double offset) {
  visit_widened(y.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(hard_sigmoid_elements<T>), x, y, slope, offset);
  });
}
REGISTER_OP(hard_sigmoid);

static void hard_sigmoid_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx, double slope) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(hard_sigmoid_gradient_elements<T>), y, dy, dx, slope);
  });
}
REGISTER_OP(hard_sigmoid_gradient);

}  // namespace convgrad
#endif
