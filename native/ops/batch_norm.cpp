// y = gamma · x̂ + beta,   x̂ = (x − mean) / √(variance + epsilon),   per channel; x [pixels, channels], the rest [channels].
// Ioffe & Szegedy 2015 (arXiv 1502.03167).
//
// Training: mean and (biased) variance are the batch's. Running statistics follow, running ← (1 − m)·running + m·batch, with
// the unbiased variance (PyTorch) or the biased one (Keras). Evaluation: mean and variance are the running ones.
//
//   dBeta = Σ dy    dGamma = Σ dy·x̂    dx = gamma / √(variance + epsilon) · (dy − mean(dy) − x̂·mean(dy·x̂)) in training,
//                                      dx = gamma / √(variance + epsilon) · dy in evaluation; gradients assign.
//
// With relu y = max(0, ·), and dy counts only where y > 0, which is computed again instead of being read.
//
// Statistics are taken chunk by chunk while the chunk is in cache: first its mean, then the squares around that mean with
// the mean's own rounding error corrected. Chunks are combined in float64 (Chan, Golub & LeVeque 1979). See channels.h.
#include <cmath>

#include "ops/channels.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/batch_norm.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/vec.h"
#include "ops/row_sums.h"

CONVGRAD_BEGIN_ISA

// Adds d = x − center to sums, and d² to squares.
template <class T>
void add_centered(const T* x, int64_t n, int64_t width, const Sum<T>* center, Sum<T>* sums, Sum<T>* squares) {
  for (int64_t row = 0; row < n; row += 2 * width) {
    const int64_t filled = n - row < width ? n - row : width;
    const int64_t second = n - row - width < width ? n - row - width : width;  // of the row after
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> middle = load(center + i, left);
      const Vec<T> a = load(x + row + i, left) - middle;
      const Vec<T> b = second > i ? load(x + row + width + i, second - i) - load(center + i, second - i) : Vec<T>{};
      store(sums + i, load(sums + i, left) + (a + b), left);
      store(squares + i, load(squares + i, left) + (a * a + b * b), left);
    }
  }
}

// (x − mean)·scale + shift
template <class V, class S>
CONVGRAD_INLINE V normalized(V x, const ChannelMap<S>& map, int64_t i, int64_t left) {
  return (x - load(map.mean + i, left)) * load(map.scale + i, left) + load(map.shift + i, left);
}

template <class T, bool kRelu>
void normalize(const T* x, int64_t n, int64_t width, const ChannelMap<Sum<T>>& map, T* y) {
  const Vec<T> zero{};
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> v = normalized(load(x + row + i, left), map, i, left);
      store(y + row + i, kRelu ? max(zero, v) : v, left);
    }
  }
}

// dy, with kRelu only where y > 0.
template <class T, bool kRelu>
CONVGRAD_INLINE Vec<T> upstream(const T* dy, Vec<T> x, const ChannelMap<Sum<T>>& map, int64_t i, int64_t left) {
  const Vec<T> g = load(dy, left), zero{};
  return kRelu ? select(normalized(x, map, i, left) > zero, g, zero) : g;
}

// Adds dy to sums, and dy·(x − mean) to products.
template <class T, bool kRelu>
void add_products(const T* x, const T* dy, int64_t n, int64_t width, const ChannelMap<Sum<T>>& map, Sum<T>* sums,
                  Sum<T>* products) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> value = load(x + row + i, left), g = upstream<T, kRelu>(dy + row + i, value, map, i, left);
      store(sums + i, load(sums + i, left) + g, left);
      store(products + i, load(products + i, left) + g * (value - load(map.mean + i, left)), left);
    }
  }
}

