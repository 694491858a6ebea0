// y = a + b, broadcast (see broadcast.h)          da, db = dy, summed over the axes that were stretched
#include "ops/broadcast.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/add.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void add_elements(const T* a, const T* b, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, load(a + i, n - i) + load(b + i, n - i), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void add(Launch& launch, const Buffer& a, const Buffer& b, const Buffer& y, int64_t outer, int64_t middle,
                int64_t inner, int32_t varies) {
  visit_widened(y.dtype, [&]<class T>() {
    broadcast_binary(launch, CONVGRAD_DISPATCH(add_elements<T>), a, b, y, {outer, middle, inner, varies});
  });
}
REGISTER_OP(add);

}  // namespace convgrad
#endif
