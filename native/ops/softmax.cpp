// y = e^(x - m) / sum e^(x - m) along rows of n, m the row's largest element
// dx = y (dy - sum(y dy)). Gradients assign.
#include "ops/rows.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/softmax.cpp"
#include "simd/foreach_isa.h"
#include "ops/softmax_rows.h"

CONVGRAD_BEGIN_ISA

template <class T>
void softmax_row(const T* x, T* y, int64_t n) {
  const Vec<T> largest = broadcast(row_max(x, n));
  Vec<T> total{};
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> e = exp(load(x + i, n - i) - largest);
    store(y + i, e, n - i);
    total = total + keep<T>(e, n - i);
  }
  const T scale = 1 / sum(total);
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, load(y + i, n - i) * scale, n - i);
}

template <class T>
void softmax_gradient_row(const T* y, const T* dy, T* dx, int64_t n) {
  Vec<T> total{};
  for (int64_t i = 0; i < n; i += kLanes<T>) total = total + load(y + i, n - i) * load(dy + i, n - i);
  const T shared = sum(total);
  for (int64_t i = 0; i < n; i += kLanes<T>)
    store(dx + i, load(y + i, n - i) * (load(dy + i, n - i) - shared), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void softmax(Launch& launch, const Buffer& x, const Buffer& y, int64_t rows, int64_t n) {
  visit_float(y.dtype, [&]<class T>() { rowwise(launch, CONVGRAD_DISPATCH(softmax_row<T>), x, y, rows, n); });
}
REGISTER_OP(softmax);

static void softmax_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx, int64_t rows,
                             int64_t n) {
  visit_float(y.dtype, [&]<class T>() {
    rowwise(launch, CONVGRAD_DISPATCH(softmax_gradient_row<T>), y, dy, dx, rows, n);
  });
}
REGISTER_OP(softmax_gradient);

}  // namespace convgrad
#endif
