// y(i, j, c) = one element a of the window, drawn with probability a / Σ a where a = max(x, 0).
// Zeiler & Fergus 2013 (arXiv 1301.3557).
//
// u in [0, 1) of the output's shape decides: the first element, in row-major order, at which the running sum exceeds
// u·Σ a. Where all are 0 the first element of the window counts as drawn. switches(i, j, c) = its position in the
// window, as max_pool2d keeps it, and the gradient is max_pool2d's: dy to what was drawn.
#include "ops/pool_window.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/stochastic_pool2d.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

// The window covers rows × columns pixels from x on; position(m, n) = first + m·kernel_w + n.
template <class T, class Switch>
void draw(const T* x, const T* u, int64_t rows, int64_t columns, int64_t row_step, int64_t channels, int64_t first,
          int64_t kernel_w, T* y, Switch* switches) {
  const Vec<T> zero{};
  using Integer = typename VecOf<T>::Integer;
  for (int64_t c = 0; c < channels; c += kLanes<T>) {
    const int64_t left = channels - c;
    Vec<T> total{};
    for (int64_t m = 0; m < rows; m++)
      for (int64_t n = 0; n < columns; n++) total += max(zero, load(x + m * row_step + n * channels + c, left));
    const Vec<T> threshold = load(u + c, left) * total;
    Vec<T> running{}, drawn = max(zero, load(x + c, left));
    Bits<T> position = Bits<T>{} + static_cast<Integer>(first), open = ~Bits<T>{};
    for (int64_t m = 0; m < rows; m++)
      for (int64_t n = 0; n < columns; n++) {
        const Vec<T> a = max(zero, load(x + m * row_step + n * channels + c, left));
        running += a;
        // The last positive element is taken while the sum is still below, so that rounding leaves nothing undrawn.
        const auto take = open & (a > zero);
        drawn = select(take, a, drawn);
        position = select(take, Bits<T>{} + static_cast<Integer>(first + m * kernel_w + n), position);
        open &= ~(running > threshold);
      }
    store(y + c, select(total == total, drawn, total), left);  // NaN in the window
    for (int64_t i = 0; i < left && i < kLanes<T>; i++) switches[c + i] = static_cast<Switch>(position[i]);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

template <class T, class Switch>
void enqueue(Launch& launch, const PoolShape& shape, const Buffer& x, const Buffer& u, const Buffer& y,
             const Buffer& switches) {
  const auto kernel = CONVGRAD_DISPATCH(draw<T, Switch>);
  const RowBlocks blocks(shape.batch * shape.height.out, shape.input_row() * shape.height.stride);
  launch([=] {
    blocks([&](int64_t, int64_t begin, int64_t end) {
      const auto& [batch, channels, height, width, row] = shape;
      for (int64_t index = begin; index < end; index++) {
        const int64_t image = index / height.out, i = index % height.out;
        const T* from = x.as<T>() + (image * height.input + height.first(i)) * shape.input_row();
        for (int64_t j = 0; j < width.out; j++) {
          const int64_t to = index * shape.output_row() + j * channels;
          const int64_t first = (height.first(i) - height.start(i)) * width.kernel + width.first(j) - width.start(j);
          kernel(from + width.first(j) * channels, u.as<T>() + to, height.last(i) - height.first(i),
                 width.last(j) - width.first(j), shape.input_row(), channels, first, width.kernel, y.as<T>() + to,
                 switches.as<Switch>() + to);
        }
      }
    });
  });
}

}  // namespace

static void stochastic_pool2d(Launch& launch, const Buffer& x, const Buffer& u, const Buffer& y, const Buffer& switches,
                              int64_t batch, int64_t channels, int64_t height, int64_t width, int64_t kernel_h,
                              int64_t kernel_w, int64_t stride_h, int64_t stride_w, int64_t top, int64_t left,
                              int64_t out_h, int64_t out_w) {
  const PoolAxis rows{height, kernel_h, stride_h, top, out_h}, columns{width, kernel_w, stride_w, left, out_w};
  const PoolShape shape(batch, channels, rows, columns);
  visit_float(x.dtype, [&]<class T>() {
    if (switches.dtype == DType::uint8) enqueue<T, uint8_t>(launch, shape, x, u, y, switches);
    else enqueue<T, int32_t>(launch, shape, x, u, y, switches);
  });
}
REGISTER_OP(stochastic_pool2d);

}  // namespace convgrad
#endif
