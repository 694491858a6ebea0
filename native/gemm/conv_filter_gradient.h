// Filter gradient of a convolution as `outer` problems (contract.h), with the bias gradient from the same pass.
//
//   dFilter[a,b,p][q] = sum over pixels of  x[pixel + (a,b)][p] dy[pixel][q]        dBias[q] = sum over pixels of dy[pixel][q]
//
// The rows of dFilter, (a, b, p) flattened, are rows of C: a tile may span filter positions, so thin images waste nothing.
// Pixels are visited in blocks (some rows of an image, or some images) of which dy's panel and x stay in the caches; where
// windows reach into the padding, the block's part of x is copied with its border of zeros.
//
// For the threads, the blocks are cut into `parts` with partial sums of their own, a number that follows from the shape,
// and the partial sums are added in fixed order. A work item is (part, panel, range of rows). Assigns, does not accumulate.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/conv_shape.h"
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
        items_(launch, plan(), shape.flops()) {
    offsets_ = launch.scratch<int64_t>(rows());
    parts_ = part_count_ > 1 ? launch.scratch<T>(part_count_ * s_.filter_length()) : d_filter;
    bias_parts_ = launch.scratch<T>(part_count_ * s_.cout);
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    const bool copied = s_.padded();
    const int64_t columns = copied ? s_.columns_under() : s_.w, channels = copied ? s_.group_cin() : s_.cin;
    int64_t* offset = offsets_;
    for (int64_t a = 0; a < s_.kh; ++a) {
      for (int64_t b = 0; b < s_.kw; ++b) {
        for (int64_t p = 0; p < s_.group_cin(); ++p) {
          *offset++ = (a * s_.dilation_h * columns + b * s_.dilation_w) * channels + p;
        }
      }
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
  static constexpr int64_t kMinRowTiles = 4;      // in an item

  int64_t rows() const { return int64_t{s_.kh} * s_.kw * s_.group_cin(); }  // of dFilter, in one group
  int64_t panels_per_group() const { return (s_.group_cout() + tile_.columns - 1) / tile_.columns; }
  int64_t units() const { return s_.groups * panels_per_group(); }

  // A block is block_images_ whole images, or block_rows_ output rows of one image.
  int64_t blocks_per_image() const { return (s_.out_h + block_rows_ - 1) / block_rows_; }
  int64_t blocks() const {
    return block_images_ > 1 ? (s_.n + block_images_ - 1) / block_images_ : s_.n * blocks_per_image();
  }

  int64_t plan() {
    constexpr int64_t size = sizeof(T);
    int64_t pixels = blocking::kOuterPanelBytes / (tile_.columns * size);
    const int64_t by_x = blocking::kOuterBytes / (s_.group_cin() * s_.stride_h * s_.stride_w * size);
    if (by_x < pixels) pixels = by_x;
    const int64_t image = int64_t{s_.out_h} * s_.out_w;
    block_images_ = pixels / image > 1 ? pixels / image : 1;
    if (block_images_ > s_.n) block_images_ = s_.n;
    block_rows_ = block_images_ > 1 ? s_.out_h : pixels / s_.out_w;
    if (block_rows_ < 1) block_rows_ = 1;
    if (block_rows_ > s_.out_h) block_rows_ = s_.out_h;

    part_count_ = blocks();
    const int64_t most_bytes = blocking::kPartialBytes / (s_.filter_length() * size);
    const int64_t most_pixels = s_.output_pixels() / kMinPartPixels;
    if (part_count_ > blocking::kItems) part_count_ = blocking::kItems;
    if (part_count_ > most_bytes) part_count_ = most_bytes;
    if (part_count_ > most_pixels) part_count_ = most_pixels;
    if (part_count_ < 1) part_count_ = 1;

    splits_ = blocking::kItems / (part_count_ * units());
    const int64_t most_splits = rows() / (kMinRowTiles * tile_.rows);
    if (splits_ > most_splits) splits_ = most_splits;
    if (splits_ < 1) splits_ = 1;
    return part_count_ * units() * splits_;
  }

  int64_t panel_length() const { return block_images_ * block_rows_ * s_.out_w * tile_.columns; }
  int64_t copy_length() const {
    return s_.padded() ? block_images_ * s_.rows_under(block_rows_) * s_.columns_under() * s_.group_cin() : 0;
  }
  int64_t workspace_bytes() const {
    return ((panel_length() + copy_length() + tile_.columns) * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 64;
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
    outer.offsets = offsets_ + row_begin;
    outer.y = panel;
    outer.c = parts_ + part * s_.filter_length() + row_begin * s_.cout;
    outer.c_stride = s_.cout;
    outer.rows = row_end - row_begin;
    outer.column_begin = begin;
    outer.column_end = begin + columns;
    const int64_t last = blocks() * (part + 1) / part_count_;
    for (int64_t block = blocks() * part / part_count_; block < last; ++block) {
      int64_t image = block * block_images_, row = 0, images = block_images_, rows = block_rows_;
      if (block_images_ == 1) image = block / blocks_per_image(), row = block % blocks_per_image() * block_rows_;
      if (image + images > s_.n) images = s_.n - image;
      if (row + rows > s_.out_h) rows = s_.out_h - row;
      const int64_t pixels = images * rows * s_.out_w;
      kernels_.pack(dy_ + (image * s_.out_h + row) * s_.out_w * s_.cout + begin, s_.cout, pixels, columns, tile_.columns,
                    panel, sums);
      outer.pixels = {images, rows, s_.out_w, 0, 0, 0, rows * s_.out_w * tile_.columns, s_.out_w * tile_.columns,
                      tile_.columns};
      locate(image, row, images, rows, group, copy, outer);
      kernels_.multiply(outer);
      outer.finish.accumulate = true;
    }
    if (split == 0) std::memcpy(bias_parts_ + part * s_.cout + begin, sums, static_cast<size_t>(columns) * sizeof(T));
  }

  // Rows of an item: whole tiles.
  int64_t first_row(int64_t split) const {
    return split == splits_ ? rows() : rows() / tile_.rows * split / splits_ * tile_.rows;
  }

  // Points outer.x at the input under the first window of the block, or at its copy with a border of zeros.
  void locate(int64_t image, int64_t row, int64_t images, int64_t rows, int64_t group, T* copy, OuterBlock<T>& outer) const {
    const int64_t top = row * s_.stride_h - s_.pad_top;
    const int64_t group_cin = s_.group_cin();
    int64_t image_rows = s_.h, columns = s_.w, channels = s_.cin;
    outer.x = x_ + ((image * s_.h + top) * s_.w - s_.pad_left) * s_.cin + group * group_cin;
    if (s_.padded()) {
      image_rows = s_.rows_under(rows), columns = s_.columns_under(), channels = group_cin;
      for (int64_t i = 0; i < images; ++i) {
        const T* from = x_ + (image + i) * s_.h * s_.w * s_.cin + group * group_cin;
        for (int64_t r = 0; r < image_rows; ++r) {
          copy_row(from, top + r, columns, copy + (i * image_rows + r) * columns * group_cin);
        }
      }
      outer.x = copy;
    }
    outer.pixels.x_image = image_rows * columns * channels;
    outer.pixels.x_row = s_.stride_h * columns * channels;
    outer.pixels.x_column = s_.stride_w * channels;
  }

  // One row of a group's channels, columns -pad_left ... of the image, zeros outside.
  void copy_row(const T* image, int64_t y, int64_t columns, T* to) const {
    const int64_t group_cin = s_.group_cin();
    const bool inside = y >= 0 && y < s_.h;
    const int64_t begin = inside ? (s_.pad_left < columns ? s_.pad_left : columns) : columns;
    int64_t end = inside ? s_.pad_left + int64_t{s_.w} : columns;
    if (end > columns) end = columns;
    const auto bytes = [&](int64_t count) { return static_cast<size_t>(count * group_cin) * sizeof(T); };
    std::memset(to, 0, bytes(begin));
    const T* from = image + y * s_.w * s_.cin;
    if (group_cin == s_.cin && end > begin) {
      std::memcpy(to + begin * group_cin, from, bytes(end - begin));
    } else {
      for (int64_t c = begin; c < end; ++c) std::memcpy(to + c * group_cin, from + (c - begin) * s_.cin, bytes(1));
    }
    std::memset(to + end * group_cin, 0, bytes(columns - end));
  }

  ConvShape s_;
  TileShape tile_;
  ConvFilterGradientKernels<T> kernels_;
  const T *x_, *dy_;
  T *d_filter_, *d_bias_;
  int64_t block_images_ = 1, block_rows_ = 1, part_count_ = 1, splits_ = 1;
  WorkItems items_;
  int64_t* offsets_;
  T *parts_, *bias_parts_;
  std::byte* workspaces_;
};

}  // namespace convgrad
