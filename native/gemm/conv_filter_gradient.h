// Filter gradient of a convolution as `outer` problems (contract.h), with the bias gradient from the same pass.
//
//   dFilter[a,b,p][q] = sum over pixels of  x[pixel + (a,b)][p] dy[pixel][q]        dBias[q] = sum over pixels of dy[pixel][q]
//
// The rows of dFilter, (a, b, p) flattened, are rows of C. Where images are thin a tile spans filter positions, so nothing
// is wasted, and x is copied with its border of zeros. Else each filter position (a, b) is a product of its own, over the
// pixels whose x lies inside the image: no copy, and no multiplication with the border.
// Pixels are visited in blocks (conv_blocks.h) of which dy's panel and x stay in the caches.
//
// For the threads, the blocks are cut into `parts` with partial sums of their own, a number that follows from the shape,
// and the partial sums are added in fixed order. A work item is (part, panel, range of rows). Assigns, does not accumulate.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/conv_blocks.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T>
struct ConvFilterGradientKernels {
  void (*multiply)(const OuterBlock<T>&);
  void (*pack)(const T* b, int64_t k_stride, int64_t depth, int64_t columns, int64_t width, T* panel, T* column_sums);
  void (*sum)(const T* parts, int64_t count, int64_t stride, T* sum, int64_t begin, int64_t end);
};

template <class T>
class ConvFilterGradient {
 public:
  ConvFilterGradient(Launch& launch, const ConvShape& shape, TileShape tile, const ConvFilterGradientKernels<T>& kernels,
                     const T* x, const T* dy, T* d_filter, T* d_bias)
      : s_(shape), tile_(tile), kernels_(kernels), x_(x), dy_(dy), d_filter_(d_filter), d_bias_(d_bias),
        blocks_(cut(shape, tile)), items_(launch, plan(), shape.flops()) {
    offsets_ = launch.scratch<int64_t>(rows());
    parts_ = part_count_ > 1 ? launch.scratch<T>(part_count_ * s_.filter_length()) : d_filter;
    bias_parts_ = launch.scratch<T>(part_count_ * s_.cout);
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    if (clipped()) {
      for (int64_t p = 0; p < s_.group_cin(); ++p) offsets_[p] = p;
    } else {
      list_offsets(s_, offsets_);
    }
    items_.run([this](int64_t slot, int64_t item) { run_item(item, workspaces_ + slot * workspace_bytes()); });
    if (part_count_ > 1) {
      const int64_t length = s_.filter_length(), chunk = 1 << 14;
      const auto add = [=, this](int64_t i) {
        kernels_.sum(parts_, part_count_, length, d_filter_, i * chunk, length < (i + 1) * chunk ? length : (i + 1) * chunk);
      };
      const int64_t chunks = (length + chunk - 1) / chunk;
      if (items_.slots() > 1) parallel_for(chunks, add);
      else for (int64_t i = 0; i < chunks; ++i) add(i);
    }
    if (d_bias_) kernels_.sum(bias_parts_, part_count_, s_.cout, d_bias_, 0, s_.cout);
  }

 private:
  static constexpr int64_t kMinPartPixels = 512;  // so that adding the partial sums stays cheap
  static constexpr int64_t kMinRowTiles = 4;      // in an item, and in a filter position taken by itself

  int64_t rows() const { return int64_t{s_.kh} * s_.kw * s_.group_cin(); }  // of dFilter, in one group
  int64_t panels_per_group() const { return (s_.group_cout() + tile_.columns - 1) / tile_.columns; }
  int64_t units() const { return s_.groups * panels_per_group(); }
  bool clipped() const { return s_.padded() && s_.group_cin() >= kMinRowTiles * tile_.rows; }
  bool packs() const { return s_.groups > 1 || s_.cout != tile_.columns; }  // else dy is a panel as it lies in memory
  int64_t copy_length() const { return clipped() ? 0 : input_copy_length(s_, blocks_); }

  static ConvBlocks cut(const ConvShape& s, TileShape tile) {
    constexpr int64_t size = sizeof(T);
    const int64_t by_y = blocking::kOuterPanelBytes / (tile.columns * size);
    const int64_t by_x = blocking::kOuterBytes / (s.group_cin() * s.stride_h * s.stride_w * size);
    return ConvBlocks(s, by_x < by_y ? by_x : by_y);
  }

