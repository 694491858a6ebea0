// Where a filter gradient (conv_filter_gradient.h) takes its factors from: blocks of x and of dy in the order of `outer`.
//
//   OperandsInPlace<T>          float32 and float64: x where it lies, or copied with its border of zeros where a tile spans
//                               filter positions; dy packed by panels, or where it lies if one panel holds all channels
//   PackedOperands<float>       bfloat16, widened while it is packed
//   PackedOperands<BfloatPair>  bfloat16, two images interleaved
//
// A pair holds the same number of two images, so that windows, borders, strides and dilations are those of one image; an
// odd last image is paired with zeros. Packed images lie by lines of channels, [channels / line][image][row][column][line],
// so that what one register tile reads is consecutive.
#pragma once
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "gemm/conv_blocks.h"
#include "gemm/contract.h"

namespace convgrad {

/** How a filter gradient is cut; `s` counts pairs of images as one where factors are pairs. */
template <class T>
struct FilterGradientCut {
  static constexpr int64_t kMinRowTiles = 4;  // in a filter position taken by itself

  ConvShape s;
  TileShape tile;
  ConvBlocks blocks;
  bool clipped;  // each filter position for itself, over the pixels whose x lies inside the image

  FilterGradientCut(const ConvShape& shape, TileShape tile_shape)
      : s(shape), tile(tile_shape), blocks(shape, pixels(shape, tile_shape)),
        clipped(shape.padded() && shape.group_cin() >= kMinRowTiles * tile_shape.rows) {}

  static int64_t pixels(const ConvShape& s, TileShape tile) {
    constexpr int64_t size = sizeof(T);
    const int64_t by_y = blocking::kOuterPanelBytes / (tile.columns * size);
    const int64_t by_x = blocking::kOuterBytes / (s.group_cin() * s.stride_h * s.stride_w * size);
    return by_x < by_y ? by_x : by_y;
  }

  int64_t panel_length() const { return blocks.images * blocks.rows * s.out_w * tile.columns; }
};

/** The input under a block: its first window begins at x + corner, which may be outside the image; strides in elements. */
template <class T>
struct OuterInput {
  const T* x;
  int64_t corner, image, row, column;
};

/** Memory that will be read soon. */
struct Coming {
  const void* begin = nullptr;
  int64_t bytes = 0;
};

/** Rows of an image that the windows of a block read. */
struct InputRows {
  int64_t top, bottom;

  InputRows(const ConvShape& s, const ConvBlock& block) {
    top = block.row * s.stride_h - s.pad_top, bottom = top + s.rows_under(block.rows);
    if (top < 0) top = 0;
    if (bottom > s.h) bottom = s.h;
    if (bottom < top) bottom = top;
  }
};

/** Factors of T that are in memory as T. */
template <class T>
class OperandsInPlace {
 public:
  using Factor = T;
  static constexpr int64_t kMinRowTiles = 4;  // in an item
  using Pack = void (*)(const T* b, int64_t k_stride, int64_t depth, int64_t columns, int64_t width, T* panel, T* column_sums);

  OperandsInPlace(const ConvShape& shape, TileShape tile, Pack pack, const T* x, const T* dy)
      : cut_(shape, tile), pack_(pack), x_(x), dy_(dy) {}

  const FilterGradientCut<T>& cut() const { return cut_; }

  /** Elements of a workspace. */
  int64_t panel_length() const { return packs() ? cut_.panel_length() : 0; }
  int64_t input_length() const { return cut_.clipped ? 0 : input_copy_length(cut_.s, cut_.blocks); }

  /** Offsets of the factors of one window, [kh kw group_cin], or of one position, [group_cin], where `clipped`. */
  void list_offsets(int64_t* offsets) const {
    if (!cut_.clipped) return convgrad::list_offsets(cut_.s, offsets);
    for (int64_t p = 0; p < cut_.s.group_cin(); ++p) offsets[p] = p;
  }

  /** dy's panel of `columns` channels from `column` on; adds their sums to `sums`. */
  const T* upstream(const ConvBlock& block, int64_t column, int64_t columns, T* panel, T* sums) const {
    const ConvShape& s = cut_.s;
    const T* dy = dy_ + (block.image * s.out_h + block.row) * s.out_w * s.cout + column;
    pack_(dy, s.cout, block.images * block.rows * s.out_w, columns, cut_.tile.columns, packs() ? panel : nullptr, sums);
    return packs() ? panel : dy;
  }

