// Input gradient of a convolution of thin images (few channels), where a tile of output channels would be mostly empty.
//
//   products[tap,p][pixel] = sum over q of  filter[tap,p][q] dy[pixel][q]           `rows` (contract.h): pixels are columns
//   dx[u,v,p]              = f( sum over the taps that reach (u,v) of  products[tap,p][its pixel] )          gather_taps.h
//
// The filter is the left operand as it lies in memory; dy is transposed, panel by panel, as it is packed. Pixels are
// visited in blocks of rows of dy whose products stay in the L2 cache. The products of the last rows, which the next
// rows of dx still need, are kept from block to block.
//
// A work item is a strip of rows of one image's dx; neighbours compute the products between them twice. Every sum runs in
// an order that the filter alone determines.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/conv_shape.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T>
struct ConvThinGradientKernels {
  void (*multiply)(const RowsBlock<T>&);
  void (*pack)(const T* b, int64_t k_stride, int64_t n_stride, int64_t depth, int64_t columns, int64_t width, T* panel);
  void (*gather)(const GatherRow<T>&);
};

template <class T>
class ConvThinGradient {
 public:
  ConvThinGradient(Launch& launch, const ConvShape& shape, TileShape tile, const ConvThinGradientKernels<T>& kernels,
                   const T* dy, const T* filter, T* dx, const Finish<T>& finish)
      : s_(shape), pass_(input_gradient_pass(shape)), tile_(tile), kernels_(kernels), dy_(dy), filter_(filter), dx_(dx),
        finish_(finish), items_(launch, plan(), shape.flops()) {
    phases_ = launch.scratch<ConvPhase>(pass_.phases());
    taps_ = launch.scratch<ConvTap>(pass_.taps);
    filter_rows_ = launch.scratch<const T*>(rows());
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    list_input_gradient_taps(s_, pass_, phases_, taps_);
    for (int64_t m = 0; m < rows(); ++m) filter_rows_[m] = filter_ + m * s_.cout;
    items_.run([this](int64_t slot, int64_t item) { run_item(item, workspaces_ + slot * workspace_bytes()); });
  }

 private:
  static constexpr int64_t kMinStrip = 8;  // rows of dx in a strip, in heights of the filter
  static constexpr int64_t kMargin = 16;   // elements that a vector may reach beyond the products, on each side

  int64_t rows() const { return int64_t{s_.kh} * s_.kw * s_.cin; }
  int64_t reach() const { return int64_t{s_.kh - 1} * s_.dilation_h + 1; }
  int64_t kept_rows() const { return (reach() - 1) / s_.stride_h + 1; }  // of dy, at most, that a row of dx depends on

  int64_t plan() {
    const int64_t most = s_.h / (kMinStrip * reach());
    strips_ = (blocking::kItems + s_.n - 1) / s_.n;
    if (strips_ > most) strips_ = most;
    if (strips_ < 1) strips_ = 1;
    block_rows_ = blocking::kProductBytes / (rows() * s_.out_w * static_cast<int64_t>(sizeof(T))) - kept_rows();
    if (block_rows_ < kept_rows()) block_rows_ = kept_rows();
    if (block_rows_ > s_.out_h) block_rows_ = s_.out_h;
    plane_ = ((block_rows_ + kept_rows()) * s_.out_w + kMargin - 1) / kMargin * kMargin;
    return s_.n * strips_;
  }

  // Of one worker: a panel of dy, the products, and what gather() reads to make a row of dx.
  int64_t panel_length() const { return int64_t{s_.cout} * tile_.columns; }
  int64_t elements() const { return panel_length() + 2 * kMargin + rows() * plane_; }
  int64_t workspace_bytes() const {
    const int64_t pointers = (rows() + pass_.taps) * static_cast<int64_t>(sizeof(T*));
    const int64_t shifts = pass_.taps * static_cast<int64_t>(sizeof(int64_t));
    return (elements() * static_cast<int64_t>(sizeof(T)) + pointers + shifts + 63) / 64 * 64;
  }

  // Rows of dy that reach row u of dx: [first_row(u), last_row(u)).
  int64_t first_row(int64_t u) const {
    const int64_t ahead = u + s_.pad_top - (reach() - 1);
    return ahead > 0 ? (ahead + s_.stride_h - 1) / s_.stride_h : 0;
  }
  int64_t last_row(int64_t u) const {
    const int64_t end = (u + s_.pad_top) / s_.stride_h + 1;
    return end < s_.out_h ? end : s_.out_h;
  }

  struct Workspace {
    T *panel, *products;  // products[rows][plane]
    T** product_rows;
    const T** sources;
    int64_t* shifts;
  };

  Workspace divide(std::byte* memory) const {
    Workspace w;
    w.panel = reinterpret_cast<T*>(memory);
    w.products = w.panel + panel_length() + kMargin;
    w.product_rows = reinterpret_cast<T**>(w.panel + elements());
    w.sources = const_cast<const T**>(w.product_rows + rows());
    w.shifts = reinterpret_cast<int64_t*>(w.sources + pass_.taps);
    for (int64_t m = 0; m < rows(); ++m) w.product_rows[m] = w.products + m * plane_;
    return w;
  }

