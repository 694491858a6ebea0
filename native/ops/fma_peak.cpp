// The arithmetic ceiling that benchmarks compare kernels with: fused multiply-adds in registers, nothing else.
//
//   s ← s · a + b     for every lane of A independent accumulators s, `iterations` times
//
// A is 24 of 32 vector registers or 12 of 16, as in the matrix tiles: more than enough to hide the latency. Without FMA
// (`scalar` on x86-64) it is a multiplication and an addition. All sums tend to 0.5, from different starts, so that
// neither denormal nor infinite numbers occur and the compiler finds nothing to merge. Each element of `result` is one work
// item and receives the sum of its accumulators. No gradient.
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/fma_peak.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

inline constexpr int kChains = CONVGRAD_VECTOR_COUNT == 32 ? 24 : 12;

template <class T>
void multiply_add_registers(int64_t iterations, T* result) {
  const Vec<T> a = broadcast(static_cast<T>(0.5)), b = broadcast(static_cast<T>(0.25));
  Vec<T> s[kChains];
#pragma GCC unroll 32
  for (int i = 0; i < kChains; ++i) s[i] = iota<T>() + static_cast<T>(i);
  for (int64_t iteration = 0; iteration < iterations; ++iteration) {
#pragma GCC unroll 32
    for (int i = 0; i < kChains; ++i) s[i] = s[i] * a + b;
  }
  Vec<T> total{};
#pragma GCC unroll 32
  for (int i = 0; i < kChains; ++i) total += s[i];
  *result = sum(total);
}

/** Floating-point operations of one iteration. */
template <class T>
int64_t operations_per_iteration() {
  return int64_t{2} * kChains * kLanes<T>;
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static double fma_peak(Launch& launch, const Buffer& result, int64_t iterations) {
  double operations = 0;
  visit_float(result.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(multiply_add_registers<T>);
    const int64_t per_iteration = CONVGRAD_DISPATCH(operations_per_iteration<T>)();
    operations = static_cast<double>(per_iteration) * static_cast<double>(iterations) * static_cast<double>(result.length);
    launch([=] { parallel_for(result.length, [&](int64_t item) { kernel(iterations, result.as<T>() + item); }); });
  });
  return operations;
}
REGISTER_OP(fma_peak);

}  // namespace convgrad
#endif
