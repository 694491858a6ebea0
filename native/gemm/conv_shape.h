// The geometry of a 2-D convolution, and the three convolution passes seen as `rows` problems.
//
//   y[i,j,q] = sum over a, b, p of  x[i s - t + a d, j s - t + b d, p]  filter[a,b,p,q]      s stride, d dilation, t padding
//
// A pass reads a source image and writes a target image. Target pixels are taken in lattices (phases) on which the same
// taps apply and the source advances by a constant step:
//
//   forward         source x, target y:  one phase, every tap; source row of tap a:  i s + (a d - t)
//   input gradient  source dy, target dx: phase (u, v) holds the pixels s i + u; tap a contributes where s divides
//                   u + t - a d, from source row i + (u + t - a d) / s. Each tap belongs to exactly one phase, so no
//                   product with an inserted zero is ever computed.
#pragma once
#include <cstdint>

#include "gemm/blocking.h"

namespace convgrad {

struct ConvShape {
  int32_t n, h, w, cin;  // batch, height, width, channels of x
  int32_t kh, kw, cout;
  int32_t out_h, out_w;
  int32_t stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, groups;

  int64_t group_cin() const { return cin / groups; }
  int64_t group_cout() const { return cout / groups; }
  bool depthwise() const { return groups > 1 && groups == cin && groups == cout; }
  bool thin() const { return groups == 1 && cin < blocking::kThinChannels; }
  /** Whether half of each tile of the input gradient would be empty. */
  bool thin_gradient(TileShape tile) const { return groups == 1 && 2 * cin <= tile.columns; }
  int64_t filter_length() const { return int64_t{kh} * kw * group_cin() * cout; }
  int64_t output_pixels() const { return int64_t{n} * out_h * out_w; }
  double flops() const {
    return 2.0 * static_cast<double>(output_pixels()) * static_cast<double>(filter_length());
  }
  /** Input rows and columns under the windows of `rows` output rows, and of all output columns. */
  int64_t rows_under(int64_t rows) const { return (rows - 1) * stride_h + int64_t{kh - 1} * dilation_h + 1; }
  int64_t columns_under() const { return int64_t{out_w - 1} * stride_w + int64_t{kw - 1} * dilation_w + 1; }
  /** Whether some window reaches beyond the image. */
  bool padded() const {
    return pad_top > 0 || pad_left > 0 || rows_under(out_h) - pad_top > h || columns_under() - pad_left > w;
  }
};

struct ConvTap {
  int32_t dy, dx;  // source position relative to i * step, j * step
  int32_t filter;  // its index in the filter: a kw + b
  int64_t offset;  // (dy, dx) in elements of the source
};

struct ConvPhase {
  int32_t y, x;           // first target pixel
  int32_t rows, columns;  // target pixels
  int32_t tap_begin, taps;
  int32_t dy_min, dy_max, dx_min, dx_max;
};

/** Source and target of one pass. */
struct ConvPass {
  int32_t source_h, source_w, source_c;
  int32_t target_h, target_w, target_c;
  int32_t source_step_h, source_step_w;  // per pixel of a phase
  int32_t target_step_h, target_step_w;
  int32_t taps;   // of all phases together
  int64_t depth;  // channels of one tap, of one group

  int32_t phases() const {
    return (target_step_h < target_h ? target_step_h : target_h) * (target_step_w < target_w ? target_step_w : target_w);
  }
};

inline ConvPass forward_pass(const ConvShape& s) {
  return {s.h, s.w, s.cin, s.out_h, s.out_w, s.cout, s.stride_h, s.stride_w, 1, 1, s.kh * s.kw, s.group_cin()};
}

inline ConvPass input_gradient_pass(const ConvShape& s) {
  return {s.out_h, s.out_w, s.cout, s.h, s.w, s.cin, 1, 1, s.stride_h, s.stride_w, s.kh * s.kw, s.group_cout()};
}

inline ConvPhase empty_phase(int32_t y, int32_t x, int32_t rows, int32_t columns, int32_t tap_begin) {
  return {y, x, rows, columns, tap_begin, 0, INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN};
}

inline void add_tap(const ConvPass& pass, ConvPhase& phase, ConvTap* taps, int32_t dy, int32_t dx, int32_t filter) {
  taps[phase.tap_begin + phase.taps++] = {dy, dx, filter, (int64_t{dy} * pass.source_w + dx) * pass.source_c};
  if (dy < phase.dy_min) phase.dy_min = dy;
  if (dy > phase.dy_max) phase.dy_max = dy;
  if (dx < phase.dx_min) phase.dx_min = dx;
  if (dx > phase.dx_max) phase.dx_max = dx;
}

/** Fills phases[pass.phases()] and taps[pass.taps]. */
inline void list_forward_taps(const ConvShape& s, const ConvPass& pass, ConvPhase* phases, ConvTap* taps) {
  phases[0] = empty_phase(0, 0, s.out_h, s.out_w, 0);
  for (int32_t a = 0; a < s.kh; ++a) {
    for (int32_t b = 0; b < s.kw; ++b) {
      add_tap(pass, phases[0], taps, a * s.dilation_h - s.pad_top, b * s.dilation_w - s.pad_left, a * s.kw + b);
    }
  }
}

/** Fills phases[pass.phases()] and taps[pass.taps]. */
inline void list_input_gradient_taps(const ConvShape& s, const ConvPass& pass, ConvPhase* phases, ConvTap* taps) {
  int32_t used = 0;
  for (int32_t u = 0; u < s.stride_h && u < s.h; ++u) {
    for (int32_t v = 0; v < s.stride_w && v < s.w; ++v) {
      ConvPhase& phase = *phases++;
      phase = empty_phase(u, v, (s.h - u - 1) / s.stride_h + 1, (s.w - v - 1) / s.stride_w + 1, used);
      for (int32_t a = 0; a < s.kh; ++a) {
        const int32_t y = u + s.pad_top - a * s.dilation_h;
        if (y % s.stride_h != 0) continue;
        for (int32_t b = 0; b < s.kw; ++b) {
          const int32_t x = v + s.pad_left - b * s.dilation_w;
          if (x % s.stride_w == 0) add_tap(pass, phase, taps, y / s.stride_h, x / s.stride_w, a * s.kw + b);
        }
      }
      used += phase.taps;
    }
  }
}

}  // namespace convgrad
