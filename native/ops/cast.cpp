// y[i] = x[i], in the dtype of y: float32, float64 or bfloat16.
#include "ops/cast.h"

#include "ops/chunks.h"
#include "ops/tiles.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/cast.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/convert.h"

#if CONVGRAD_ONCE
namespace convgrad {

void widen_elements(const bfloat16* x, float* y, int64_t n) {
  CONVGRAD_DISPATCH(convert_elements<bfloat16, float>)(x, y, n);
}

void narrow_elements(const float* x, bfloat16* y, int64_t n) {
  CONVGRAD_DISPATCH(convert_elements<float, bfloat16>)(x, y, n);
}

template <class From, class To>
static void launch_cast(Launch& launch, const From* x, To* y, int64_t n) {
  const auto kernel = CONVGRAD_DISPATCH(convert_elements<From, To>);
  launch([=] {
    for_chunks(n, [&](int64_t start, int64_t count) { kernel(x + start, y + start, count); });
  });
}

float* launch_widen(Launch& launch, const bfloat16* x, int64_t n) {
  float* wide = launch.scratch<float>(n);
  launch_cast(launch, x, wide, n);
  return wide;
}

void launch_narrow(Launch& launch, const float* x, bfloat16* y, int64_t n) { launch_cast(launch, x, y, n); }

static void cast(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_stored(x.dtype, [&]<class From>() {
    visit_stored(y.dtype, [&]<class To>() { launch_cast(launch, x.as<From>(), y.as<To>(), y.length); });
  });
}
REGISTER_OP(cast);

}  // namespace convgrad
#endif
