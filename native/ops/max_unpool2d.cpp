// x(winner of (i, j, c)) = Σ y(i, j, c) over the windows it won, the rest 0: that is max_pool2d_gradient, so that only
// its adjoint is here:  dy(i, j, c) = dx(winner of (i, j, c)), by max_pool2d's switches. The gradient assigns.
#include "ops/pool_window.h"
#include "runtime/op.h"

namespace convgrad {
namespace {

template <class T, class Switch>
void enqueue(Launch& launch, const PoolShape& shape, const Buffer& from, const Buffer& switches, const Buffer& to) {
  const RowBlocks blocks(shape.batch * shape.height.out, shape.output_row());
  launch([=] {
    blocks([&](int64_t, int64_t begin, int64_t end) {
      const auto& [batch, channels, height, width, row] = shape;
      for (int64_t index = begin; index < end; index++) {
        const T* image = from.as<T>() + index / height.out * height.input * shape.input_row();
        const Switch* winners = switches.as<Switch>() + index * shape.output_row();
        T* target = to.as<T>() + index * shape.output_row();
        for (int64_t j = 0; j < width.out; j++)
          for (int64_t c = 0; c < channels; c++) {
            const int64_t position = winners[j * channels + c];
            const int64_t m = height.start(index % height.out) + position / width.kernel;
            const int64_t n = width.start(j) + position % width.kernel;
            target[j * channels + c] = image[(m * width.input + n) * channels + c];
          }
      }
    });
  });
}

}  // namespace

static void max_unpool2d_gradient(Launch& launch, const Buffer& dx, const Buffer& switches, const Buffer& dy,
                                  int64_t batch, int64_t channels, int64_t height, int64_t width, int64_t kernel_h,
                                  int64_t kernel_w, int64_t stride_h, int64_t stride_w, int64_t top, int64_t left,
                                  int64_t out_h, int64_t out_w) {
  const PoolAxis rows{height, kernel_h, stride_h, top, out_h}, columns{width, kernel_w, stride_w, left, out_w};
  const PoolShape shape(batch, channels, rows, columns);
  visit_float(dx.dtype, [&]<class T>() {
    if (switches.dtype == DType::uint8) enqueue<T, uint8_t>(launch, shape, dx, switches, dy);
    else enqueue<T, int32_t>(launch, shape, dx, switches, dy);
  });
}
REGISTER_OP(max_unpool2d_gradient);

}  // namespace convgrad
