// bfloat16 operands as float32 in scratch memory, for kernels that know float32 only.
#pragma once
#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

struct Conversions {
  void (*widen_elements)(const bfloat16* x, float* y, int64_t n);
  void (*narrow_elements)(const float* x, bfloat16* y, int64_t n);

  /** x as float32, from here on in the stream. */
  float* widen(Launch& launch, const bfloat16* x, int64_t n) const {
    float* wide = launch.scratch<float>(n);
    launch([kernel = widen_elements, x, wide, n] {
      for_chunks(n, [&](int64_t start, int64_t count) { kernel(x + start, wide + start, count); });
    });
    return wide;
  }

  /** y = wide, which was computed before in the stream. */
  void narrow(Launch& launch, const float* wide, bfloat16* y, int64_t n) const {
    launch([kernel = narrow_elements, wide, y, n] {
      for_chunks(n, [&](int64_t start, int64_t count) { kernel(wide + start, y + start, count); });
    });
  }
};

}  // namespace convgrad
