// y(i, j, c) = Σ over the window of x(·, ·, c) / (rows(i)·columns(j))
//
// rows and columns count what the window covers of the image, and of its padding too if it counts; what a window reaches
// beyond the padding never counts. For a sum instead of a mean they are 1.
// dx(i, j, c) = Σ over the windows that cover it of dy / (rows·columns). The gradient assigns. See pool_window.h for the sweep.
#include "ops/pool_window.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/average_pool2d.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/convert.h"
#include "simd/past_cache.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

// y[i] = Σ over r of x[r·stride + i]
template <class T>
void sum_rows(const T* x, int64_t stride, int64_t rows, Sum<T>* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    Vec<T> total = load(x + i, n - i);
    for (int64_t r = 1; r < rows; r++) total += load(x + r * stride + i, n - i);
    store(y + i, total, n - i);
  }
}

// y = Σ over n of column n / (rows·columns); `columns` holds one number per run, or one per element if there is one run.
template <class T>
void average_columns(const Sum<T>* x, const PoolRow& row, const int64_t* offsets, int64_t kernel, Sum<T> rows,
                     const Sum<T>* columns, T* y) {
  for (int64_t run = 0; run < row.runs; run++, x += row.step, y += row.length)
    for (int64_t c = 0; c < row.length; c += kLanes<T>) {
      const int64_t left = row.length - c;
      Vec<T> total = load(x + offsets[0] + c, left);
      for (int64_t n = 1; n < kernel; n++) total += load(x + offsets[n] + c, left);
      const Vec<T> divisor = rows * (row.phased ? load(columns + c, left) : broadcast(columns[run]));
      store(y + c, total / divisor, left);
    }
}

// shares += dy / (rows·columns)
template <class T>
void add_shares(const T* dy, const PoolRow& row, Sum<T> rows, const Sum<T>* columns, Sum<T>* shares) {
  for (int64_t run = 0; run < row.runs; run++, dy += row.length, shares += row.length)
    for (int64_t c = 0; c < row.length; c += kLanes<T>) {
      const int64_t left = row.length - c;
      const Vec<T> divisor = rows * (row.phased ? load(columns + c, left) : broadcast(columns[run]));
      store(shares + c, load(shares + c, left) + load(dy + c, left) / divisor, left);
    }
}

// The same for windows side by side: dx = dy / divisor.
template <class T>
void share_apart(const T* dy, Sum<T> divisor, const ApartRow<T>& row) {
  T* dx = row.dx;
  for (int64_t window = 0; window < row.windows; window++, dx += row.kernel_w * row.channels, dy += row.channels)
    for (int64_t c = 0; c < row.channels; c += kLanes<T>) {
      const int64_t left = row.channels - c;
      const Vec<T> share = load(dy + c, left) / divisor;
      for (int64_t m = 0; m < row.kernel_h; m++)
        for (int64_t n = 0; n < row.kernel_w; n++)
          store_past(dx + m * row.dx_row + n * row.channels + c, share, left, row.stream);
    }
  if (row.stream) stream_fence();
}