  void run_item(int64_t item, std::byte* memory) const {
    const Workspace work = divide(memory);
    const int64_t image = item / strips_, strip = item % strips_;
    const int64_t end = s_.h * (strip + 1) / strips_;
    int64_t u = s_.h * strip / strips_;  // the next row of dx
    int64_t base = first_row(u), row = base;  // of dy: the first one whose products are kept, and the next one
    while (u < end) {
      for (; u < end && (last_row(u) <= row || first_row(u) >= last_row(u)); ++u) gather(image, u, base, work);
      if (u == end) break;
      const int64_t first = first_row(u), kept = row > first ? row - first : 0;
      if (kept > 0 && first > base) {
        for (int64_t m = 0; m < rows(); ++m) {
          std::memmove(work.product_rows[m], work.product_rows[m] + (first - base) * s_.out_w,
                       static_cast<size_t>(kept * s_.out_w) * sizeof(T));
        }
      }
      base = first;
      if (row < base) row = base;
      const int64_t last = last_row(end - 1), next = last - row < block_rows_ ? last : row + block_rows_;
      multiply(image, row, next, base, work);
      row = next;
    }
  }

  // The products of rows [row, end) of dy.
  void multiply(int64_t image, int64_t row, int64_t end, int64_t base, const Workspace& work) const {
    const T* dy = dy_ + (image * s_.out_h + row) * s_.out_w * s_.cout;
    const int64_t at = (row - base) * s_.out_w, pixels = (end - row) * s_.out_w;
    RowsBlock<T> block{};
    block.tiles = block.taps = 1;
    block.depth = s_.cout;
    block.panels = work.panel;
    for (int64_t n = 0; n < pixels; n += tile_.columns) {
      const int64_t columns = pixels - n < tile_.columns ? pixels - n : tile_.columns;
      kernels_.pack(dy + n * s_.cout, 1, s_.cout, s_.cout, columns, tile_.columns, work.panel);
      block.column_begin = at + n;
      block.column_end = at + n + columns;
      Ahead ahead = behind(dy + (n + columns) * s_.cout, dy + pixels * s_.cout);
      block.tile = tile_;
      for (int64_t m = 0; m < rows(); m += block.tile.rows) {  // whole tiles, then half a tile, a quarter, ...
        while (block.tile.rows > rows() - m) block.tile.rows /= 2;
        block.a = filter_rows_ + m;
        block.c = work.product_rows + m;
        ahead.fetch();
        kernels_.multiply(block);
      }
    }
  }

  // The panel of dy that begins at `from`, to be fetched tile by tile while the one before it is multiplied.
  Ahead behind(const T* from, const T* end) const {
    const int64_t bytes = panel_length() * static_cast<int64_t>(sizeof(T));
    const int64_t tiles = (rows() + tile_.rows - 1) / tile_.rows;
    const char *next = reinterpret_cast<const char*>(from), *last = reinterpret_cast<const char*>(end);
    return {next, last - next < bytes ? last : next + bytes, (bytes / tiles + 64) / 64 * 64};
  }

  // Row u of dx, phase by phase.
  void gather(int64_t image, int64_t u, int64_t base, const Workspace& work) const {
    const int64_t columns = s_.stride_w < s_.w ? s_.stride_w : s_.w;
    GatherRow<T> row{};
    row.sources = work.sources;
    row.shifts = work.shifts;
    row.plane = plane_;
    row.width = s_.out_w;
    row.channels = s_.cin;
    row.step = int64_t{s_.stride_w} * s_.cin;
    row.finish = finish_;
    for (int64_t v = 0; v < columns; ++v) {
      const ConvPhase& phase = phases_[u % s_.stride_h * columns + v];
      row.taps = 0;
      for (const ConvTap* tap = taps_ + phase.tap_begin; tap < taps_ + phase.tap_begin + phase.taps; ++tap) {
        const int64_t from = u / s_.stride_h + tap->dy;
        if (from < 0 || from >= s_.out_h) continue;
        work.sources[row.taps] = work.product_rows[int64_t{tap->filter} * s_.cin] + (from - base) * s_.out_w;
        work.shifts[row.taps++] = tap->dx;
      }
      row.columns = phase.columns;
      row.target = dx_ + ((image * s_.h + u) * s_.w + v) * s_.cin;
      kernels_.gather(row);
    }
  }

  ConvShape s_;
  ConvPass pass_;
  TileShape tile_;
  ConvThinGradientKernels<T> kernels_;
  const T *dy_, *filter_;
  T* dx_;
  Finish<T> finish_;
  int64_t strips_ = 1, block_rows_ = 1, plane_ = 0;
  WorkItems items_;
  ConvPhase* phases_;
  ConvTap* taps_;
  const T** filter_rows_;
  std::byte* workspaces_;
};

}  // namespace convgrad
