// y(i, j, c) = max of x(m, n, c) over the adaptive window of (i, j), see adaptive_window.h
//
// Equal values: the first in row-major order wins; NaN wins over everything. winners(i, j, c) = m·width + n of the
// winner, kept for the gradient: dx(winner) = Σ dy over the windows it won. The gradient assigns.
// x [batch, height, width, channels]
#include <cstring>

#include "ops/adaptive_window.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/adaptive_max_pool2d.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

// y = the maximum over rows × columns pixels of x; winners = position + m·width + n.
template <class T>
void maximum(const T* x, int64_t rows, int64_t columns, int64_t width, int64_t position, int64_t channels, T* y,
             int32_t* winners) {
  for (int64_t c = 0; c < channels; c += kLanes<T>) {
    const int64_t left = channels - c;
    Vec<T> best = load(x + c, left);
    Bits<T> winner{};
    for (int64_t m = 0; m < rows; m++)
      for (int64_t n = 0; n < columns; n++) {
        const Vec<T> candidate = load(x + (m * width + n) * channels + c, left);
        const auto wins = ~(candidate <= best) & (best == best);
        best = select(wins, candidate, best);
        winner = select(wins, Bits<T>{} + static_cast<typename VecOf<T>::Integer>(m * width + n), winner);
      }
    store(y + c, best, left);
    for (int64_t i = 0; i < left && i < kLanes<T>; i++) winners[c + i] = static_cast<int32_t>(position + winner[i]);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void adaptive_max_pool2d(Launch& launch, const Buffer& x, const Buffer& y, const Buffer& winners, int64_t batch,
                                int64_t channels, int64_t height, int64_t width, int64_t out_h, int64_t out_w) {
  const AdaptiveShape shape{batch, channels, {height, out_h}, {width, out_w}};
  visit_stored(x.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(maximum<T>);
    launch([=] {
      shape.for_each_output_row([&](int64_t image, int64_t i, int64_t to) {
        const auto& [_, depth, h, w] = shape;
        for (int64_t j = 0; j < w.out; j++) {
          const int64_t position = h.first(i) * w.input + w.first(j);
          kernel(x.as<T>() + image * shape.input_image() + position * depth, h.last(i) - h.first(i),
                 w.last(j) - w.first(j), w.input, position, depth, y.as<T>() + to + j * depth,
                 winners.as<int32_t>() + to + j * depth);
        }
      });
    });
  });
}
REGISTER_OP(adaptive_max_pool2d);

static void adaptive_max_pool2d_gradient(Launch& launch, const Buffer& dy, const Buffer& winners, const Buffer& dx,
                                         int64_t batch, int64_t channels, int64_t height, int64_t width, int64_t out_h,
                                         int64_t out_w) {
  const AdaptiveShape shape{batch, channels, {height, out_h}, {width, out_w}};
  visit_float(dy.dtype, [&]<class T>() {
    launch([=] {
      shape.for_each_image([&](int64_t image) {
        T* const target = dx.as<T>() + image * shape.input_image();
        std::memset(target, 0, sizeof(T) * static_cast<size_t>(shape.input_image()));
        const int64_t size = shape.height.out * shape.output_row();
        const T* const upstream = dy.as<T>() + image * size;
        const int32_t* const won = winners.as<int32_t>() + image * size;
        for (int64_t pixel = 0; pixel < size; pixel += shape.channels)
          for (int64_t c = 0; c < shape.channels; c++)
            target[won[pixel + c] * shape.channels + c] += upstream[pixel + c];
      });
    });
  });
}
REGISTER_OP(adaptive_max_pool2d_gradient);

}  // namespace convgrad
#endif
