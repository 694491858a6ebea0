// y = gamma · x̂ + beta,   x̂ = (x − mean) / √(variance + epsilon)
//   x [batch, pixels, channels]    gamma, beta [channels]
//
// Mean and (biased) variance are those of one sample and one group of neighbouring channels, over all pixels. Group
// norm: Wu & He 2018 (arXiv 1803.08494). Instance norm has as many groups as channels (Ulyanov et al. 2016, arXiv
// 1607.08022). Layer norm is one pixel and one group, so that gamma and beta reach every element (Ba et al. 2016,
// arXiv 1607.06450).
//
//   dBeta = Σ dy    dGamma = Σ dy·x̂    dx = (gamma·dy − m₁ − x̂·m₂) / √(variance + epsilon)
//
// with m₁, m₂ the means of gamma·dy and gamma·dy·x̂ over the group. Gradients assign. Sums run over at most 512 pixels
// in the element type, then in float64; squares are taken around the mean, its own rounding error corrected.
#include <cmath>

#include "ops/channels.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/group_norm.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"
#include "ops/row_sums.h"

CONVGRAD_BEGIN_ISA

// Adds d = x − mean to sums, and d² to squares.
template <class T>
void add_centered(const T* x, int64_t n, int64_t width, const T* mean, T* sums, T* squares) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> d = load(x + row + i, left) - load(mean + i, left);
      store(sums + i, load(sums + i, left) + d, left);
      store(squares + i, load(squares + i, left) + d * d, left);
    }
  }
}

// y = (x − mean)·scale + shift
template <class T>
void normalize(const T* x, int64_t n, int64_t width, const T* mean, const T* scale, const T* shift, T* y) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> centered = load(x + row + i, left) - load(mean + i, left);
      store(y + row + i, centered * load(scale + i, left) + load(shift + i, left), left);
    }
  }
}

// Adds weight·dy to sums, and weight·dy·(x − mean) to products.
template <class T>
void add_products(const T* x, const T* dy, int64_t n, int64_t width, const T* mean, const T* weight, T* sums,
                  T* products) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> g = load(dy + row + i, left) * load(weight + i, left);
      store(sums + i, load(sums + i, left) + g, left);
      store(products + i, load(products + i, left) + g * (load(x + row + i, left) - load(mean + i, left)), left);
    }
  }
}

// Adds dy to sums, and dy·(x − mean)·inverse to products.
template <class T>
void add_normalized(const T* x, const T* dy, int64_t n, int64_t width, const T* mean, const T* inverse, T* sums,
                    T* products) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> g = load(dy + row + i, left);
      const Vec<T> normalized = (load(x + row + i, left) - load(mean + i, left)) * load(inverse + i, left);
      store(sums + i, load(sums + i, left) + g, left);
      store(products + i, load(products + i, left) + g * normalized, left);
    }
  }
}

// dx = dy·scale − offset − (x − mean)·slope
template <class T>
void input_gradient(const T* x, const T* dy, int64_t n, int64_t width, const T* mean, const T* scale, const T* offset,
                    const T* slope, T* dx) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> centered = load(x + row + i, left) - load(mean + i, left);
      const Vec<T> d = load(dy + row + i, left) * load(scale + i, left);
      store(dx + row + i, d - load(offset + i, left) - centered * load(slope + i, left), left);
    }
  }
}

// Adds the entries of a table of `repeat` pixels to one total per group.
template <class T>
void fold_groups(const T* table, int64_t repeat, int64_t channels, int64_t groups, double* totals) {
  if (groups == 1) {
    const int64_t width = repeat * channels;
    Vec<T> total{};
    for (int64_t i = 0; i < width; i += kLanes<T>) total += load(table + i, width - i);
    totals[0] += static_cast<double>(sum(total));
    return;
  }
  const int64_t extent = channels / groups;
  for (int64_t r = 0; r < repeat; r++)
    for (int64_t g = 0; g < groups; g++)
      for (int64_t c = 0; c < extent; c++) totals[g] += static_cast<double>(*table++);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

struct Groups {
  int64_t batch, pixels, channels, groups, per_task;
  ChannelRows rows;

  Groups(int64_t samples, int64_t pixel_count, int64_t channel_count, int64_t group_count)
      : batch(samples),
        pixels(pixel_count),
        channels(channel_count),
        groups(group_count),
        rows(pixel_count, channel_count) {
    if (pixels < rows.repeat) {
      rows.repeat = 1;
      rows.width = channels;
      rows.chunk_pixels = ChannelRows::kLongestSum;
    }
    const int64_t several = kChunk / (sample() + 1) + 1, few = (batch + 127) / 128;
    per_task = several > few ? several : few;
  }
  int64_t sample() const { return pixels * channels; }
  double group_size() const { return static_cast<double>(sample() / groups); }
  int64_t tasks() const { return (batch + per_task - 1) / per_task; }

  template <class Body>
  void for_each_task(Body&& body) const {  // body(task, first sample, last sample)
    parallel_for(tasks(), [&](int64_t task) {
      const int64_t end = (task + 1) * per_task;
      body(task, task * per_task, end < batch ? end : batch);
    });
  }

  // A table of one number per channel, value(group, channel).
  template <class T, class Value>
  void fill(T* table, Value&& value) const {
    const int64_t extent = channels / groups;
    for (int64_t g = 0, c = 0; g < groups; g++)
      for (int64_t end = c + extent; c < end; c++) table[c] = static_cast<T>(value(g, c));
    for (int64_t i = channels; i < rows.width; i++) table[i] = table[i - channels];
  }
};

template <class T>
void zero(T* values, int64_t n) {
  for (int64_t i = 0; i < n; i++) values[i] = 0;
}

}  // namespace

