// y[o][r][i] = x[o][extent - 1 - r][i]          Reverses an axis, or neighbouring axes at once; any dtype.
// Its gradient is itself. Runs of `inner` elements are copied whole.
#include <cstring>

#include "ops/chunks.h"
#include "ops/element_size.h"
#include "runtime/op.h"

namespace convgrad {

template <class T>
static void reverse_rows(const T* x, T* y, int64_t extent, int64_t inner, int64_t first, int64_t count) {
  for (int64_t row = first; row < first + count; row++) {
    const T* from = x + (row - row % extent + extent - 1 - row % extent) * inner;
    T* to = y + row * inner;
    if (inner == 1) {
      *to = *from;
    } else {
      std::memcpy(to, from, static_cast<size_t>(inner) * sizeof(T));
    }
  }
}

static void flip(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t extent, int64_t inner) {
  if (y.length == 0) return;
  visit_size(x.dtype, [&]<class T>() {
    launch([=] {
      for_chunks(outer * extent, [&](int64_t first, int64_t count) {
        reverse_rows(x.as<T>(), y.as<T>(), extent, inner, first, count);
      }, inner < kChunk ? kChunk / inner : 1);
    });
  });
}
REGISTER_OP(flip);

}  // namespace convgrad
