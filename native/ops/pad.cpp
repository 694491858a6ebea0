// Padding along one axis, x [outer][extent][inner] to y [outer][before + extent + after][inner]:
//   pad_axis            y[o][p][i] = x[o][s(p)][i], or `value` where s(p) is outside; any dtype
//   pad_axis_gradient   dx[o][e][i] = sum of dy[o][p][i] over the p with s(p) = e; assigned, in the order of p
// s(p) = q = p - before for mode 0 (constant); the others bring q back into [0, extent):
//   1 reflect     -q and 2 (extent - 1) - q
//   2 replicate   0 and extent - 1
//   3 circular    q + extent and q - extent
#include <cstring>

#include "ops/any_dtype.h"
#include "ops/columns.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/pad.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void add_row(const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(dx + i, load(dx + i, n - i) + load(dy + i, n - i), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

namespace {
struct AxisPadding {
  int64_t extent, before, after;
  int32_t mode;

  int64_t padded() const { return before + extent + after; }

  // -1 where nothing is copied from.
  int64_t source(int64_t position) const {
    const int64_t q = position - before;
    if (q >= 0 && q < extent) return q;
    switch (mode) {
      case 1: return q < 0 ? -q : 2 * (extent - 1) - q;
      case 2: return q < 0 ? 0 : extent - 1;
      case 3: return q < 0 ? q + extent : q - extent;
      default: return -1;
    }
  }
};
}  // namespace

static void pad_axis(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t extent, int64_t inner,
                     int64_t before, int64_t after, int32_t mode, double value) {
  const AxisPadding padding{extent, before, after, mode};
  if (y.length == 0) return;
  visit_any(x.dtype, [&]<class T>() {
    launch([=] {
      const int64_t padded = padding.padded();
      for_chunks(outer * padded, [&](int64_t start, int64_t count) {
        for (int64_t row = start; row < start + count; row++) {
          const int64_t from = padding.source(row % padded);
          T* to = y.as<T>() + row * inner;
          if (from < 0) {
            for (int64_t i = 0; i < inner; i++) to[i] = static_cast<T>(value);
          } else {
            std::memcpy(to, x.as<T>() + (row / padded * extent + from) * inner, sizeof(T) * static_cast<size_t>(inner));
          }
        }
      }, inner < kChunk ? kChunk / inner : 1);
    });
  });
}
REGISTER_OP(pad_axis);

static void pad_axis_gradient(Launch& launch, const Buffer& dy, const Buffer& dx, int64_t outer, int64_t extent,
                              int64_t inner, int64_t before, int64_t after, int32_t mode) {
  const AxisPadding padding{extent, before, after, mode};
  visit_float(dx.dtype, [&]<class T>() {
    const auto add = CONVGRAD_DISPATCH(add_row<T>);
    launch([=] {
      for_columns(outer, padding.padded(), inner, [&](int64_t o, int64_t column, int64_t columns) {
        const T* from = dy.as<T>() + o * padding.padded() * inner + column;
        T* to = dx.as<T>() + o * extent * inner + column;
        for (int64_t e = 0; e < extent; e++)
          for (int64_t i = 0; i < columns; i++) to[e * inner + i] = 0;
        for (int64_t p = 0; p < padding.padded(); p++) {
          const int64_t e = padding.source(p);
          if (e >= 0) add(from + p * inner, to + e * inner, columns);
        }
      });
    });
  });
}
REGISTER_OP(pad_axis_gradient);

}  // namespace convgrad
#endif