// Writes y, and what the gradient needs: mean and inverse = 1 / √(variance + epsilon), [batch, groups].
static void group_norm(Launch& launch, const Buffer& x, OptionalBuffer gamma, OptionalBuffer beta, const Buffer& y,
                       const Buffer& mean, const Buffer& inverse, int64_t batch, int64_t pixels, int64_t channels,
                       int64_t group_count, double epsilon) {
  const Groups shape(batch, pixels, channels, group_count);
  visit_float(x.dtype, [&]<class T>() {
    const auto add_kernel = CONVGRAD_DISPATCH(add_rows<T>);
    const auto centered_kernel = CONVGRAD_DISPATCH(add_centered<T>);
    const auto fold_kernel = CONVGRAD_DISPATCH(fold_groups<T>);
    const auto normalize_kernel = CONVGRAD_DISPATCH(normalize<T>);
    const int64_t width = shape.rows.width;
    T* tables = launch.scratch<T>(shape.tasks() * 5 * width);
    double* totals = launch.scratch<double>(shape.tasks() * 2 * group_count);
    const T* weights = gamma ? gamma->as<T>() : nullptr;
    const T* biases = beta ? beta->as<T>() : nullptr;
    launch([=] {
      shape.for_each_task([&](int64_t task, int64_t begin, int64_t end) {
        T *means = tables + task * 5 * width, *scales = means + width, *shifts = scales + width;
        T *sums = shifts + width, *squares = sums + width;
        double *first = totals + task * 2 * shape.groups, *second = first + shape.groups;
        const double n = shape.group_size();
        shape.fill(shifts, [&](int64_t, int64_t c) { return biases ? biases[c] : T(0); });
        for (int64_t sample = begin; sample < end; sample++) {
          const T* from = x.as<T>() + sample * shape.sample();
          T *sample_mean = mean.as<T>() + sample * shape.groups, *scale = inverse.as<T>() + sample * shape.groups;
          zero(first, shape.groups);
          for (int64_t chunk = 0; chunk < shape.rows.chunks(); chunk++) {
            zero(sums, width);
            add_kernel(from + chunk * shape.rows.chunk_pixels * shape.channels,
                       shape.rows.pixels_in(chunk) * shape.channels, width, sums);
            fold_kernel(sums, shape.rows.repeat, shape.channels, shape.groups, first);
          }
          for (int64_t g = 0; g < shape.groups; g++) sample_mean[g] = static_cast<T>(first[g] / n);
          shape.fill(means, [&](int64_t g, int64_t) { return sample_mean[g]; });
          zero(first, 2 * shape.groups);
          for (int64_t chunk = 0; chunk < shape.rows.chunks(); chunk++) {
            zero(sums, 2 * width);
            centered_kernel(from + chunk * shape.rows.chunk_pixels * shape.channels,
                            shape.rows.pixels_in(chunk) * shape.channels, width, means, sums, squares);
            fold_kernel(sums, shape.rows.repeat, shape.channels, shape.groups, first);
            fold_kernel(squares, shape.rows.repeat, shape.channels, shape.groups, second);
          }
          for (int64_t g = 0; g < shape.groups; g++) {
            const double variance = (second[g] - first[g] * first[g] / n) / n;
            scale[g] = static_cast<T>(1 / std::sqrt((variance < 0 ? 0 : variance) + epsilon));
          }
          shape.fill(scales, [&](int64_t g, int64_t c) { return weights ? weights[c] * scale[g] : scale[g]; });
          normalize_kernel(from, shape.sample(), width, means, scales, shifts, y.as<T>() + sample * shape.sample());
        }
      });
    });
  });
}
REGISTER_OP(group_norm);

