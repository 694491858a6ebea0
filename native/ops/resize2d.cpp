// Resampling along one axis, x [outer][extent][inner] to y [outer][to][inner]:
//   resize_axis            y[p] = (1 - w(p)) x[l(p)] + w(p) x[l(p) + 1]
//   resize_axis_gradient   dx[l(p)] += (1 - w(p)) dy[p], dx[l(p) + 1] += w(p) dy[p]; assigned, in the order of p
// with l = floor(s) and w = s - l of the position s, cut to [0, extent - 1], where p lies in x:
//   coordinates 0 half pixel   (p + 1/2) extent / to - 1/2          1 align corners   p (extent - 1) / (to - 1)
//   coordinates 2 asymmetric   p extent / to
// Nearest has w = 0 and rounds s: down for asymmetric, else to the nearer, up from the middle.
#include <algorithm>
#include <cstring>

#include "ops/columns.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/resize2d.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void mix(const T* lower, const T* upper, T* y, int64_t n, double weight) {
  const T w = static_cast<T>(weight), rest = static_cast<T>(1 - weight);
  for (int64_t i = 0; i < n; i += kLanes<T>)
    store(y + i, load(lower + i, n - i) * rest + load(upper + i, n - i) * w, n - i);
}

template <class T>
void add_scaled(const T* dy, T* dx, int64_t n, double weight) {
  const T w = static_cast<T>(weight);
  for (int64_t i = 0; i < n; i += kLanes<T>) store(dx + i, load(dx + i, n - i) + load(dy + i, n - i) * w, n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

namespace {
struct Tap {
  int64_t lower;
  double weight;  // of the element after it
};

// Where position p lies, as a fraction: exact, for nearest must not depend on rounding.
struct Position {
  int64_t numerator, denominator;

  Position(int64_t p, int64_t extent, int64_t to, int32_t coordinates) {
    if (coordinates == 0) {
      numerator = (2 * p + 1) * extent - to, denominator = 2 * to;
    } else if (coordinates == 1) {
      numerator = p * (extent - 1), denominator = to > 1 ? to - 1 : 1;
    } else {
      numerator = p * extent, denominator = to;
    }
  }

  int64_t floor() const { return numerator >= 0 ? numerator / denominator : -((-numerator - 1) / denominator) - 1; }
  int64_t nearest() const {
    const int64_t twice = 2 * numerator + denominator;
    return twice >= 0 ? twice / (2 * denominator) : -1;
  }
};

void fill_taps(Tap* taps, int64_t extent, int64_t to, bool linear, int32_t coordinates) {
  for (int64_t p = 0; p < to; p++) {
    const Position s(p, extent, to, coordinates);
    const int64_t lower = linear || coordinates == 2 ? s.floor() : s.nearest();
    const double part = static_cast<double>(s.numerator - lower * s.denominator) / static_cast<double>(s.denominator);
    const bool inside = lower >= 0 && lower < extent - 1;
    taps[p] = {std::clamp<int64_t>(lower, 0, extent - 1), linear && inside ? part : 0};
  }
}
}  // namespace

static void resize_axis(Launch& launch, const Buffer& x, const Buffer& y, int64_t outer, int64_t extent, int64_t inner,
                        int64_t to, bool linear, int32_t coordinates) {
  if (y.length == 0) return;
  Tap* taps = launch.scratch<Tap>(to);
  visit_float(y.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(mix<T>);
    launch([=] {
      fill_taps(taps, extent, to, linear, coordinates);
      for_chunks(outer * to, [&](int64_t start, int64_t count) {
        for (int64_t row = start; row < start + count; row++) {
          const auto [lower, weight] = taps[row % to];
          const T* from = x.as<T>() + (row / to * extent + lower) * inner;
          T* out = y.as<T>() + row * inner;
          if (weight == 0) {
            std::memcpy(out, from, static_cast<size_t>(inner) * sizeof(T));
          } else {
            kernel(from, from + inner, out, inner, weight);
          }
        }
      }, inner < kChunk ? kChunk / inner : 1);
    });
  });
}
REGISTER_OP(resize_axis);

static void resize_axis_gradient(Launch& launch, const Buffer& dy, const Buffer& dx, int64_t outer, int64_t extent,
                                 int64_t inner, int64_t to, bool linear, int32_t coordinates) {
  if (dx.length == 0) return;
  Tap* taps = launch.scratch<Tap>(to);
  visit_float(dx.dtype, [&]<class T>() {
    const auto add = CONVGRAD_DISPATCH(add_scaled<T>);
    launch([=] {
      fill_taps(taps, extent, to, linear, coordinates);
      for_columns(outer, std::max(extent, to), inner, [&](int64_t o, int64_t column, int64_t columns) {
        const T* from = dy.as<T>() + o * to * inner + column;
        T* out = dx.as<T>() + o * extent * inner + column;
        for (int64_t e = 0; e < extent; e++) std::fill_n(out + e * inner, columns, T{});
        for (int64_t p = 0; p < to; p++) {
          const auto [lower, weight] = taps[p];
          add(from + p * inner, out + lower * inner, columns, 1 - weight);
          if (weight != 0) add(from + p * inner, out + (lower + 1) * inner, columns, weight);
        }
      });
    });
  });
}
REGISTER_OP(resize_axis_gradient);

}  // namespace convgrad
#endif