// Adds shares to column n of each window.
template <class T>
void spread(const T* shares, const PoolRow& row, T* dx) {
  for (int64_t run = 0; run < row.runs; run++, shares += row.length, dx += row.step)
    for (int64_t c = 0; c < row.length; c += kLanes<T>)
      store(dx + c, load(dx + c, row.length - c) + load(shares + c, row.length - c), row.length - c);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

enum class Count : int32_t { image, image_and_padding, one };  // `one`: the sum

// How many positions of a window count.
struct Divisor {
  PoolAxis axis;
  int64_t after;  // padding after the image; only asked for if padding counts
  Count count;

  int64_t operator()(int64_t window) const {
    if (count == Count::one) return 1;
    if (count == Count::image) return axis.last(window) - axis.first(window);
    const int64_t end = axis.input + after - axis.start(window);
    return end < axis.kernel ? end : axis.kernel;
  }
};

template <class T>
void fill_columns(const PoolShape& shape, const Divisor& divisor, T* columns) {
  const int64_t repeat = shape.row.phased ? shape.channels : 1;
  for (int64_t j = 0; j < shape.width.out; j++)
    for (int64_t c = 0; c < repeat; c++) columns[j * repeat + c] = static_cast<T>(divisor(j));
}

template <class T, class S = Sum<T>>
void enqueue_average(Launch& launch, const PoolShape& shape, const Divisor& rows, const Divisor& columns, const Buffer& x,
                     const Buffer& y) {
  const auto rows_kernel = CONVGRAD_DISPATCH(sum_rows<T>);
  const auto columns_kernel = CONVGRAD_DISPATCH(average_columns<T>);
  const RowBlocks blocks(shape.batch * shape.height.out, shape.input_row() * shape.height.stride);
  const int64_t size = shape.row.size();
  S* scratch = launch.scratch<S>(blocks.count() * size * 2);
  S* column_counts = launch.scratch<S>(shape.output_row());
  int64_t* offsets = launch.scratch<int64_t>(shape.width.kernel);
  launch([=] {
    for (int64_t n = 0; n < shape.width.kernel; n++) offsets[n] = shape.row.offset(n);
    fill_columns(shape, columns, column_counts);
    blocks([&](int64_t block, int64_t begin, int64_t end) {
      const auto& [batch, channels, height, width, row] = shape;
      S* pixels = scratch + block * size * 2;
      S* phases = pixels + size;
      std::memset(pixels, 0, sizeof(S) * static_cast<size_t>(size));
      for (int64_t index = begin; index < end; index++) {
        const int64_t image = index / height.out, i = index % height.out, first = height.first(i);
        rows_kernel(x.as<T>() + (image * height.input + first) * shape.input_row(), shape.input_row(),
                    height.last(i) - first, pixels + width.before * channels, width.read() * channels);
        if (row.sorts()) sort_row(row, pixels, phases);
        columns_kernel(row.sorts() ? phases : pixels, row, offsets, width.kernel, static_cast<S>(rows(i)), column_counts,
                       y.as<T>() + index * shape.output_row());
      }
    });
  });
}

template <class T, class S = Sum<T>>
void enqueue_gradient(Launch& launch, const PoolShape& shape, const Divisor& rows, const Divisor& columns,
                      const Buffer& dy, const Buffer& dx) {
  if (shape.apart()) {
    const auto apart_kernel = CONVGRAD_DISPATCH(share_apart<T>);
    const S divisor = static_cast<S>(rows(0) * columns(0));
    launch([=] {
      for_each_row_apart(shape, dx.as<T>(), [&](int64_t index, const ApartRow<T>& row) {
        apart_kernel(dy.as<T>() + index * shape.output_row(), divisor, row);
      });
    });
    return;
  }
  const auto shares_kernel = CONVGRAD_DISPATCH(add_shares<T>);
  const auto spread_kernel = CONVGRAD_DISPATCH(spread<S>);
  const auto round = CONVGRAD_DISPATCH(convert_elements<S, T>);
  const RowBlocks blocks(shape.batch * shape.height.input, shape.input_row());
  const int64_t size = shape.row.size(), block_size = 2 * size + shape.output_row();
  S* scratch = launch.scratch<S>(blocks.count() * block_size);
  S* column_counts = launch.scratch<S>(shape.output_row());
  launch([=] {
    fill_columns(shape, columns, column_counts);
    blocks([&](int64_t block, int64_t begin, int64_t end) {
      const auto& [batch, channels, height, width, row] = shape;
      S* pixels = scratch + block * block_size;
      S *phases = pixels + size, *shares = phases + size;
      S* gathered = row.sorts() ? phases : pixels;
      for (int64_t index = begin; index < end; index++) {
        const int64_t image = index / height.input, i = index % height.input;
        std::memset(gathered, 0, sizeof(S) * static_cast<size_t>(size));
        std::memset(shares, 0, sizeof(S) * static_cast<size_t>(shape.output_row()));
        for (int64_t window = height.first_over(i); window < height.last_over(i); window++)
          shares_kernel(dy.as<T>() + (image * height.out + window) * shape.output_row(), row,
                        static_cast<S>(rows(window)), column_counts, shares);
        for (int64_t n = 0; n < width.kernel; n++) spread_kernel(shares, row, gathered + row.offset(n));
        if (row.sorts()) unsort_row(row, phases, pixels);
        T* target = dx.as<T>() + index * shape.input_row();
        const int64_t read = width.read() * channels;
        round(pixels + width.before * channels, target, read);
        std::memset(target + read, 0, sizeof(T) * static_cast<size_t>(shape.input_row() - read));
      }
    });
  });
}

}  // namespace

static void average_pool2d(Launch& launch, const Buffer& x, const Buffer& y, int64_t batch, int64_t channels,
                           int64_t height, int64_t width, int64_t kernel_h, int64_t kernel_w, int64_t stride_h,
                           int64_t stride_w, int64_t top, int64_t left, int64_t out_h, int64_t out_w, int64_t bottom,
                           int64_t right, int32_t count) {
  const PoolShape shape(batch, channels, {height, kernel_h, stride_h, top, out_h}, {width, kernel_w, stride_w, left, out_w});
  const Divisor rows{shape.height, bottom, static_cast<Count>(count)}, columns{shape.width, right, static_cast<Count>(count)};
  visit_stored(x.dtype, [&]<class T>() { enqueue_average<T>(launch, shape, rows, columns, x, y); });
}
REGISTER_OP(average_pool2d);

static void average_pool2d_gradient(Launch& launch, const Buffer& dy, const Buffer& dx, int64_t batch, int64_t channels,
                                    int64_t height, int64_t width, int64_t kernel_h, int64_t kernel_w, int64_t stride_h,
                                    int64_t stride_w, int64_t top, int64_t left, int64_t out_h, int64_t out_w,
                                    int64_t bottom, int64_t right, int32_t count) {
  const PoolShape shape(batch, channels, {height, kernel_h, stride_h, top, out_h}, {width, kernel_w, stride_w, left, out_w});
  const Divisor rows{shape.height, bottom, static_cast<Count>(count)}, columns{shape.width, right, static_cast<Count>(count)};
  visit_stored(dy.dtype, [&]<class T>() { enqueue_gradient<T>(launch, shape, rows, columns, dy, dx); });
}
REGISTER_OP(average_pool2d_gradient);

}  // namespace convgrad
#endif
