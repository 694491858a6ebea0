// maximum         y = max(a, b), broadcast (see broadcast.h); NaN if either is NaN
// maximum_share   y = a > b ? 1 : a == b ? 1/2 : 0, and 1 where either is NaN: the share of dy that goes to a
//                 (b's is maximum_share(b, a))
#include "ops/broadcast.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/maximum.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void maximum_elements(const T* a, const T* b, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> u = load(a + i, n - i), v = load(b + i, n - i);
    store(y + i, select(u == u, max(u, v), u), n - i);
  }
}

template <class T>
void maximum_share_elements(const T* a, const T* b, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> u = load(a + i, n - i), v = load(b + i, n - i);
    const Vec<T> tie = select(u == v, broadcast(static_cast<T>(0.5)), broadcast<T>(1));
    store(y + i, select(u < v, Vec<T>{}, tie), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void maximum(Launch& launch, const Buffer& a, const Buffer& b, const Buffer& y, int64_t outer, int64_t middle,
                    int64_t inner, int32_t varies) {
  visit_widened(y.dtype, [&]<class T>() {
    broadcast_binary(launch, CONVGRAD_DISPATCH(maximum_elements<T>), a, b, y, {outer, middle, inner, varies});
  });
}
REGISTER_OP(maximum);

static void maximum_share(Launch& launch, const Buffer& a, const Buffer& b, const Buffer& y, int64_t outer,
                          int64_t middle, int64_t inner, int32_t varies) {
  visit_widened(y.dtype, [&]<class T>() {
    broadcast_binary(launch, CONVGRAD_DISPATCH(maximum_share_elements<T>), a, b, y, {outer, middle, inner, varies});
  });
}
REGISTER_OP(maximum_share);

}  // namespace convgrad
#endif
