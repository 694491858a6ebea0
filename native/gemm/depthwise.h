// The micro-kernels of depthwise convolution (one filter per channel): vector lanes run over channels, a tile is MR pixels
// of one row by NV vectors of channels, and a loaded number is used once per tap, from the L1 cache. Both passes are bound
// by memory: while a row is computed, the input row that the next one adds is on its way.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_DEPTHWISE_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_DEPTHWISE_H
#undef CONVGRAD_GEMM_DEPTHWISE_H
#else
#define CONVGRAD_GEMM_DEPTHWISE_H
#endif

#include "gemm/conv_depthwise.h"
#include "gemm/tile.h"

CONVGRAD_BEGIN_ISA

inline constexpr int kDepthwiseTile = 8;   // accumulators: MR * NV
inline constexpr int kDepthwiseTaps = 12;  // of the filter gradient, summed together

template <class T, bool Tail>
CONVGRAD_INLINE Vec<T> load_channels(const T* p, int64_t left) {
  return Tail ? load_partial(p, left) : load(p);
}

/** One tile at channel c, of `left` channels if Tail (then NV is 1), else of NV whole vectors. */
template <class T, int MR, int NV, bool Tail>
CONVGRAD_INLINE void tile_depthwise(const DepthwiseRun<T>& run, const T* x, T* y, int64_t c, int64_t left) {
  constexpr int64_t L = kLanes<T>;
  const int64_t step = run.source_step;
  Vec<T> sum[MR][NV];
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) sum[m][n] = Vec<T>{};
  }
  for (int64_t t = 0; t < run.tap_count; ++t) {
    const T* xp = x + run.taps[t].offset + c;
    const Sum<T>* filter = run.filter + run.taps[t].filter * run.channels + c;
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) {
      const Vec<T> weights = load_channels<Sum<T>, Tail>(filter + n * L, left);
      CONVGRAD_UNROLL
      for (int m = 0; m < MR; ++m) sum[m][n] += load_channels<T, Tail>(xp + m * step + n * L, left) * weights;
    }
  }
  T* to[MR];
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    to[m] = y + m * run.target_step;
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) __builtin_prefetch(x + run.ahead + m * step + c + n * L, 0, 2);
  }
  finish_tile<T, MR, NV>(sum, to, c, Tail ? left : NV * L, run.finish);
}

/** Channels from c on, NV vectors at a time, then NV / 2, ... and the rest. */
template <class T, int MR, int NV>
CONVGRAD_INLINE void depthwise_channels(const DepthwiseRun<T>& run, const T* x, T* y, int64_t c) {
  constexpr int64_t L = kLanes<T>;
  for (; c + NV * L <= run.channels; c += NV * L) tile_depthwise<T, MR, NV, false>(run, x, y, c, 0);
  if constexpr (NV > 1) {
    depthwise_channels<T, MR, NV / 2>(run, x, y, c);
  } else if (c < run.channels) {
    tile_depthwise<T, MR, 1, true>(run, x, y, c, run.channels - c);
  }
}

template <class T, int MR>
void depthwise_pixels(const DepthwiseRun<T>& run, int64_t pixel) {
  for (; pixel + MR <= run.pixels; pixel += MR) {
    depthwise_channels<T, MR, kDepthwiseTile / MR>(run, run.source + pixel * run.source_step, run.target + pixel * run.target_step, 0);
  }
  if constexpr (MR > 1) depthwise_pixels<T, MR / 2>(run, pixel);
}

template <class T>
void multiply_depthwise(const DepthwiseRun<T>& run) {
  depthwise_pixels<T, kDepthwiseTile>(run, 0);
  if (run.finish.stream) stream_fence();
}

template <class T, int N, bool Tail>
CONVGRAD_INLINE void tile_depthwise_outer(const DepthwiseOuterRun<T>& run, int64_t first, int64_t c, int64_t left) {
  const T* x = run.source + c;
  const T* dy = run.dy + c;
  const int64_t x_step = run.source_step, dy_step = run.channels, x_ahead = run.ahead, dy_ahead = run.dy_ahead;
  int64_t offset[N];
  Vec<T> sum[N];
  CONVGRAD_UNROLL
  for (int n = 0; n < N; ++n) {
    offset[n] = run.taps[first + n].offset;
    sum[n] = load_channels<Sum<T>, Tail>(run.sums + run.taps[first + n].filter * run.channels + c, left);
  }
  for (int64_t j = 0; j < run.pixels; ++j, x += x_step, dy += dy_step) {
    __builtin_prefetch(x + x_ahead, 0, 2);
    __builtin_prefetch(dy + dy_ahead, 0, 2);
    const Vec<T> g = load_channels<T, Tail>(dy, left);
    CONVGRAD_UNROLL
    for (int n = 0; n < N; ++n) sum[n] += load_channels<T, Tail>(x + offset[n], left) * g;
  }
  CONVGRAD_UNROLL
  for (int n = 0; n < N; ++n) {
    Sum<T>* to = run.sums + run.taps[first + n].filter * run.channels + c;
    if (Tail) store_partial(to, sum[n], left);
    else store(to, sum[n]);
  }
}

/** `count` taps from the first, 1 <= count <= N. */
template <class T, int N>
void depthwise_taps(const DepthwiseOuterRun<T>& run, int64_t first, int64_t count) {
  if constexpr (N > 1) {
    if (count < N) return depthwise_taps<T, N - 1>(run, first, count);
  }
  int64_t c = 0;
  for (; c + kLanes<T> <= run.channels; c += kLanes<T>) tile_depthwise_outer<T, N, false>(run, first, c, 0);
  if (c < run.channels) tile_depthwise_outer<T, N, true>(run, first, c, run.channels - c);
}

/** All taps, in groups of equal size. */
template <class T>
void multiply_depthwise_outer(const DepthwiseOuterRun<T>& run) {
  const int64_t groups = (run.tap_count + kDepthwiseTaps - 1) / kDepthwiseTaps;
  for (int64_t g = 0; g < groups; ++g) {
    const int64_t first = run.tap_count * g / groups;
    depthwise_taps<T, kDepthwiseTaps>(run, first, run.tap_count * (g + 1) / groups - first);
  }
}

/** sums[c] += sum over pixels of dy[pixel][c]. */
template <class T>
void add_pixels(const T* dy, int64_t pixels, int64_t channels, Sum<T>* sums) {
  for (int64_t c = 0; c < channels; c += kLanes<T>) {
    const int64_t left = channels - c;
    Vec<T> even = load(sums + c, left), odd{};
    int64_t j = 0;
    for (; j + 1 < pixels; j += 2) {
      even += load(dy + j * channels + c, left);
      odd += load(dy + (j + 1) * channels + c, left);
    }
    if (j < pixels) even += load(dy + j * channels + c, left);
    store(sums + c, even + odd, left);
  }
}

CONVGRAD_END_ISA

#endif
