// Depthwise convolution (one filter per channel): vector lanes run over channels instead of output channels.
//
//   multiply_depthwise   C[r][c] = f( sum over t of A_t[r][c] B[t][c] )                 forward and input gradient
//   depthwise_outer      C[a,b][c] = sum over pixels q of X[q + (a, b)][c] Y[q][c]      filter gradient
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_DEPTHWISE_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_DEPTHWISE_H
#undef CONVGRAD_GEMM_DEPTHWISE_H
#else
#define CONVGRAD_GEMM_DEPTHWISE_H
#endif

#include "gemm/conv_shape.h"
#include "gemm/tile.h"

CONVGRAD_BEGIN_ISA

inline constexpr int kDepthwiseRows = kAccumulators / 3, kDepthwiseVectors = 2;

template <class T>
TileShape depthwise_tile() {
  return {kDepthwiseRows, kDepthwiseVectors * kLanes<T>};
}

template <class T, bool Tail>
CONVGRAD_INLINE Vec<T> read_channels(const T* p, int64_t left) {
  return !Tail ? load(p) : left > 0 ? load(p, left) : Vec<T>{};
}

/** One tile; `columns` channels are left, all vectors being whole unless Tail. */
template <class T, bool Tail>
void tile_depthwise(const RowsBlock<T>& block, const T* const* a, T* const* c, int64_t column, int64_t columns) {
  constexpr int64_t L = kLanes<T>;
  constexpr int MR = kDepthwiseRows, NV = kDepthwiseVectors;
  Vec<T> sum[MR][NV];
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) sum[m][n] = Vec<T>{};
  }
  const T* b = block.panels + column;
  for (int64_t t = 0; t < block.taps; ++t, a += MR, b += block.column_end) {
    if (!a[0]) continue;
    Vec<T> weights[NV];
    CONVGRAD_UNROLL
    for (int n = 0; n < NV; ++n) weights[n] = read_channels<T, Tail>(b + n * L, columns - n * L);
    CONVGRAD_UNROLL
    for (int m = 0; m < MR; ++m) {
      CONVGRAD_UNROLL
      for (int n = 0; n < NV; ++n) {
        sum[m][n] += read_channels<T, Tail>(a[m] + column + n * L, columns - n * L) * weights[n];
      }
    }
  }
  finish_tile<T, MR, NV>(sum, c, column, columns, block.finish);
}

/** `panels` is [taps][channels]; columns are channels, of A as of C. */
template <class T>
void multiply_depthwise(const RowsBlock<T>& block) {
  const int64_t step = kDepthwiseVectors * kLanes<T>;
  for (int64_t tile = 0; tile < block.tiles; ++tile) {
    const T* const* a = block.a + tile * block.taps * kDepthwiseRows;
    T* const* c = block.c + tile * kDepthwiseRows;
    int64_t column = block.column_begin;
    for (; column + step <= block.column_end; column += step) tile_depthwise<T, false>(block, a, c, column, step);
    if (column < block.column_end) tile_depthwise<T, true>(block, a, c, column, block.column_end - column);
  }
}

/** Filter (and bias) gradient of channels [begin, end) over images [first, last); assigns. */
template <class T>
void depthwise_outer(const ConvShape& s, const T* x, const T* dy, int64_t first, int64_t last, int64_t begin, int64_t end,
                     T* d_filter, T* d_bias) {
  constexpr int64_t L = kLanes<T>;
  const int64_t channels = s.cin;
  for (int64_t c = begin; c < end; c += L) {
    const int64_t left = end - c;
    for (int64_t a = 0; a < s.kh; ++a) {
      for (int64_t b = 0; b < s.kw; ++b) {
        // Output columns whose input column j * stride + dx is inside the image.
        const int64_t dy_row = a * s.dilation_h - s.pad_top, dx = b * s.dilation_w - s.pad_left;
        const int64_t j0 = dx < 0 ? (-dx + s.stride_w - 1) / s.stride_w : 0;
        int64_t j1 = s.w - dx > 0 ? (s.w - dx - 1) / s.stride_w + 1 : 0;
        if (j1 > s.out_w) j1 = s.out_w;
        Vec<T> even{}, odd{};
        for (int64_t i = first; i < last; ++i) {
          for (int64_t row = 0; row < s.out_h; ++row) {
            const int64_t y = row * s.stride_h + dy_row;
            if (y < 0 || y >= s.h) continue;
            const T* xp = x + ((i * s.h + y) * s.w + dx) * channels + c;
            const T* gp = dy + (i * s.out_h + row) * s.out_w * channels + c;
            const int64_t step = s.stride_w * channels;
            int64_t j = j0;
            for (; j + 1 < j1; j += 2) {
              even += load(xp + j * step, left) * load(gp + j * channels, left);
              odd += load(xp + (j + 1) * step, left) * load(gp + (j + 1) * channels, left);
            }
            if (j < j1) even += load(xp + j * step, left) * load(gp + j * channels, left);
          }
        }
        store(d_filter + (a * s.kw + b) * channels + c, even + odd, left);
      }
    }
    if (d_bias) {
      Vec<T> sum{};
      const int64_t pixels = int64_t{s.out_h} * s.out_w;
      for (int64_t q = first * pixels; q < last * pixels; ++q) sum += load(dy + q * channels + c, left);
      store(d_bias + c, sum, left);
    }
  }
}

CONVGRAD_END_ISA

#endif
