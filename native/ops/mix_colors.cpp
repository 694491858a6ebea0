// y[n, p, :] = M x[n, p, :] + t · grey(mean of image n) + b, for every pixel p: brightness, contrast, saturation, hue and lighting at once.
//
//   x, y  uint8 or float32 [batch, pixels, channels], channels 1 or 3, host memory; uint8 is rounded and cut to 0 … 255
//   mixes float64 [batch, 13]: M row by row (with one channel, its first number), t, b;   grey = 0.299 R + 0.587 G + 0.114 B
//
// Only images first … first + count − 1 are made, on the calling thread; y is assigned.
#include <type_traits>

#include "runtime/host_array.h"

namespace convgrad {

namespace {

template <class T>
T to_color(float value) {
  if constexpr (std::is_same_v<T, uint8_t>) {
    return static_cast<uint8_t>(value > 0 ? (value < 255 ? value + 0.5f : 255.0f) : 0.0f);  // NaN becomes 0
  } else {
    return value;
  }
}

template <class T>
double mean_grey(const T* x, int64_t pixels, int64_t channels) {
  double sums[3] = {0, 0, 0};
  for (int64_t p = 0; p < pixels; p++)
    for (int64_t c = 0; c < channels; c++) sums[c] += static_cast<double>(x[p * channels + c]);
  const double total = channels == 1 ? sums[0] : 0.299 * sums[0] + 0.587 * sums[1] + 0.114 * sums[2];
  return total / static_cast<double>(pixels);
}

template <class T>
void mix_image(const T* x, T* y, const double* mix, int64_t pixels, int64_t channels) {
  const double shift = mix[9] == 0 ? 0 : mix[9] * mean_grey(x, pixels, channels);
  float m[9], b[3];
  for (int k = 0; k < 9; k++) m[k] = static_cast<float>(mix[k]);
  for (int c = 0; c < 3; c++) b[c] = static_cast<float>(mix[10 + c] + shift);
  if (channels == 1) {
    for (int64_t p = 0; p < pixels; p++) y[p] = to_color<T>(m[0] * static_cast<float>(x[p]) + b[0]);
    return;
  }
  for (int64_t p = 0; p < 3 * pixels; p += 3) {
    const float red = static_cast<float>(x[p]), green = static_cast<float>(x[p + 1]), blue = static_cast<float>(x[p + 2]);
    y[p] = to_color<T>(m[0] * red + m[1] * green + m[2] * blue + b[0]);
    y[p + 1] = to_color<T>(m[3] * red + m[4] * green + m[5] * blue + b[1]);
    y[p + 2] = to_color<T>(m[6] * red + m[7] * green + m[8] * blue + b[2]);
  }
}

}  // namespace

static void mix_colors(Launch&, const HostArray& x, const HostArray& y, const HostArray& mixes, int64_t first,
                       int64_t count, int64_t pixels, int64_t channels) {
  for (int64_t n = first; n < first + count; n++) {
    const int64_t start = n * pixels * channels;
    const double* mix = mixes.as<double>() + 13 * n;
    if (x.dtype == DType::uint8) mix_image(x.as<uint8_t>() + start, y.as<uint8_t>() + start, mix, pixels, channels);
    else mix_image(x.as<float>() + start, y.as<float>() + start, mix, pixels, channels);
  }
}
REGISTER_OP(mix_colors);

}  // namespace convgrad
