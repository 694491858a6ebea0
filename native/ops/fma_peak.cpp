// The arithmetic ceiling that benchmarks compare kernels with: fused multiply-adds in registers, nothing else.
//
//   s ← s · a + b     for every lane of A independent accumulators s, `iterations` times
//
// bfloat16 multiplies as its products do: by pairs, s ← s + a₀b₀ + a₁b₁, where the processor has AVX512-BF16, elsewhere in float32.
// A is 24 of 32 vector registers or 12 of 16, as in the matrix tiles: more than enough to hide the latency. Without FMA
// (`scalar` on x86-64) it is a multiplication and an addition. All sums tend to 0.5, from different starts, so that
// neither denormal nor infinite numbers occur and the compiler finds nothing to merge; those of pairs grow until they are too
// large to change. Each element of `result` is one work
// item and receives the sum of its accumulators. No gradient.
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/fma_peak.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

inline constexpr int kChains = CONVGRAD_VECTOR_COUNT == 32 ? 24 : 12;

/** Whether one instruction multiplies and adds two numbers of each lane. */
template <class T>
inline constexpr bool kByPairs = false;
#ifdef CONVGRAD_BFLOAT16_PAIRS
template <>
inline constexpr bool kByPairs<bfloat16> = true;
#endif

template <class T>
CONVGRAD_INLINE Vec<T> multiply_add(Vec<T> s, Vec<T> a, Vec<T> b) {
#ifdef CONVGRAD_BFLOAT16_PAIRS
  if constexpr (kByPairs<T>) return _mm512_dpbf16_ps(s, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
#endif
  return s * a + b;
}

template <class T>
void multiply_add_registers(int64_t iterations, T* result) {
  using S = Sum<T>;
  const Vec<S> a = broadcast(static_cast<S>(0.5)), b = broadcast(static_cast<S>(0.25));
  Vec<S> s[kChains];
#pragma GCC unroll 32
  for (int i = 0; i < kChains; ++i) s[i] = iota<S>() + static_cast<S>(i);
  for (int64_t iteration = 0; iteration < iterations; ++iteration) {
#pragma GCC unroll 32
    for (int i = 0; i < kChains; ++i) s[i] = multiply_add<T>(s[i], a, b);
  }
  Vec<S> total{};
#pragma GCC unroll 32
  for (int i = 0; i < kChains; ++i) total += s[i];
  *result = sum(total);
}

/** Floating-point operations of one iteration. */
template <class T>
int64_t operations_per_iteration() {
  return int64_t{kByPairs<T> ? 4 : 2} * kChains * kLanes<T>;
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static double fma_peak(Launch& launch, const Buffer& result, int64_t iterations) {
  double operations = 0;
  visit_stored(result.dtype, [&]<class T>() {
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