// dx = scale·(dy − mean_dy − (x − mean)·slope)
template <class T, bool kRelu>
void input_gradient(const T* x, const T* dy, int64_t n, int64_t width, const ChannelMap<Sum<T>>& map,
                    const Sum<T>* mean_dy, const Sum<T>* slope, T* dx) {
  for (int64_t row = 0; row < n; row += width) {
    const int64_t filled = n - row < width ? n - row : width;
    for (int64_t i = 0; i < filled; i += kLanes<T>) {
      const int64_t left = filled - i;
      const Vec<T> value = load(x + row + i, left), g = upstream<T, kRelu>(dy + row + i, value, map, i, left);
      const Vec<T> centered = value - load(map.mean + i, left);
      const Vec<T> d = g - load(mean_dy + i, left) - centered * load(slope + i, left);
      store(dx + row + i, d * load(map.scale + i, left), left);
    }
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

template <class T>
void zero(T* row, int64_t width) {
  for (int64_t i = 0; i < width; i++) row[i] = 0;
}

struct Moments {
  double mean = 0, squares = 0;  // squares: Σ (x − mean)²
};

// `partial` holds three rows for each chunk: centres, Σ d and Σ d².
template <class T>
Moments combine(const ChannelRows& rows, const T* partial, int64_t channel) {
  Moments all;
  double count = 0;
  for (int64_t chunk = 0; chunk < rows.chunks(); chunk++) {
    const T* center = partial + chunk * 3 * rows.width;
    const double n = static_cast<double>(rows.pixels_in(chunk));
    const double sum = rows.fold(center + rows.width, channel);
    const double squares = rows.fold(center + 2 * rows.width, channel) - sum * sum / n;
    const double delta = static_cast<double>(center[channel]) + sum / n - all.mean;
    all.squares += (squares > 0 || squares != squares ? squares : 0) + delta * delta * count * n / (count + n);
    all.mean += delta * n / (count + n);
    count += n;
  }
  return all;
}

template <class T, class S = Sum<T>>
void enqueue_statistics(Launch& launch, const ChannelRows& rows, const Buffer& x, const Buffer& running_mean,
                        const Buffer& running_variance, const Buffer& mean, const Buffer& inverse, double momentum,
                        double epsilon, bool unbiased) {
  const auto add_kernel = CONVGRAD_DISPATCH(add_rows<T>);
  const auto centered_kernel = CONVGRAD_DISPATCH(add_centered<T>);
  S* partial = launch.scratch<S>(rows.chunks() * 3 * rows.width);
  launch([=] {
    rows.for_each_chunk([&](int64_t chunk, int64_t start, int64_t n) {
      S* center = partial + chunk * 3 * rows.width;
      zero(center, 3 * rows.width);
      add_kernel(x.as<T>() + start, n, rows.width, center);
      for (int64_t c = 0; c < rows.channels; c++)
        rows.fill(center, c, static_cast<S>(rows.fold(center, c) / static_cast<double>(rows.pixels_in(chunk))));
      centered_kernel(x.as<T>() + start, n, rows.width, center, center + rows.width, center + 2 * rows.width);
    });
    rows.for_each_channel([&](int64_t c) {
      const Moments moments = combine(rows, partial, c);
      const double n = static_cast<double>(rows.pixels);
      const auto follow = [&](S& running, double batch) {
        running = static_cast<S>((1 - momentum) * static_cast<double>(running) + momentum * batch);
      };
      follow(running_mean.as<S>()[c], moments.mean);
      follow(running_variance.as<S>()[c], moments.squares / (unbiased ? n - 1 : n));
      mean.as<S>()[c] = static_cast<S>(moments.mean);
      inverse.as<S>()[c] = static_cast<S>(1 / std::sqrt(moments.squares / n + epsilon));
    });
  });
}

}  // namespace

// Writes y, and what the gradient needs: mean and inverse = 1 / √(variance + epsilon), [channels].
static void batch_norm(Launch& launch, const Buffer& x, const Buffer& gamma, const Buffer& beta,
                       const Buffer& running_mean, const Buffer& running_variance, const Buffer& y, const Buffer& mean,
                       const Buffer& inverse, bool training, double momentum, double epsilon, bool unbiased, bool relu) {
  const ChannelRows rows(x.length / gamma.length, gamma.length);
  visit_stored(x.dtype, [&]<class T, class S = Sum<T>>() {
    if (training)
      enqueue_statistics<T>(launch, rows, x, running_mean, running_variance, mean, inverse, momentum, epsilon, unbiased);
    const auto kernel = relu ? CONVGRAD_DISPATCH(normalize<T, true>) : CONVGRAD_DISPATCH(normalize<T, false>);
    S* tables = launch.scratch<S>(ChannelMap<S>::length(rows));
    launch([=] {
      for (int64_t c = 0; c < rows.channels && !training; c++) {
        mean.as<S>()[c] = running_mean.as<S>()[c];
        inverse.as<S>()[c] = static_cast<S>(1 / std::sqrt(static_cast<double>(running_variance.as<S>()[c]) + epsilon));
      }
      const ChannelMap<S> map(rows, tables, mean.as<S>(), inverse.as<S>(), gamma.as<S>(), beta.as<S>());
      rows.for_each_chunk([&](int64_t, int64_t start, int64_t n) {
        kernel(x.as<T>() + start, n, rows.width, map, y.as<T>() + start);
      });
    });
  });
}
REGISTER_OP(batch_norm);

static void batch_norm_parameter_gradients(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& gamma,
                                           const Buffer& beta, const Buffer& mean, const Buffer& inverse,
                                           const Buffer& d_gamma, const Buffer& d_beta, bool relu) {
  const ChannelRows rows(x.length / mean.length, mean.length);
  visit_stored(x.dtype, [&]<class T, class S = Sum<T>>() {
    const auto kernel = relu ? CONVGRAD_DISPATCH(add_products<T, true>) : CONVGRAD_DISPATCH(add_products<T, false>);
    S* partial = launch.scratch<S>(rows.chunks() * 2 * rows.width);
    S* tables = launch.scratch<S>(ChannelMap<S>::length(rows));
    launch([=] {
      const ChannelMap<S> map(rows, tables, mean.as<S>(), inverse.as<S>(), gamma.as<S>(), beta.as<S>());
      rows.for_each_chunk([&](int64_t chunk, int64_t start, int64_t n) {
        S* sums = partial + chunk * 2 * rows.width;
        zero(sums, 2 * rows.width);
        kernel(x.as<T>() + start, dy.as<T>() + start, n, rows.width, map, sums, sums + rows.width);
      });
      rows.for_each_channel([&](int64_t c) {
        double sum = 0, product = 0;
        for (int64_t chunk = 0; chunk < rows.chunks(); chunk++) {
          sum += rows.fold(partial + chunk * 2 * rows.width, c);
          product += rows.fold(partial + (chunk * 2 + 1) * rows.width, c);
        }
        d_beta.as<S>()[c] = static_cast<S>(sum);
        d_gamma.as<S>()[c] = static_cast<S>(product * static_cast<double>(inverse.as<S>()[c]));
      });
    });
  });
}
REGISTER_OP(batch_norm_parameter_gradients);

static void batch_norm_input_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& gamma,
                                      const Buffer& beta, const Buffer& mean, const Buffer& inverse,
                                      const Buffer& d_gamma, const Buffer& d_beta, const Buffer& dx, bool relu) {
  const ChannelRows rows(x.length / gamma.length, gamma.length);
  visit_stored(x.dtype, [&]<class T, class S = Sum<T>>() {
    const auto kernel = relu ? CONVGRAD_DISPATCH(input_gradient<T, true>) : CONVGRAD_DISPATCH(input_gradient<T, false>);
    S* tables = launch.scratch<S>(ChannelMap<S>::length(rows) + 2 * rows.width);
    launch([=] {
      const ChannelMap<S> map(rows, tables, mean.as<S>(), inverse.as<S>(), gamma.as<S>(), beta.as<S>());
      S *mean_dy = tables + ChannelMap<S>::length(rows), *slopes = mean_dy + rows.width;
      const S n = static_cast<S>(rows.pixels);
      for (int64_t c = 0; c < rows.channels; c++) {
        rows.fill(mean_dy, c, d_beta.as<S>()[c] / n);
        rows.fill(slopes, c, d_gamma.as<S>()[c] / n * inverse.as<S>()[c]);
      }
      rows.for_each_chunk([&](int64_t, int64_t start, int64_t count) {
        kernel(x.as<T>() + start, dy.as<T>() + start, count, rows.width, map, mean_dy, slopes, dx.as<T>() + start);
      });
    });
  });
}
REGISTER_OP(batch_norm_input_gradient);

// In evaluation dx = dy·scale: normalize() with neither mean nor shift.
static void batch_norm_scale_gradient(Launch& launch, const Buffer& dy, const Buffer& gamma, const Buffer& inverse,
                                      const Buffer& dx) {
  const ChannelRows rows(dy.length / gamma.length, gamma.length);
  visit_stored(dy.dtype, [&]<class T, class S = Sum<T>>() {
    const auto kernel = CONVGRAD_DISPATCH(normalize<T, false>);
    S* tables = launch.scratch<S>(2 * rows.width);
    launch([=] {
      S *zeros = tables, *scales = tables + rows.width;
      zero(zeros, rows.width);
      for (int64_t c = 0; c < rows.channels; c++) rows.fill(scales, c, gamma.as<S>()[c] * inverse.as<S>()[c]);
      rows.for_each_chunk([&](int64_t, int64_t start, int64_t n) {
        kernel(dy.as<T>() + start, n, rows.width, {zeros, scales, zeros}, dx.as<T>() + start);
      });
    });
  });
}
REGISTER_OP(batch_norm_scale_gradient);

}  // namespace convgrad
#endif
