// y(i, j, c) = max over m < kernel_h, n < kernel_w of x(i·stride − before + m, j·stride − before + n, c)
//
// Padding never wins. Equal values: the first in row-major order wins; NaN wins over everything.
// switches(i, j, c) = m·kernel_w + n of the winner, in one byte where the window has at most 256 elements, else int32;
// kept only for the gradient:  dx(winner) = Σ dy over the windows it won. The gradient assigns.
// See pool_window.h for the sweep, and max_pool_windows.h for windows that need none. Inside the kernels, positions in the
// window are floating-point numbers (Sum<T>), exact up to 2²⁴.
#include "ops/pool_window.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/max_pool2d.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/convert.h"
#include "simd/past_cache.h"
#include "simd/vec.h"
#include "ops/max_pool_windows.h"

CONVGRAD_BEGIN_ISA

template <class V>
CONVGRAD_INLINE V larger(V best, V candidate) {
  return select(best != best, best, max(best, candidate));
}

// y[i] = max over r of x[r·stride + i]
template <class T>
void max_rows(const T* x, int64_t stride, int64_t rows, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    Vec<T> best = load(x + i, n - i);
    for (int64_t r = 1; r < rows; r++) best = larger(best, load(x + r * stride + i, n - i));
    store(y + i, best, n - i);
  }
}

// As max_rows, and positions[i] = first_position + step·(the first r that has the maximum).
template <class T>
void max_rows_with_positions(const T* x, int64_t stride, int64_t rows, Sum<T> first_position, Sum<T> step, T* y,
                             Sum<T>* positions, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    Vec<T> best = load(x + i, n - i), winner = broadcast(first_position), position = winner;
    for (int64_t r = 1; r < rows; r++) {
      position += step;
      const Vec<T> candidate = load(x + r * stride + i, n - i);
      const auto wins = beats(candidate, best);
      best = select(wins, candidate, best);
      winner = select(wins, position, winner);
    }
    store(y + i, best, n - i);
    store(positions + i, winner, n - i);
  }
}

template <class T>
void max_columns(const T* x, const PoolRow& row, const int64_t* offsets, int64_t kernel, T* y) {
  for (int64_t run = 0; run < row.runs; run++, x += row.step, y += row.length)
    for (int64_t c = 0; c < row.length; c += kLanes<T>) {
      Vec<T> best = load(x + offsets[0] + c, row.length - c);
      for (int64_t n = 1; n < kernel; n++) best = larger(best, load(x + offsets[n] + c, row.length - c));
      store(y + c, best, row.length - c);
    }
}

template <class T>
void max_columns_with_positions(const T* x, const Sum<T>* positions, const PoolRow& row, const int64_t* offsets,
                                int64_t kernel, T* y, Sum<T>* winners) {
  for (int64_t run = 0; run < row.runs; run++, x += row.step, positions += row.step, y += row.length, winners += row.length)
    for (int64_t c = 0; c < row.length; c += kLanes<T>) {
      Vec<T> best = load(x + offsets[0] + c, row.length - c), winner = load(positions + offsets[0] + c, row.length - c);
      Vec<T> column{};
      for (int64_t n = 1; n < kernel; n++) {
        column += 1;
        const Vec<T> candidate = load(x + offsets[n] + c, row.length - c);
        const Vec<T> position = load(positions + offsets[n] + c, row.length - c) + column;
        const auto wins = beats(candidate, best) | ((candidate == best) & (position < winner));
        best = select(wins, candidate, best);
        winner = select(wins, position, winner);
      }
      store(y + c, best, row.length - c);
      store(winners + c, winner, row.length - c);
    }
}

// Adds dy to dx, at column n of each window, where the winner is `position`.
template <class T>
void route(const T* dy, const Sum<T>* winners, Sum<T> position, const PoolRow& row, Sum<T>* dx) {
  const Vec<T> zero{};
  for (int64_t run = 0; run < row.runs; run++, dy += row.length, winners += row.length, dx += row.step)
    for (int64_t c = 0; c < row.length; c += kLanes<T>) {
      const int64_t left = row.length - c;
      const Vec<T> share = select(load(winners + c, left) == position, load(dy + c, left), zero);
      store(dx + c, load(dx + c, left) + share, left);
    }
}

