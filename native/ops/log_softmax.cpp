// y = x - m - ln sum e^(x - m) along rows of n, m the row's largest element
// dx = dy - e^y sum(dy). Gradients assign.
#include "ops/rows.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/log_softmax.cpp"
#include "simd/foreach_isa.h"
#include "ops/softmax_rows.h"

CONVGRAD_BEGIN_ISA

template <class T>
void log_softmax_row(const T* x, T* y, int64_t n) {
  const Vec<T> largest = broadcast(row_max(x, n));
  Vec<T> total{};
  for (int64_t i = 0; i < n; i += kLanes<T>) total = total + keep<T>(exp(load(x + i, n - i) - largest), n - i);
  const Vec<T> log_sum = log(broadcast(sum(total)));
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, load(x + i, n - i) - largest - log_sum, n - i);
}

template <class T>
void log_softmax_gradient_row(const T* y, const T* dy, T* dx, int64_t n) {
  Vec<T> total{};
  for (int64_t i = 0; i < n; i += kLanes<T>) total = total + load(dy + i, n - i);
  const T shared = sum(total);
  for (int64_t i = 0; i < n; i += kLanes<T>)
    store(dx + i, load(dy + i, n - i) - exp(load(y + i, n - i)) * shared, n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void log_softmax(Launch& launch, const Buffer& x, const Buffer& y, int64_t rows, int64_t n) {
  visit_float(y.dtype, [&]<class T>() { rowwise(launch, CONVGRAD_DISPATCH(log_softmax_row<T>), x, y, rows, n); });
}
REGISTER_OP(log_softmax);

static void log_softmax_gradient(Launch& launch, const Buffer& y, const Buffer& dy, const Buffer& dx, int64_t rows,
                                 int64_t n) {
  visit_float(y.dtype, [&]<class T>() {
    rowwise(launch, CONVGRAD_DISPATCH(log_softmax_gradient_row<T>), y, dy, dx, rows, n);
  });
}
REGISTER_OP(log_softmax_gradient);

}  // namespace convgrad
#endif