static void group_norm_input_gradient(Launch& launch, const Buffer& x, const Buffer& dy, OptionalBuffer gamma,
                                      const Buffer& mean, const Buffer& inverse, const Buffer& dx, int64_t batch,
                                      int64_t pixels, int64_t channels, int64_t group_count) {
  const Groups shape(batch, pixels, channels, group_count);
  visit_float(x.dtype, [&]<class T>() {
    const auto add_kernel = CONVGRAD_DISPATCH(add_products<T>);
    const auto fold_kernel = CONVGRAD_DISPATCH(fold_groups<T>);
    const auto gradient_kernel = CONVGRAD_DISPATCH(input_gradient<T>);
    const int64_t width = shape.rows.width;
    T* tables = launch.scratch<T>(shape.tasks() * 6 * width);
    double* totals = launch.scratch<double>(shape.tasks() * 2 * group_count);
    const T* weights = gamma ? gamma->as<T>() : nullptr;
    launch([=] {
      shape.for_each_task([&](int64_t task, int64_t begin, int64_t end) {
        T *means = tables + task * 6 * width, *scales = means + width, *offsets = scales + width;
        T *slopes = offsets + width, *sums = slopes + width, *products = sums + width;
        double *first = totals + task * 2 * shape.groups, *second = first + shape.groups;
        const double n = shape.group_size();
        for (int64_t sample = begin; sample < end; sample++) {
          const T *from = x.as<T>() + sample * shape.sample(), *upstream = dy.as<T>() + sample * shape.sample();
          const T *sample_mean = mean.as<T>() + sample * shape.groups, *scale = inverse.as<T>() + sample * shape.groups;
          shape.fill(means, [&](int64_t g, int64_t) { return sample_mean[g]; });
          shape.fill(scales, [&](int64_t, int64_t c) { return weights ? weights[c] : T(1); });
          zero(first, 2 * shape.groups);
          for (int64_t chunk = 0; chunk < shape.rows.chunks(); chunk++) {
            const int64_t start = chunk * shape.rows.chunk_pixels * shape.channels;
            zero(sums, 2 * width);
            add_kernel(from + start, upstream + start, shape.rows.pixels_in(chunk) * shape.channels, width, means,
                       scales, sums, products);
            fold_kernel(sums, shape.rows.repeat, shape.channels, shape.groups, first);
            fold_kernel(products, shape.rows.repeat, shape.channels, shape.groups, second);
          }
          shape.fill(offsets, [&](int64_t g, int64_t) { return static_cast<double>(scale[g]) * first[g] / n; });
          shape.fill(slopes, [&](int64_t g, int64_t) {
            const double factor = static_cast<double>(scale[g]);
            return factor * factor * factor * second[g] / n;
          });
          shape.fill(scales, [&](int64_t g, int64_t c) { return weights ? weights[c] * scale[g] : scale[g]; });
          gradient_kernel(from, upstream, shape.sample(), width, means, scales, offsets, slopes,
                          dx.as<T>() + sample * shape.sample());
        }
      });
    });
  });
}
REGISTER_OP(group_norm_input_gradient);

static void group_norm_parameter_gradients(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& mean,
                                           const Buffer& inverse, const Buffer& d_gamma, const Buffer& d_beta,
                                           int64_t batch, int64_t pixels, int64_t channels, int64_t group_count) {
  const Groups shape(batch, pixels, channels, group_count);
  visit_float(x.dtype, [&]<class T>() {
    const auto add_kernel = CONVGRAD_DISPATCH(add_normalized<T>);
    const int64_t width = shape.rows.width;
    T* tables = launch.scratch<T>(shape.tasks() * 4 * width);
    double* totals = launch.scratch<double>(shape.tasks() * 2 * channels);
    launch([=] {
      shape.for_each_task([&](int64_t task, int64_t begin, int64_t end) {
        T *means = tables + task * 4 * width, *inverses = means + width;
        T *sums = inverses + width, *products = sums + width;
        double *beta_totals = totals + task * 2 * shape.channels, *gamma_totals = beta_totals + shape.channels;
        const auto flush = [&] {
          for (int64_t c = 0; c < shape.channels; c++) {
            beta_totals[c] += shape.rows.fold(sums, c);
            gamma_totals[c] += shape.rows.fold(products, c);
          }
          zero(sums, 2 * width);
        };
        zero(beta_totals, 2 * shape.channels);
        zero(sums, 2 * width);
        int64_t rows = 0;  // since the last flush
        for (int64_t sample = begin; sample < end; sample++) {
          const T *sample_mean = mean.as<T>() + sample * shape.groups, *scale = inverse.as<T>() + sample * shape.groups;
          shape.fill(means, [&](int64_t g, int64_t) { return sample_mean[g]; });
          shape.fill(inverses, [&](int64_t g, int64_t) { return scale[g]; });
          for (int64_t chunk = 0; chunk < shape.rows.chunks(); chunk++) {
            const int64_t start = sample * shape.sample() + chunk * shape.rows.chunk_pixels * shape.channels;
            const int64_t count = shape.rows.pixels_in(chunk);
            add_kernel(x.as<T>() + start, dy.as<T>() + start, count * shape.channels, width, means, inverses, sums,
                       products);
            rows += count / shape.rows.repeat + 1;
            if (rows >= ChannelRows::kLongestSum) {
              flush();
              rows = 0;
            }
          }
        }
        flush();
      });
      shape.rows.for_each_channel([&](int64_t c) {
        double beta_total = 0, gamma_total = 0;
        for (int64_t task = 0; task < shape.tasks(); task++) {
          beta_total += totals[task * 2 * shape.channels + c];
          gamma_total += totals[(task * 2 + 1) * shape.channels + c];
        }
        d_beta.as<T>()[c] = static_cast<T>(beta_total);
        d_gamma.as<T>()[c] = static_cast<T>(gamma_total);
      });
    });
  });
}
REGISTER_OP(group_norm_parameter_gradients);

}  // namespace convgrad
#endif