// The same for windows side by side: dx = dy where the winner is, else 0.
template <class T, class Switch>
void route_apart(const T* dy, const Switch* switches, const ApartRow<T>& row) {
  const Vec<T> zero{};
  T* dx = row.dx;
  for (int64_t window = 0; window < row.windows;
       window++, dx += row.kernel_w * row.channels, dy += row.channels, switches += row.channels)
    for (int64_t c = 0; c < row.channels; c += kLanes<T>) {
      const int64_t left = row.channels - c;
      const Vec<T> share = load(dy + c, left), winner = load_as<Sum<T>>(switches + c, left);
      Vec<T> position{};
      for (int64_t m = 0; m < row.kernel_h; m++)
        for (int64_t n = 0; n < row.kernel_w; n++, position += 1)
          store_past(dx + m * row.dx_row + n * row.channels + c, select(winner == position, share, zero), left, row.stream);
    }
  if (row.stream) stream_fence();
}

template <class From, class To>
void convert(const From* from, To* to, int64_t n) {
  for (int64_t i = 0; i < n; i++) to[i] = static_cast<To>(from[i]);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

template <class Visit>
void visit_switches(DType dtype, Visit&& visit) {
  if (dtype == DType::uint8) visit.template operator()<uint8_t>();
  else visit.template operator()<int32_t>();
}

// Output row `index` of all images by max_windows().
template <class T, class Kernel>
void max_row(Kernel kernel, const PoolShape& shape, const T* x, int64_t index, T* y, Sum<T>* winners) {
  const PoolAxis& height = shape.height;
  const int64_t image = index / height.out, i = index % height.out, first = height.first(i);
  kernel(x + (image * height.input + first) * shape.input_row(), shape.input_row(), height.last(i) - first,
         first - height.start(i), shape.width, shape.channels, y + index * shape.output_row(), winners);
}

template <class T>
void enqueue_max_windows(Launch& launch, const PoolShape& shape, const Buffer& x, const Buffer& y) {
  const auto kernel = CONVGRAD_DISPATCH(max_windows<T, false>);
  const RowBlocks blocks(shape.batch * shape.height.out, shape.input_row() * shape.height.stride);
  launch([=] {
    blocks([&](int64_t, int64_t begin, int64_t end) {
      for (int64_t index = begin; index < end; index++)
        max_row<T>(kernel, shape, x.as<T>(), index, y.as<T>(), nullptr);
    });
  });
}

template <class T, class Switch, class S = Sum<T>>
void enqueue_max_windows_with_switches(Launch& launch, const PoolShape& shape, const Buffer& x, const Buffer& y,
                                       const Buffer& switches) {
  const auto kernel = CONVGRAD_DISPATCH(max_windows<T, true>);
  const auto narrow = CONVGRAD_DISPATCH(convert<S, Switch>);
  const RowBlocks blocks(shape.batch * shape.height.out, shape.input_row() * shape.height.stride);
  const int64_t size = shape.output_row();
  S* scratch = launch.scratch<S>(blocks.count() * size);
  launch([=] {
    blocks([&](int64_t block, int64_t begin, int64_t end) {
      S* winners = scratch + block * size;
      for (int64_t index = begin; index < end; index++) {
        max_row<T>(kernel, shape, x.as<T>(), index, y.as<T>(), winners);
        narrow(winners, switches.as<Switch>() + index * size, size);
      }
    });
  });
}

// Scratch of one block of rows: the reduced row as pixels and as phases, and the same for positions.
template <class T>
void enqueue_max(Launch& launch, const PoolShape& shape, const Buffer& x, const Buffer& y) {
  const auto rows_kernel = CONVGRAD_DISPATCH(max_rows<T>);
  const auto columns_kernel = CONVGRAD_DISPATCH(max_columns<T>);
  const RowBlocks blocks(shape.batch * shape.height.out, shape.input_row() * shape.height.stride);
  const int64_t size = shape.row.size();
  T* scratch = launch.scratch<T>(blocks.count() * size * 2);
  int64_t* offsets = launch.scratch<int64_t>(shape.width.kernel);
  launch([=] {
    for (int64_t n = 0; n < shape.width.kernel; n++) offsets[n] = shape.row.offset(n);
    blocks([&](int64_t block, int64_t begin, int64_t end) {
      const auto& [batch, channels, height, width, row] = shape;
      T* pixels = scratch + block * size * 2;
      T* phases = pixels + size;
      for (int64_t i = 0; i < size; i++) pixels[i] = -static_cast<Sum<T>>(__builtin_inf());
      for (int64_t index = begin; index < end; index++) {
        const int64_t image = index / height.out, i = index % height.out, first = height.first(i);
        rows_kernel(x.as<T>() + (image * height.input + first) * shape.input_row(), shape.input_row(),
                    height.last(i) - first, pixels + width.before * channels, width.read() * channels);
        if (row.sorts()) sort_row(row, pixels, phases);
        columns_kernel(row.sorts() ? phases : pixels, row, offsets, width.kernel, y.as<T>() + index * shape.output_row());
      }
    });
  });
}

template <class T, class Switch, class S = Sum<T>>
void enqueue_max_with_switches(Launch& launch, const PoolShape& shape, const Buffer& x, const Buffer& y,
                               const Buffer& switches) {
  const auto rows_kernel = CONVGRAD_DISPATCH(max_rows_with_positions<T>);
  const auto columns_kernel = CONVGRAD_DISPATCH(max_columns_with_positions<T>);
  const auto narrow = CONVGRAD_DISPATCH(convert<S, Switch>);
  const RowBlocks blocks(shape.batch * shape.height.out, shape.input_row() * shape.height.stride);
  const int64_t size = shape.row.size(), position_size = 2 * size + shape.output_row();
  T* scratch = launch.scratch<T>(blocks.count() * 2 * size);
  S* position_scratch = launch.scratch<S>(blocks.count() * position_size);
  int64_t* offsets = launch.scratch<int64_t>(shape.width.kernel);
  launch([=] {
    for (int64_t n = 0; n < shape.width.kernel; n++) offsets[n] = shape.row.offset(n);
    blocks([&](int64_t block, int64_t begin, int64_t end) {
      const auto& [batch, channels, height, width, row] = shape;
      T *pixels = scratch + block * 2 * size, *phases = pixels + size;
      S *positions = position_scratch + block * position_size, *sorted_positions = positions + size;
      S* winners = sorted_positions + size;
      for (int64_t i = 0; i < size; i++) pixels[i] = -static_cast<Sum<T>>(__builtin_inf());
      for (int64_t i = 0; i < size; i++) positions[i] = static_cast<S>(height.kernel * width.kernel);
      const int64_t inside = width.before * channels;
      for (int64_t index = begin; index < end; index++) {
        const int64_t image = index / height.out, i = index % height.out, first = height.first(i);
        rows_kernel(x.as<T>() + (image * height.input + first) * shape.input_row(), shape.input_row(),
                    height.last(i) - first, static_cast<S>((first - height.start(i)) * width.kernel),
                    static_cast<S>(width.kernel), pixels + inside, positions + inside, width.read() * channels);
        if (row.sorts()) {
          sort_row(row, pixels, phases);
          sort_row(row, positions, sorted_positions);
        }
        columns_kernel(row.sorts() ? phases : pixels, row.sorts() ? sorted_positions : positions, row, offsets,
                       width.kernel, y.as<T>() + index * shape.output_row(), winners);
        narrow(winners, switches.as<Switch>() + index * shape.output_row(), shape.output_row());
      }
    });
  });
}

template <class T, class Switch, class S = Sum<T>>
void enqueue_gradient(Launch& launch, const PoolShape& shape, const Buffer& dy, const Buffer& switches,
                      const Buffer& dx) {
  const auto route_kernel = CONVGRAD_DISPATCH(route<T>);
  if (shape.apart()) {
    const auto apart_kernel = CONVGRAD_DISPATCH(route_apart<T, Switch>);
    launch([=] {
      for_each_row_apart(shape, dx.as<T>(), [&](int64_t index, const ApartRow<T>& row) {
        apart_kernel(dy.as<T>() + index * shape.output_row(), switches.as<Switch>() + index * shape.output_row(), row);
      });
    });
    return;
  }
  const RowBlocks blocks(shape.batch * shape.height.input, shape.input_row());
  if (shape.few_windows()) {
    const auto windows_kernel = CONVGRAD_DISPATCH(route_windows<T, Switch>);
    const bool past = dx.length * static_cast<int64_t>(sizeof(T)) >= blocking::kStreamBytes;
    launch([=] {
      blocks([&](int64_t, int64_t begin, int64_t end) {
        for (int64_t index = begin; index < end; index++) {
          const int64_t image = index / shape.height.input, from = image * shape.height.out * shape.output_row();
          windows_kernel(dy.as<T>() + from, switches.as<Switch>() + from, shape, index % shape.height.input,
                         dx.as<T>() + index * shape.input_row(), past);
        }
      });
    });
    return;
  }
  const auto widen = CONVGRAD_DISPATCH(convert<Switch, S>);
  const auto round = CONVGRAD_DISPATCH(convert_elements<S, T>);
  const int64_t size = shape.row.size(), block_size = 2 * size + shape.output_row();
  S* scratch = launch.scratch<S>(blocks.count() * block_size);
  launch([=] {
    blocks([&](int64_t block, int64_t begin, int64_t end) {
      const auto& [batch, channels, height, width, row] = shape;
      S* pixels = scratch + block * block_size;
      S *phases = pixels + size, *winners = phases + size;
      // Without padding and sorting the gradient is gathered where it belongs.
      const bool in_place =
          std::is_same_v<T, S> && !row.sorts() && width.before == 0 && width.reach() <= width.input;
      for (int64_t index = begin; index < end; index++) {
        const int64_t image = index / height.input, i = index % height.input;
        T* target = dx.as<T>() + index * shape.input_row();
        S* gathered = row.sorts() ? phases : in_place ? dx.as<S>() + index * shape.input_row() : pixels;
        std::memset(gathered, 0, sizeof(S) * static_cast<size_t>(in_place ? shape.input_row() : size));
        for (int64_t window = height.first_over(i); window < height.last_over(i); window++) {
          const int64_t from = (image * height.out + window) * shape.output_row(), m = i - height.start(window);
          widen(switches.as<Switch>() + from, winners, shape.output_row());
          for (int64_t n = 0; n < width.kernel; n++)
            route_kernel(dy.as<T>() + from, winners, static_cast<S>(m * width.kernel + n), row, gathered + row.offset(n));
        }
        if (in_place) continue;
        if (row.sorts()) unsort_row(row, phases, pixels);
        const int64_t read = width.read() * channels;
        round(pixels + width.before * channels, target, read);
        std::memset(target + read, 0, sizeof(T) * static_cast<size_t>(shape.input_row() - read));
      }
    });
  });
}

}  // namespace

