// y[o][e][i] = x[o][i] for every e          Repeats along one run of neighbouring axes; any dtype.
// Gradient: see sum_to.cpp.
#include <cstring>

#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

// y = x, x, x, … `times` over: the first copies are doubled until they are a block worth copying.
static void repeat(const char* x, char* y, size_t bytes, int64_t times) {
  std::memcpy(y, x, bytes);
  const size_t all = bytes * static_cast<size_t>(times);
  size_t block = bytes;
  for (size_t done = bytes; done < all;) {
    const size_t count = all - done < block ? all - done : block;
    std::memcpy(y + done, y, count);
    done += count;
    if (block < 8192) block = done;
  }
}

static void broadcast_to(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t extent,
                         int64_t inner) {
  if (y.length == 0) return;
  const size_t row = static_cast<size_t>(inner) * size_of(x.dtype);
  const int64_t rows = inner < kChunk ? kChunk / inner : 1;      // copied at a time
  const int64_t blocks = (extent + rows - 1) / rows;
  const int64_t several = extent < rows ? rows / extent : 1;  // short matrices of one task
  launch([=] {
    for_chunks(outer * blocks, [&](int64_t start, int64_t count) {
      for (int64_t item = start; item < start + count; item++) {
        const int64_t o = item / blocks, e = item % blocks * rows;
        char* const to = y.as<char>() + static_cast<size_t>(o * extent + e) * row;
        repeat(x.as<char>() + static_cast<size_t>(o) * row, to, row, extent - e < rows ? extent - e : rows);
      }
    }, several);
  });
}
REGISTER_OP(broadcast_to);

}  // namespace convgrad