  int64_t plan() {
    part_count_ = blocks_.count(s_);
    const int64_t most_bytes = blocking::kPartialBytes / (s_.filter_length() * static_cast<int64_t>(sizeof(T)));
    const int64_t most_pixels = s_.output_pixels() / kMinPartPixels;
    const int64_t enough = (blocking::kItems + units() - 1) / units();
    if (part_count_ > enough) part_count_ = enough;
    if (part_count_ > most_bytes) part_count_ = most_bytes;
    if (part_count_ > most_pixels) part_count_ = most_pixels;
    if (part_count_ < 1) part_count_ = 1;

    splits_ = blocking::kItems / (part_count_ * units());
    const int64_t most_splits = rows() / (kMinRowTiles * tile_.rows);
    if (splits_ > most_splits) splits_ = most_splits;
    if (splits_ < 1) splits_ = 1;
    return part_count_ * units() * splits_;
  }

  int64_t panel_length() const { return !packs() ? 0 : blocks_.images * blocks_.rows * s_.out_w * tile_.columns; }
  int64_t workspace_bytes() const {
    return ((panel_length() + tile_.columns + copy_length()) * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 64;
  }

  void run_item(int64_t item, std::byte* workspace) const {
    const int64_t split = item % splits_, unit = item / splits_ % units(), part = item / splits_ / units();
    const int64_t group = unit / panels_per_group(), column = unit % panels_per_group() * tile_.columns;
    const int64_t columns = s_.group_cout() - column < tile_.columns ? s_.group_cout() - column : tile_.columns;
    const int64_t begin = group * s_.group_cout() + column;  // first column, of all groups
    const int64_t row_begin = first_row(split), row_end = first_row(split + 1);
    T* panel = reinterpret_cast<T*>(workspace);
    T* sums = panel + panel_length();
    T* copy = sums + tile_.columns;
    for (int64_t n = 0; n < columns; ++n) sums[n] = 0;

    OuterBlock<T> outer{};
    outer.tile = tile_;
    outer.c_stride = s_.cout;
    outer.column_begin = begin;
    outer.column_end = begin + columns;
    T* c = parts_ + part * s_.filter_length();
    const int64_t count = blocks_.count(s_), last = count * (part + 1) / part_count_;
    for (int64_t i = count * part / part_count_; i < last; ++i) {
      const ConvBlock block = blocks_.at(s_, i);
      const T* dy = dy_ + (block.image * s_.out_h + block.row) * s_.out_w * s_.cout + begin;
      kernels_.pack(dy, s_.cout, block.images * block.rows * s_.out_w, columns, tile_.columns, packs() ? panel : nullptr,
                    sums);
      const T* y = packs() ? panel : dy;
      outer.ahead[0] = outer.ahead[1] = {};
      if (i + 1 < last) look_ahead(block, blocks_.at(s_, i + 1), outer.ahead);
      if (clipped()) multiply_taps(block, group, row_begin, row_end, y, c, outer);
      else multiply_all(block, group, row_begin, row_end, y, copy, c, outer);
      outer.finish.accumulate = true;
    }
    if (split == 0) std::memcpy(bias_parts_ + part * s_.cout + begin, sums, static_cast<size_t>(columns) * sizeof(T));
  }

  // Rows [begin, end) of dFilter, over all pixels of a block.
  void multiply_all(const ConvBlock& block, int64_t group, int64_t begin, int64_t end, const T* panel, T* copy, T* c,
                    OuterBlock<T>& outer) const {
    const ConvInput<T> input = input_under(s_, block, x_, group, copy);
    const int64_t panel_row = s_.out_w * tile_.columns;
    outer.pixels = {block.images, block.rows, s_.out_w, input.image, s_.stride_h * input.row, s_.stride_w * input.column,
                    block.rows * panel_row, panel_row, tile_.columns};
    outer.x = input.x;
    outer.offsets = offsets_ + begin;
    outer.y = panel;
    outer.c = c + begin * s_.cout;
    outer.rows = end - begin;
    kernels_.multiply(outer);
  }

  // The same filter position by filter position, each over the pixels of the block that it reads inside the image.
  void multiply_taps(const ConvBlock& block, int64_t group, int64_t begin, int64_t end, const T* panel, T* c,
                     OuterBlock<T>& outer) const {
    const int64_t cin = s_.cin, depth = s_.group_cin(), x_row = s_.w * cin, panel_row = s_.out_w * tile_.columns;
    for (int64_t row = begin; row < end; row += outer.rows) {
      const int64_t tap = row / depth, p = row % depth;
      const int64_t dy = tap / s_.kw * s_.dilation_h - s_.pad_top + block.row * s_.stride_h;
      const int64_t dx = tap % s_.kw * s_.dilation_w - s_.pad_left;
      const Inside rows(dy, s_.stride_h, s_.h, block.rows), columns(dx, s_.stride_w, s_.w, s_.out_w);
      outer.rows = depth - p < end - row ? depth - p : end - row;
      if (outer.finish.accumulate && (rows.count == 0 || columns.count == 0)) continue;
      outer.pixels = {block.images, rows.count, columns.count, s_.h * x_row, s_.stride_h * x_row, s_.stride_w * cin,
                      block.rows * panel_row, panel_row, tile_.columns};
      outer.x = x_ + (block.image * s_.h + rows.first * s_.stride_h + dy) * x_row +
                (columns.first * s_.stride_w + dx) * cin + group * depth + p;
      outer.offsets = offsets_;
      outer.y = panel + rows.first * panel_row + columns.first * tile_.columns;
      outer.c = c + row * s_.cout;
      kernels_.multiply(outer);
    }
  }

  // The outputs i of [0, outputs) whose input i * stride + offset is inside [0, inputs).
  struct Inside {
    int64_t first, count;

    Inside(int64_t offset, int64_t stride, int64_t inputs, int64_t outputs) {
      first = offset < 0 ? (stride - 1 - offset) / stride : 0;
      const int64_t end = offset < inputs ? (inputs - 1 - offset) / stride + 1 : 0;
      count = (end < outputs ? end : outputs) - first;
      if (count <= 0) first = count = 0;
    }
  };

  // What the next block reads, spread over the pixels that all tiles of this block visit. Of a dy with several
  // panels each item reads a part; it comes from the caches after the first.
  void look_ahead(const ConvBlock& block, const ConvBlock& next, Ahead (&ahead)[2]) const {
    const int64_t calls = (s_.out_w + Ahead::kPixels - 1) / Ahead::kPixels;  // in a row of pixels
    const int64_t visits = block.images * block.rows * calls * ((rows() / splits_ + tile_.rows - 1) / tile_.rows);
    const auto range = [=](const T* from, int64_t length) {
      const int64_t bytes = length * static_cast<int64_t>(sizeof(T));
      const char* begin = reinterpret_cast<const char*>(from);
      return Ahead{begin, begin + bytes, (bytes / visits + 64) / 64 * 64};
    };
    const int64_t x_row = int64_t{s_.w} * s_.cin, y_row = int64_t{s_.out_w} * s_.cout;
    int64_t top = next.row * s_.stride_h - s_.pad_top, bottom = top + s_.rows_under(next.rows);
    if (top < 0) top = 0;
    if (bottom > s_.h) bottom = s_.h;
    if (next.images > 1) bottom = next.images * s_.h;
    if (bottom > top) ahead[0] = range(x_ + (next.image * s_.h + top) * x_row, (bottom - top) * x_row);
    if (units() == 1) {
      ahead[1] = range(dy_ + (next.image * s_.out_h + next.row) * y_row, next.images * next.rows * y_row);
    }
  }

  // Rows of an item: whole tiles, counted within each filter position where these are products of their own.
  int64_t first_row(int64_t split) const {
    const int64_t run = clipped() ? s_.group_cin() : rows(), tiles = (run + tile_.rows - 1) / tile_.rows;
    const int64_t tile = rows() / run * tiles * split / splits_, row = tile % tiles * tile_.rows;
    return tile / tiles * run + row;
  }

  ConvShape s_;
  TileShape tile_;
  ConvFilterGradientKernels<T> kernels_;
  const T *x_, *dy_;
  T *d_filter_, *d_bias_;
  ConvBlocks blocks_;
  int64_t part_count_ = 1, splits_ = 1;
  WorkItems items_;
  int64_t* offsets_;
  T *parts_, *bias_parts_;
  std::byte* workspaces_;
};

}  // namespace convgrad
