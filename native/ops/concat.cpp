// Copies rows of `width` elements between arrays whose rows begin at other distances; any dtype.
// concat puts each of its inputs into its output so, and its gradient takes them out again.
#include <cstring>

#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

static void copy_rows(Launch& launch, const Buffer& source, const Buffer& destination, int64_t rows, int64_t width,
                      int64_t source_offset, int64_t source_stride, int64_t destination_offset,
                      int64_t destination_stride) {
  if (width == 0) return;
  const int64_t size = static_cast<int64_t>(size_of(source.dtype));
  const int64_t several = width < kChunk ? kChunk / width : 1;
  launch([=] {
    for_chunks(rows, [&](int64_t start, int64_t count) {
      const char* from = source.as<char>() + (source_offset + start * source_stride) * size;
      char* to = destination.as<char>() + (destination_offset + start * destination_stride) * size;
      for (int64_t row = 0; row < count; row++, from += source_stride * size, to += destination_stride * size)
        std::memcpy(to, from, static_cast<size_t>(width * size));
    }, several);
  });
}
REGISTER_OP(copy_rows);

}  // namespace convgrad
