// y[i] = max(x[i], 0)          dx[i] = y[i] > 0 ? dy[i] : 0 (the derivative at 0 is 0)
// NaN stays NaN. Gradients assign.
#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/relu.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void relu_elements(const T* x, T* y, int64_t n) {
  const Vec<T> zero{};
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, max(zero, load(x + i, n - i)), n - i);
}

template <class T>
void relu_gradient_elements(const T* y, const T* dy, T* dx, int64_t n) {
  const Vec<T> zero{};
  for (int64_t i = 0; i < n; i += kLanes<T>)
    store(dx + i, select(load(y + i, n - i) > zero, load(dy + i, n - i), zero), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void relu(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(x.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(relu_elements<T>);
    launch([=] {
      for_chunks(x.length, [&](int64_t start, int64_t count) { kernel(x.as<T>() + start, y.as<T>() + start, count); });
    });
  });
}
REGISTER_OP(relu);

static void relu_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx) {
  visit_stored(y.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(relu_gradient_elements<T>);
    launch([=] {
      for_chunks(y.length, [&](int64_t start, int64_t count) {
        kernel(y.as<T>() + start, dy.as<T>() + start, dx.as<T>() + start, count);
      });
    });
  });
}
REGISTER_OP(relu_gradient);

}  // namespace convgrad
#endif
