// y = min(a, b), broadcast (see broadcast.h); NaN if either is NaN. Gradients: see maximum.cpp, with a and b exchanged.
#include "ops/broadcast.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/minimum.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void minimum_elements(const T* a, const T* b, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> u = load(a + i, n - i), v = load(b + i, n - i);
    store(y + i, select(u == u, min(u, v), u), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void minimum(Launch& launch, const Buffer& a, const Buffer& b, const Buffer& y, int64_t outer, int64_t middle,
                    int64_t inner, int32_t varies) {
  visit_widened(y.dtype, [&]<class T>() {
    broadcast_binary(launch, CONVGRAD_DISPATCH(minimum_elements<T>), a, b, y, {outer, middle, inner, varies});
  });
}
REGISTER_OP(minimum);

}  // namespace convgrad
#endif
