// y[o][c][r][i] = x[o][r][c][i]          Exchanges two neighbouring groups of axes; any dtype.
// Its gradient is itself, r and c exchanged.
// Elements are moved in square tiles, so that both sides stay in the cache; runs of `inner` elements are copied whole.
#include <cstring>

#include "ops/chunks.h"
#include "ops/element_size.h"
#include "runtime/op.h"

namespace convgrad {

constexpr int64_t kSide = 32;  // of a tile, in runs

template <class T>
static void transpose_tile(const T* x, T* y, int64_t rows, int64_t columns, int64_t row_stride, int64_t column_stride,
                           int64_t inner) {
  for (int64_t c = 0; c < columns; c++) {
    for (int64_t r = 0; r < rows; r++) {
      const T* from = x + r * row_stride + c * inner;
      T* to = y + c * column_stride + r * inner;
      if (inner == 1) {
        *to = *from;
      } else {
        std::memcpy(to, from, static_cast<size_t>(inner) * sizeof(T));
      }
    }
  }
}

static void transpose(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t rows, int64_t columns,
                      int64_t inner) {
  if (y.length == 0) return;
  visit_size(x.dtype, [&]<class T>() {
    launch([=] {
      const int64_t down = (rows + kSide - 1) / kSide, across = (columns + kSide - 1) / kSide;
      const int64_t tile = (rows < kSide ? rows : kSide) * (columns < kSide ? columns : kSide) * inner;
      for_chunks(outer * down * across, [&](int64_t start, int64_t count) {
        for (int64_t item = start; item < start + count; item++) {
          const int64_t o = item / (down * across), r = item / across % down * kSide, c = item % across * kSide;
          const int64_t matrix = o * rows * columns * inner;
          transpose_tile(x.as<T>() + matrix + (r * columns + c) * inner, y.as<T>() + matrix + (c * rows + r) * inner,
                         rows - r < kSide ? rows - r : kSide, columns - c < kSide ? columns - c : kSide,
                         columns * inner, rows * inner, inner);
        }
      }, tile < kChunk ? kChunk / tile : 1);
    });
  });
}
REGISTER_OP(transpose);

}  // namespace convgrad