  /** x of one group of channels. */
  OuterInput<T> input(const ConvBlock& block, int64_t group, T* copy) const {
    const ConvShape& s = cut_.s;
    if (!cut_.clipped) {
      const ConvInput<T> input = input_under(s, block, x_, group, copy);
      return {input.x, 0, input.image, input.row, input.column};
    }
    const int64_t row = int64_t{s.w} * s.cin, top = block.row * s.stride_h - s.pad_top;
    return {x_ + block.image * s.h * row + group * s.group_cin(), top * row - int64_t{s.pad_left} * s.cin, s.h * row, row,
            s.cin};
  }

  /** What the block will read of x and, where `upstream`, of dy. */
  void coming(const ConvBlock& block, bool upstream, Coming (&ranges)[kAhead]) const {
    const ConvShape& s = cut_.s;
    const InputRows rows(s, block);
    const int64_t x_row = int64_t{s.w} * s.cin, y_row = int64_t{s.out_w} * s.cout, size = sizeof(T);
    const int64_t count = block.images > 1 ? block.images * s.h - rows.top : rows.bottom - rows.top;
    ranges[0] = {x_ + (block.image * s.h + rows.top) * x_row, count * x_row * size};
    if (upstream) ranges[1] = {dy_ + (block.image * s.out_h + block.row) * y_row, block.images * block.rows * y_row * size};
  }

 private:
  bool packs() const { return cut_.s.groups > 1 || cut_.s.cout != cut_.tile.columns; }

  FilterGradientCut<T> cut_;
  Pack pack_;
  const T *x_, *dy_;
};

/** See pack_outer.h. */
template <class T>
struct PackKernels {
  void (*upstream)(const bfloat16* first, const bfloat16* second, int64_t k_stride, int64_t depth, int64_t columns,
                   int64_t width, T* panel, float* column_sums);
  void (*pixels)(const bfloat16* first, const bfloat16* second, int64_t stride, int64_t pixels, int64_t channels,
                 int64_t line, int64_t line_stride, T* to);
};

/** Factors T of images that are bfloat16 in memory. */
template <class T>
class PackedOperands {
 public:
  using Factor = T;
  static constexpr int64_t kMinRowTiles = 20;  // in an item, which packs for itself
  static constexpr int64_t kImages = std::is_same_v<T, BfloatPair> ? 2 : 1;  // in a factor

  PackedOperands(const ConvShape& shape, TileShape tile, const PackKernels<T>& kernels, const bfloat16* x, const bfloat16* dy)
      : cut_(seen(shape), tile), kernels_(kernels), x_(x), dy_(dy), images_(shape.n),
        x_image_(int64_t{shape.h} * shape.w * shape.cin), x_row_(int64_t{shape.w} * shape.cin), x_pixel_(shape.cin) {
    if (pointwise(shape)) x_row_ *= shape.stride_h, x_pixel_ *= shape.stride_w;
    line_ = shape.group_cin() < kLine ? shape.group_cin() : kLine;
    const ConvShape& s = cut_.s;
    line_stride_ = cut_.blocks.images * s.rows_under(cut_.blocks.rows) * s.columns_under() * line_;
    line_stride_ += line_stride_ / kLine % 2 ? 0 : kLine;  // lines of many channels do not share sets
  }

  const FilterGradientCut<T>& cut() const { return cut_; }

  int64_t panel_length() const { return cut_.panel_length(); }
  int64_t input_length() const { return (cut_.s.group_cin() + line_ - 1) / line_ * line_stride_; }

  void list_offsets(int64_t* offsets) const {
    const ConvShape& s = cut_.s;
    const int64_t taps = cut_.clipped ? 1 : int64_t{s.kh} * s.kw;
    for (int64_t t = 0; t < taps; ++t) {
      const int64_t tap = (t / s.kw * s.dilation_h * s.columns_under() + t % s.kw * s.dilation_w) * line_;
      for (int64_t p = 0; p < s.group_cin(); ++p) *offsets++ = tap + p / line_ * line_stride_ + p % line_;
    }
  }

