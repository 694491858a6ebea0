// y = min(max(x, low), high)          dx = low <= x <= high ? dy : 0
// NaN stays NaN, and gets no gradient. Gradients assign.
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/clip.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void clip_elements(const T* x, T* y, int64_t n, double low, double high) {
  const Vec<T> lower = broadcast(static_cast<T>(low));
  const Vec<T> upper = broadcast(static_cast<T>(high));
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, min(upper, max(lower, load(x + i, n - i))), n - i);
}

template <class T>
void clip_gradient_elements(const T* x, const T* dy, T* dx, int64_t n, double low, double high) {
  const Vec<T> lower = broadcast(static_cast<T>(low));
  const Vec<T> upper = broadcast(static_cast<T>(high));
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> v = load(x + i, n - i);
    store(dx + i, select((v >= lower) & (v <= upper), load(dy + i, n - i), Vec<T>{}), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void clip(Launch& launch, const Buffer& x, const Buffer& y, double low, double high) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(clip_elements<T>), x, y, low, high); });
}
REGISTER_OP(clip);

static void clip_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx, double low,
                          double high) {
  visit_widened(dx.dtype, [&]<class T>() {
    elementwise(launch, CONVGRAD_DISPATCH(clip_gradient_elements<T>), x, dy, dx, low, high);
  });
}
REGISTER_OP(clip_gradient);

}  // namespace convgrad
#endif
