// Which algorithm convolves: a function of the shape and the dtype, never of the machine or its load.
//
// Winograd's minimal filtering F(M x M, R x R) (winograd.h, winograd_filter_gradient.h) takes P^2 = (M + R - 1)^2
// multiply-adds for M^2 pixels instead of R^2 M^2, and pays with transforms: M is 2 or 4 where R is 3, and 2 where R is 5.
// The estimate counts time in multiply-adds:
//
//   direct   R^2 cin cout for each target pixel
//   F(M, R)  P^2 (cin cout + c1 (cin + cout)) for each tile, and c2 P^2 cin cout for the filter, more for its gradient
//
// Tiles that reach beyond the image count in full, so small images and sizes that 4 does not divide get the smaller tile;
// the filter is transformed in every call, so a single small image is convolved directly. The filter gradient also reads and
// writes P^2 cin cout sums, so that a few small images with many channels are left to the direct algorithm.
#pragma once
#include <cstdint>
#include <type_traits>

#include "gemm/blocking.h"
#include "gemm/conv_shape.h"

namespace convgrad {

enum class ConvAlgorithm : int32_t { automatic = 0, direct = 1, winograd2 = 2, winograd4 = 3 };

/** Tiles of M x M pixels that cover the target. */
inline int64_t winograd_tiles(const ConvShape& s, const ConvPass& pass, int64_t m) {
  return s.n * ((pass.target_h + m - 1) / m) * ((pass.target_w + m - 1) / m);
}

/** Whether minimal filtering can do it at all. */
inline bool winograd_applies(const ConvShape& s) {
  return (s.kh == 3 || s.kh == 5) && s.kw == s.kh && s.stride_h == 1 && s.stride_w == 1 && s.dilation_h == 1 &&
         s.dilation_w == 1 && s.groups == 1;
}

/** Numbers of a transformed tile. */
inline int64_t winograd_planes(int64_t m, int64_t r) { return (m + r - 1) * (m + r - 1); }

/** Estimated time of F(M x M, R x R), that of the direct algorithm being 1; filter_cost is c2. */
inline double winograd_time(const ConvShape& s, const ConvPass& pass, int64_t m, double filter_cost) {
  const double planes = static_cast<double>(winograd_planes(m, s.kh)), products = static_cast<double>(s.cin) * s.cout;
  const double transform = s.kh == 5 ? blocking::kTransform25Cost
                           : m == 2  ? blocking::kTransform23Cost
                                     : blocking::kTransform43Cost;
  const double tile = products + transform * (s.cin + s.cout);
  const double pixels = static_cast<double>(int64_t{s.n} * pass.target_h * pass.target_w);
  const double tiles = static_cast<double>(winograd_tiles(s, pass, m));
  return planes * (tiles * tile + filter_cost * products) / (s.kh * s.kw * pixels * products);
}

/** What `automatic` means; minimal filtering takes less than `worth` of the direct time. float64 stays direct: it is there for
    gradient checks, which want exactness. */
template <class T>
ConvAlgorithm choose_algorithm(const ConvShape& s, const ConvPass& pass,
                               double filter_cost = blocking::kTransformFilterCost,
                               double worth = blocking::kWinogradWorth) {
  const int32_t least = s.kh == 5 ? blocking::kWinograd5Channels : blocking::kWinograd3Channels;
  if (!std::is_same_v<T, float> || !winograd_applies(s)) return ConvAlgorithm::direct;
  if (s.cin < least || s.cout < least) return ConvAlgorithm::direct;
  const double two = winograd_time(s, pass, 2, filter_cost), four = winograd_time(s, pass, 4, filter_cost);
  if (s.kh == 3 && four < two) return four < worth ? ConvAlgorithm::winograd4 : ConvAlgorithm::direct;
  return two < worth ? ConvAlgorithm::winograd2 : ConvAlgorithm::direct;
}

/** The same for the filter gradient, whose tiles are those of the forward pass. */
template <class T>
ConvAlgorithm choose_filter_gradient_algorithm(const ConvShape& s, double worth = blocking::kWinogradWorth) {
  return choose_algorithm<T>(s, forward_pass(s), blocking::kTransformGradientCost, worth);
}

}  // namespace convgrad