  const T* upstream(const ConvBlock& block, int64_t column, int64_t columns, T* panel, float* sums) const {
    const ConvShape& s = cut_.s;
    const int64_t pixels = block.rows * s.out_w, image = int64_t{s.out_h} * s.out_w * s.cout;
    for (int64_t i = 0; i < block.images; ++i) {
      const bfloat16* from = dy_ + (block.image + i) * kImages * image + block.row * s.out_w * s.cout + column;
      kernels_.upstream(from, paired(block.image + i) ? from + image : nullptr, s.cout, pixels, columns, cut_.tile.columns,
                        panel + i * pixels * cut_.tile.columns, sums);
    }
    return panel;
  }

  OuterInput<T> input(const ConvBlock& block, int64_t group, T* copy) const {
    const ConvShape& s = cut_.s;
    const int64_t row = s.columns_under() * line_, rows = s.rows_under(block.rows), top = block.row * s.stride_h - s.pad_top;
    for (int64_t i = 0; i < block.images; ++i) {
      for (int64_t r = 0; r < rows; ++r) pack_row(block.image + i, top + r, group, copy + (i * rows + r) * row);
    }
    return {copy, 0, rows * row, row, line_};
  }

  void coming(const ConvBlock& block, bool upstream, Coming (&ranges)[kAhead]) const {
    const ConvShape& s = cut_.s;
    const InputRows rows(s, block);
    const int64_t size = sizeof(bfloat16), y_row = int64_t{s.out_w} * s.cout;
    const int64_t first = block.image * kImages, next = first + block.images * kImages;
    const int64_t images = next < images_ ? next - first : images_ - first;
    const bool all = x_pixel_ == s.cin;  // else most of what lies between would not be read
    for (int64_t i = 0; i < images && i < 2; ++i) {
      const int64_t more = i == 1 ? images - 2 : 0;  // more than two are whole images
      const int64_t x_bytes = (more * x_image_ + (rows.bottom - rows.top) * x_row_) * size;
      if (all) ranges[i] = {x_ + (first + i) * x_image_ + rows.top * x_row_, x_bytes};
      if (!upstream) continue;
      ranges[2 + i] = {dy_ + ((first + i) * s.out_h + block.row) * y_row, (more * s.out_h + block.rows) * y_row * size};
    }
  }

 private:
  static constexpr int64_t kLine = 64 / static_cast<int64_t>(sizeof(T));

  bool paired(int64_t image) const { return kImages == 2 && 2 * image + 1 < images_; }

  static bool pointwise(const ConvShape& s) { return s.kh == 1 && s.kw == 1 && !s.padded(); }

  // The convolution as it is packed: of pairs of images, and of no pixels between two windows where these are one pixel.
  static ConvShape seen(ConvShape s) {
    if (pointwise(s)) s.h = s.out_h, s.w = s.out_w, s.stride_h = s.stride_w = 1;
    s.n = (s.n + kImages - 1) / kImages;
    return s;
  }

  void pack_row(int64_t image, int64_t y, int64_t group, T* to) const {
    const ConvShape& s = cut_.s;
    const int64_t columns = s.columns_under();
    int64_t begin = s.pad_left, end = s.pad_left + int64_t{s.w};
    if (y < 0 || y >= s.h || begin > columns) begin = columns;
    if (end > columns || begin == columns) end = columns;
    if (begin < end) {
      const bfloat16* from = x_ + image * kImages * x_image_ + y * x_row_ + group * s.group_cin();
      kernels_.pixels(from, paired(image) ? from + x_image_ : nullptr, x_pixel_, end - begin, s.group_cin(), line_,
                      line_stride_, to + begin * line_);
    }
    if (cut_.clipped) return;  // the border is not read
    for (int64_t p = 0; p < s.group_cin(); p += line_, to += line_stride_) {
      std::memset(to, 0, static_cast<size_t>(begin * line_) * sizeof(T));
      std::memset(to + end * line_, 0, static_cast<size_t>((columns - end) * line_) * sizeof(T));
    }
  }

  FilterGradientCut<T> cut_;
  PackKernels<T> kernels_;
  const bfloat16 *x_, *dy_;
  int64_t images_, x_image_, x_row_, x_pixel_, line_, line_stride_;
};

}  // namespace convgrad
