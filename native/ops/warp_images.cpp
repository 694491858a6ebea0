// y[n, i, j, c] = x at (a i + b j + c₀, d i + e j + f) of image n, bilinear; outside the image there is `fill`, or with `edge` the
// nearest pixel of its edge.
//
//   x          uint8 or float32 [batch, height, width, channels], host memory
//   transforms float64 [batch, 6]: a, b, c₀ (row), d, e, f (column), from pixels of the result to pixels of x
//   y          [batch, to_height, to_width, channels] of the same dtype, assigned; uint8 rounds to the nearest
//
// Only images first … first + count − 1 are made, on the calling thread.
#include <cmath>
#include <type_traits>

#include "runtime/host_array.h"

namespace convgrad {

namespace {

template <class T>
struct Image {
  const T* x;
  int64_t height, width, channels;
  float fill;
  bool edge;

  float at(int64_t i, int64_t j, int64_t c) const {
    return i >= 0 && i < height && j >= 0 && j < width ? static_cast<float>(x[(i * width + j) * channels + c]) : fill;
  }
};

template <class T>
T to_pixel(float value) {
  if constexpr (std::is_same_v<T, uint8_t>) return static_cast<uint8_t>(value + 0.5f);  // a mean of bytes: in range
  else return value;
}

template <class T>
void warp_image(const Image<T>& image, const double* t, T* y, int64_t to_height, int64_t to_width) {
  const int64_t channels = image.channels, row = image.width * channels;
  const double height = static_cast<double>(image.height), width = static_cast<double>(image.width);
  for (int64_t i = 0; i < to_height; i++) {
    const double row_start = t[0] * static_cast<double>(i) + t[2], column_start = t[3] * static_cast<double>(i) + t[5];
    for (int64_t j = 0; j < to_width; j++, y += channels) {
      double si = t[1] * static_cast<double>(j) + row_start, sj = t[4] * static_cast<double>(j) + column_start;
      if (image.edge) {
        si = si > 0 ? (si < height - 1 ? si : height - 1) : 0;
        sj = sj > 0 ? (sj < width - 1 ? sj : width - 1) : 0;
      }
      if (!(si > -1 && si < height && sj > -1 && sj < width)) {  // also where a transform overflowed
        for (int64_t c = 0; c < channels; c++) y[c] = to_pixel<T>(image.fill);
        continue;
      }
      const double top = std::floor(si), left = std::floor(sj);
      const int64_t p = static_cast<int64_t>(top), q = static_cast<int64_t>(left);
      const float v = static_cast<float>(si - top), u = static_cast<float>(sj - left);
      const float w00 = (1 - v) * (1 - u), w01 = (1 - v) * u, w10 = v * (1 - u), w11 = v * u;
      if (p >= 0 && p + 1 < image.height && q >= 0 && q + 1 < image.width) {
        const T* from = image.x + p * row + q * channels;
        for (int64_t c = 0; c < channels; c++, from++)
          y[c] = to_pixel<T>(w00 * static_cast<float>(from[0]) + w01 * static_cast<float>(from[channels]) +
                             w10 * static_cast<float>(from[row]) + w11 * static_cast<float>(from[row + channels]));
        continue;
      }
      for (int64_t c = 0; c < channels; c++) {
        float sum = w00 * image.at(p, q, c);  // pixels without weight must not count: fill may be anything, even NaN
        if (w01 != 0) sum += w01 * image.at(p, q + 1, c);
        if (w10 != 0) sum += w10 * image.at(p + 1, q, c);
        if (w11 != 0) sum += w11 * image.at(p + 1, q + 1, c);
        y[c] = to_pixel<T>(sum);
      }
    }
  }
}

}  // namespace

static void warp_images(Launch&, const HostArray& x, const HostArray& y, const HostArray& transforms, int64_t first,
                        int64_t count, int64_t height, int64_t width, int64_t channels, int64_t to_height,
                        int64_t to_width, double fill, bool edge) {
  const auto warp = [&]<class T>(const T* from, T* to) {
    for (int64_t n = first; n < first + count; n++)
      warp_image<T>({from + n * height * width * channels, height, width, channels, static_cast<float>(fill), edge},
                    transforms.as<double>() + 6 * n, to + n * to_height * to_width * channels, to_height, to_width);
  };
  if (x.dtype == DType::uint8) warp(x.as<uint8_t>(), y.as<uint8_t>());
  else warp(x.as<float>(), y.as<float>());
}
REGISTER_OP(warp_images);

}  // namespace convgrad
