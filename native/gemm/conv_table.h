// The pointer table of a block of target pixels: for every tap and pixel the row of source channels it multiplies, or the
// row of zeros where the tap lies in the padding. It turns strides, dilations, padding, image edges and batch edges into
// one case, and tiles run over the flattened pixels of a phase across rows and images.
#pragma once
#include <cstdint>

#include "gemm/conv_shape.h"

namespace convgrad {

/** Where a table is written; sizes in entries for `rows` = pixels rounded up to whole tiles. */
template <class T>
struct ConvTable {
  const T** a;  // [tiles][taps][MR]
  T** c;        // [tiles][MR]
  T* patches;   // thin only: [rows][taps][depth], filter rows that are partly outside, padded with zeros
};

/** The part of a filter row's inputs that lies inside the image, zeros elsewhere. */
template <class T>
void copy_patch(const ConvPass& pass, const T* source_row, int64_t x, T* patch) {
  const int64_t c = pass.source_c, columns = pass.depth / c;
  for (int64_t b = 0; b < columns; ++b) {
    const bool inside = x + b >= 0 && x + b < pass.source_w;
    for (int64_t p = 0; p < c; ++p) patch[b * c + p] = inside ? source_row[(x + b) * c + p] : T{0};
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
  T* patch = table.patches;
  for (int64_t r = 0; r < (count + mr - 1) / mr * mr; ++r) {
    const T** entry = table.a + r / mr * tap_count * mr + r % mr;
    if (r >= count) {
      table.c[r] = nullptr;
      for (int64_t t = 0; t < tap_count; ++t) entry[t * mr] = zeros;
      continue;
    }
    const int64_t ty = phase.y + i * pass.target_step_h, tx = phase.x + j * pass.target_step_w;
    table.c[r] = target + ((image * pass.target_h + ty) * pass.target_w + tx) * pass.target_c;
    const int64_t sy = i * pass.source_step_h, sx = j * pass.source_step_w;
    const T* origin = source + ((image * sh + sy) * sw + sx) * sc;
    const bool columns_inside = sx + phase.dx_min >= 0 && sx + phase.dx_max < sw;
    if (columns_inside && sy + phase.dy_min >= 0 && sy + phase.dy_max < sh) {
      for (int64_t t = 0; t < tap_count; ++t) entry[t * mr] = origin + taps[t].offset;
    } else {
      for (int64_t t = 0; t < tap_count; ++t) {
        const int64_t y = sy + taps[t].dy, x = sx + taps[t].dx;
        if (y < 0 || y >= sh) {
          entry[t * mr] = zeros;
        } else if (pass.thin && !columns_inside) {
          copy_patch(pass, source + (image * sh + y) * sw * sc, x, patch);
          entry[t * mr] = patch;
          patch += pass.depth;
        } else {
          entry[t * mr] = pass.thin || (x >= 0 && x < sw) ? origin + taps[t].offset : zeros;
        }
      }
    }
    if (++j < phase.columns) continue;
    j = 0;
    if (++i < phase.rows) continue;
    i = 0;
    ++image;
  }
}

}  // namespace convgrad
