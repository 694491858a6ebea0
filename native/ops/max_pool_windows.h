// Max pooling window by window: the elements of small windows over many channels are compared one by one, and the gradient looks,
// for each input, at the few windows that cover it. See max_pool2d.cpp for what is computed.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_OPS_MAX_POOL_WINDOWS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_OPS_MAX_POOL_WINDOWS_H
#undef CONVGRAD_OPS_MAX_POOL_WINDOWS_H
#else
#define CONVGRAD_OPS_MAX_POOL_WINDOWS_H
#endif

#include "ops/pool_window.h"
#include "simd/past_cache.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

// Whether a candidate takes the place of the best before it: equal values do not, NaN does, and keeps it.
template <class V>
CONVGRAD_INLINE auto beats(V candidate, V best) {
  return ~(candidate <= best) & (best == best);
}

// One row of windows over `rows` rows of x, the first of which is row first_row of the window.
template <class T, bool kPositions>
void max_windows(const T* x, int64_t x_row, int64_t rows, int64_t first_row, const PoolAxis& width, int64_t channels, T* y,
                 Sum<T>* winners) {
  for (int64_t j = 0; j < width.out; j++, y += channels, winners += kPositions ? channels : 0) {
    const int64_t first = width.first(j), columns = width.last(j) - first;
    const Sum<T> first_position = static_cast<Sum<T>>(first_row * width.kernel + first - width.start(j));
    for (int64_t c = 0; c < channels; c += kLanes<T>) {
      const int64_t left = channels - c;
      const T* row = x + first * channels + c;
      Vec<T> best = load(row, left), position = broadcast(first_position), winner = position;
      for (int64_t m = 0; m < rows; m++, row += x_row, position += static_cast<Sum<T>>(width.kernel - columns))
        for (int64_t n = 0; n < columns; n++, position += 1) {
          const Vec<T> candidate = load(row + n * channels, left);
          const auto wins = beats(candidate, best);
          best = select(wins, candidate, best);
          if (kPositions) winner = select(wins, position, winner);
        }
      store(y + c, best, left);
      if (kPositions) store(winners + c, winner, left);
    }
  }
}

// The windows over one input: their dy and switches, and where in each of them the input is.
template <class T, class Switch>
struct Covering {
  const T* dy[PoolShape::kFewWindows];
  const Switch* switches[PoolShape::kFewWindows];
  Sum<T> position[PoolShape::kFewWindows];
  int64_t count;
};

// dx of one pixel; kCount windows, or as many as there are if it is 0.
template <class T, class Switch, int kCount>
void route_to_pixel(const Covering<T, Switch>& over, int64_t channels, T* dx, bool past) {
  const int64_t count = kCount > 0 ? kCount : over.count;
  const Vec<T> zero{};
  for (int64_t c = 0; c < channels; c += kLanes<T>) {
    const int64_t left = channels - c;
    Vec<T> total{};
#pragma GCC unroll 4
    for (int64_t k = 0; k < count; k++)
      total += select(load_as<Sum<T>>(over.switches[k] + c, left) == over.position[k], load(over.dy[k] + c, left), zero);
    store_past(dx + c, total, left, past);
  }
}

// Row i of an image's dx from the windows that cover it.
template <class T, class Switch>
void route_windows(const T* dy, const Switch* switches, const PoolShape& shape, int64_t i, T* dx, bool past) {
  const PoolAxis &height = shape.height, &width = shape.width;
  const int64_t top = height.first_over(i), bottom = height.last_over(i), channels = shape.channels;
  Covering<T, Switch> over;
  int64_t first = 0, last = 0;  // windows over column j: [first, last)
  for (int64_t j = 0; j < width.input; j++, dx += channels) {
    while (last < width.out && width.start(last) <= j) last++;
    while (first < last && width.start(first) + width.kernel <= j) first++;
    over.count = 0;
    for (int64_t m = top; m < bottom; m++)
      for (int64_t n = first; n < last; n++) {
        over.dy[over.count] = dy + (m * width.out + n) * channels;
        over.switches[over.count] = switches + (m * width.out + n) * channels;
        over.position[over.count++] = static_cast<Sum<T>>((i - height.start(m)) * width.kernel + j - width.start(n));
      }
    switch (over.count) {
      case 1: route_to_pixel<T, Switch, 1>(over, channels, dx, past); break;
      case 2: route_to_pixel<T, Switch, 2>(over, channels, dx, past); break;
      case 4: route_to_pixel<T, Switch, 4>(over, channels, dx, past); break;
      default: route_to_pixel<T, Switch, 0>(over, channels, dx, past);
    }
  }
  if (past) stream_fence();
}

CONVGRAD_END_ISA

#endif
