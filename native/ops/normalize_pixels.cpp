// y(p, c) = (x(p, c) / 255 − mean(c)) / deviation(c) = x·scale(c) + shift(c),   x uint8, y float32, both [pixels, channels].
// scale and shift are float32 [channels]; see channels.h for how few channels fill vectors.
#include "ops/channels.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/normalize_pixels.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

inline void scale_pixels(const uint8_t* x, int64_t n, int64_t width, const float* scale, const float* shift, float* y) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<float>) {
      const int64_t left = filled - i;
      store(y + row + i, load_as<float>(x + row + i, left) * load(scale + i, left) + load(shift + i, left), left);
    }
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void normalize_pixels(Launch& launch, const Buffer& x, const Buffer& scale, const Buffer& shift, const Buffer& y) {
  const auto kernel = CONVGRAD_DISPATCH(scale_pixels);
  const ChannelRows rows(x.length / scale.length, scale.length);
  float* tables = launch.scratch<float>(2 * rows.width);
  launch([=] {
    float* shifts = tables + rows.width;
    for (int64_t c = 0; c < rows.channels; c++) {
      rows.fill(tables, c, scale.as<float>()[c]);
      rows.fill(shifts, c, shift.as<float>()[c]);
    }
    rows.for_each_chunk([&](int64_t, int64_t start, int64_t n) {
      kernel(x.as<uint8_t>() + start, n, rows.width, tables, shifts, y.as<float>() + start);
    });
  });
}
REGISTER_OP(normalize_pixels);

}  // namespace convgrad
#endif
