// The pointer table of a block of target pixels: for every tap and pixel the row of source channels it multiplies, or the
// row of zeros where the tap lies in the padding. It turns strides, dilations, padding, image edges and batch edges into
// one case, and tiles run over the flattened pixels of a phase across rows and images.
#pragma once
#include <cstdint>

#include "gemm/conv_shape.h"

namespace convgrad {

template <class T>
struct ConvTable {
  const T** a;  // [tiles][taps][MR]
  T** c;        // [tiles][MR]
};

/** Marks the taps that multiply zeros only, for the micro-kernel to skip. */
template <class T>
void mark_empty_taps(const T** tile, int64_t taps, int64_t mr, const T* zeros) {
  for (int64_t t = 0; t < taps; ++t) {
    int64_t r = 0;
    while (r < mr && tile[t * mr + r] == zeros) ++r;
    if (r == mr) tile[t * mr] = nullptr;
  }
}

/** Fills the table for pixels [first, first + count) of a phase; count is rounded up to tiles of `mr` rows. */
template <class T>
void build_table(const ConvPass& pass, const ConvPhase& phase, const ConvTap* all_taps, int64_t first, int64_t count,
                 int64_t mr, const T* source, const T* zeros, T* target, const ConvTable<T>& table) {
  const ConvTap* taps = all_taps + phase.tap_begin;
  const int64_t tap_count = phase.taps;
  const int64_t sh = pass.source_h, sw = pass.source_w, sc = pass.source_c;
  int64_t j = first % phase.columns, i = first / phase.columns % phase.rows;
  int64_t image = first / phase.columns / phase.rows;
  for (int64_t begin = 0; begin < count; begin += mr) {
    const T** tile = table.a + begin * tap_count;
    bool edge = false;
    for (int64_t r = 0; r < mr; ++r) {
      const T** entry = tile + r;
      if (begin + r >= count) {
        table.c[begin + r] = nullptr;
        for (int64_t t = 0; t < tap_count; ++t) entry[t * mr] = zeros;
        continue;
      }
      const int64_t ty = phase.y + i * pass.target_step_h, tx = phase.x + j * pass.target_step_w;
      table.c[begin + r] = target + ((image * pass.target_h + ty) * pass.target_w + tx) * pass.target_c;
      const int64_t sy = i * pass.source_step_h, sx = j * pass.source_step_w;
      const T* origin = source + ((image * sh + sy) * sw + sx) * sc;
      if (sx + phase.dx_min >= 0 && sx + phase.dx_max < sw && sy + phase.dy_min >= 0 && sy + phase.dy_max < sh) {
        for (int64_t t = 0; t < tap_count; ++t) entry[t * mr] = origin + taps[t].offset;
      } else {
        edge = true;
        for (int64_t t = 0; t < tap_count; ++t) {
          const int64_t y = sy + taps[t].dy, x = sx + taps[t].dx;
          entry[t * mr] = y >= 0 && y < sh && x >= 0 && x < sw ? origin + taps[t].offset : zeros;
        }
      }
      if (++j < phase.columns) continue;
      j = 0;
      if (++i < phase.rows) continue;
      i = 0;
      ++image;
    }
    if (edge) mark_empty_taps(tile, tap_count, mr, zeros);
  }
}

}  // namespace convgrad
