// y[i] = x[i]·scale where word i of the random range, shifted to 24 bits, is at least `threshold`, else 0
// with threshold = rate·2²⁴ and scale = 1 / (1 − rate) (Srivastava et al. 2014). The gradient is the same map applied to dy:
// the mask is computed again instead of kept, at less than the cost of reading it.
#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/dropout.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/vec.h"
#include "simd/philox.h"

CONVGRAD_BEGIN_ISA

template <class T>
void drop(const T* x, T* y, int64_t start, int64_t n, PhiloxRange range, Sum<T> threshold, Sum<T> scale) {
  const Vec<T> zero{};
  uint32_t words[kPhiloxWords];
  for (int64_t i = 0; i < n; i += kPhiloxWords) {
    philox(range, static_cast<uint64_t>((start + i) / 4), words);
    const int64_t drawn = n - i < kPhiloxWords ? n - i : kPhiloxWords;
    for (int64_t w = 0; w < drawn; w += kLanes<T>) {
      const Vec<T> kept = load(x + i + w, drawn - w) * scale;
      store(y + i + w, select(load_24_bits<T>(words + w) >= threshold, kept, zero), drawn - w);
    }
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void dropout(Launch& launch, const Buffer& x, const Buffer& y, double threshold, double scale, uint32_t key0,
                    uint32_t key1, int64_t stream, int64_t block) {
  visit_stored(x.dtype, [&]<class T, class S = Sum<T>>() {
    const auto kernel = CONVGRAD_DISPATCH(drop<T>);
    const PhiloxRange range{key0, key1, static_cast<uint64_t>(stream), static_cast<uint64_t>(block)};
    launch([=] {
      static_assert(kChunk % kPhiloxWords == 0);
      for_chunks(x.length, [&](int64_t start, int64_t n) {
        kernel(x.as<T>() + start, y.as<T>() + start, start, n, range, static_cast<S>(threshold), static_cast<S>(scale));
      });
    });
  });
}
REGISTER_OP(dropout);

}  // namespace convgrad
#endif
