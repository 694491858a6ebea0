// y(n, c) = Σ over i, j of x(n, i, j, c) / (height·width)          dx(n, i, j, c) = dy(n, c) / (height·width); assigns.
// x [batch, height, width, channels], y [batch, channels]. See channels.h for the order of summation.
#include "ops/channels.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/global_average_pool2d.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"
#include "ops/row_sums.h"

CONVGRAD_BEGIN_ISA

// y[i] = table[i mod width]
template <class T>
void repeat_row(const T* table, int64_t width, T* y, int64_t n) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) store(y + row + i, load(table + i, filled - i), filled - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void global_average_pool2d(Launch& launch, const Buffer& x, const Buffer& y, int64_t batch, int64_t pixels,
                                  int64_t channels) {
  visit_stored(x.dtype, [&]<class T, class S = Sum<T>>() {
    const auto kernel = CONVGRAD_DISPATCH(add_rows<T>);
    const ChannelRows rows(pixels, channels);
    const int64_t chunks = rows.chunks();
    S* partial = launch.scratch<S>(batch * chunks * rows.width);
    launch([=] {
      parallel_for(batch * chunks, [&](int64_t index) {
        const int64_t image = index / chunks, chunk = index % chunks;
        S* sums = partial + index * rows.width;
        for (int64_t i = 0; i < rows.width; i++) sums[i] = 0;
        kernel(x.as<T>() + (image * pixels + chunk * rows.chunk_pixels) * channels, rows.pixels_in(chunk) * channels,
               rows.width, sums);
      });
      for (int64_t image = 0; image < batch; image++)
        for (int64_t c = 0; c < channels; c++) {
          double total = 0;
          for (int64_t chunk = 0; chunk < chunks; chunk++)
            total += rows.fold(partial + (image * chunks + chunk) * rows.width, c);
          y.as<T>()[image * channels + c] = static_cast<S>(total / static_cast<double>(pixels));
        }
    });
  });
}
REGISTER_OP(global_average_pool2d);

static void global_average_pool2d_gradient(Launch& launch, const Buffer& dy, const Buffer& dx, int64_t batch,
                                           int64_t pixels, int64_t channels) {
  visit_stored(dy.dtype, [&]<class T, class S = Sum<T>>() {
    const auto kernel = CONVGRAD_DISPATCH(repeat_row<T>);
    const ChannelRows rows(pixels, channels);
    const int64_t chunks = rows.chunks();
    T* tables = launch.scratch<T>(batch * rows.width);
    launch([=] {
      for (int64_t image = 0; image < batch; image++)
        for (int64_t c = 0; c < channels; c++)
          rows.fill(tables + image * rows.width, c, T(dy.as<T>()[image * channels + c] / static_cast<S>(pixels)));
      parallel_for(batch * chunks, [&](int64_t index) {
        const int64_t image = index / chunks, chunk = index % chunks;
        kernel(tables + image * rows.width, rows.width,
               dx.as<T>() + (image * pixels + chunk * rows.chunk_pixels) * channels, rows.pixels_in(chunk) * channels);
      });
    });
  });
}
REGISTER_OP(global_average_pool2d_gradient);

}  // namespace convgrad
#endif