static void max_pool2d(Launch& launch, const Buffer& x, const Buffer& y, OptionalBuffer switches, int64_t batch,
                       int64_t channels, int64_t height, int64_t width, int64_t kernel_h, int64_t kernel_w,
                       int64_t stride_h, int64_t stride_w, int64_t top, int64_t left, int64_t out_h, int64_t out_w) {
  const PoolShape shape(batch, channels, {height, kernel_h, stride_h, top, out_h}, {width, kernel_w, stride_w, left, out_w});
  visit_stored(x.dtype, [&]<class T>() {
    const bool small = shape.small_windows();
    if (!switches) return small ? enqueue_max_windows<T>(launch, shape, x, y) : enqueue_max<T>(launch, shape, x, y);
    visit_switches(switches->dtype, [&]<class S>() {
      const auto run = small ? enqueue_max_windows_with_switches<T, S> : enqueue_max_with_switches<T, S>;
      run(launch, shape, x, y, *switches);
    });
  });
}
REGISTER_OP(max_pool2d);

static void max_pool2d_gradient(Launch& launch, const Buffer& dy, const Buffer& switches, const Buffer& dx,
                                int64_t batch, int64_t channels, int64_t height, int64_t width, int64_t kernel_h,
                                int64_t kernel_w, int64_t stride_h, int64_t stride_w, int64_t top, int64_t left,
                                int64_t out_h, int64_t out_w) {
  const PoolShape shape(batch, channels, {height, kernel_h, stride_h, top, out_h}, {width, kernel_w, stride_w, left, out_w});
  visit_stored(dy.dtype, [&]<class T>() {
    visit_switches(switches.dtype, [&]<class S>() { enqueue_gradient<T, S>(launch, shape, dy, switches, dx); });
  });
}
REGISTER_OP(max_pool2d_gradient);

}  // namespace convgrad
#endif
