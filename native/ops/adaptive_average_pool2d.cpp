// y(i, j, c) = mean of x(m, n, c) over the adaptive window of (i, j), see adaptive_window.h
// dx(m, n, c) = Σ over the windows that hold it of dy / (elements of the window). The gradient assigns.
// x [batch, height, width, channels]
#include <cstring>

#include "ops/adaptive_window.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/adaptive_average_pool2d.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

// y = the mean over rows × columns pixels of x.
template <class T>
void average(const T* x, int64_t rows, int64_t columns, int64_t row_step, int64_t channels, T* y) {
  const Sum<T> divisor = static_cast<Sum<T>>(rows * columns);
  for (int64_t c = 0; c < channels; c += kLanes<T>) {
    Vec<T> total{};
    for (int64_t m = 0; m < rows; m++)
      for (int64_t n = 0; n < columns; n++) total += load(x + m * row_step + n * channels + c, channels - c);
    store(y + c, total / divisor, channels - c);
  }
}

// Adds dy / (rows·columns) to each of these pixels.
template <class T>
void spread(const T* dy, int64_t rows, int64_t columns, int64_t row_step, int64_t channels, T* dx) {
  const T divisor = static_cast<T>(rows * columns);
  for (int64_t c = 0; c < channels; c += kLanes<T>) {
    const int64_t left = channels - c;
    const Vec<T> share = load(dy + c, left) / divisor;
    for (int64_t m = 0; m < rows; m++)
      for (int64_t n = 0; n < columns; n++) {
        T* const p = dx + m * row_step + n * channels + c;
        store(p, load(p, left) + share, left);
      }
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void adaptive_average_pool2d(Launch& launch, const Buffer& x, const Buffer& y, int64_t batch, int64_t channels,
                                    int64_t height, int64_t width, int64_t out_h, int64_t out_w) {
  const AdaptiveShape shape{batch, channels, {height, out_h}, {width, out_w}};
  visit_stored(x.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(average<T>);
    launch([=] {
      shape.for_each_output_row([&](int64_t image, int64_t i, int64_t to) {
        const auto& [_, depth, h, w] = shape;
        for (int64_t j = 0; j < w.out; j++)
          kernel(x.as<T>() + image * shape.input_image() + (h.first(i) * w.input + w.first(j)) * depth,
                 h.last(i) - h.first(i), w.last(j) - w.first(j), w.input * depth, depth, y.as<T>() + to + j * depth);
      });
    });
  });
}
REGISTER_OP(adaptive_average_pool2d);

static void adaptive_average_pool2d_gradient(Launch& launch, const Buffer& dy, const Buffer& dx, int64_t batch,
                                             int64_t channels, int64_t height, int64_t width, int64_t out_h,
                                             int64_t out_w) {
  const AdaptiveShape shape{batch, channels, {height, out_h}, {width, out_w}};
  visit_float(dy.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(spread<T>);
    launch([=] {
      shape.for_each_image([&](int64_t image) {
        const auto& [_, depth, h, w] = shape;
        T* const target = dx.as<T>() + image * shape.input_image();
        std::memset(target, 0, sizeof(T) * static_cast<size_t>(shape.input_image()));
        for (int64_t i = 0; i < h.out; i++)
          for (int64_t j = 0; j < w.out; j++)
            kernel(dy.as<T>() + (image * h.out + i) * shape.output_row() + j * depth, h.last(i) - h.first(i),
                   w.last(j) - w.first(j), w.input * depth, depth,
                   target + (h.first(i) * w.input + w.first(j)) * depth);
      });
    });
  });
}
REGISTER_OP(adaptive_average_pool2d_gradient);

}  // namespace convgrad
#endif
