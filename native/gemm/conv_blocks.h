// Cuts the output of a convolution into blocks of whole rows and finds the input under a block.
//
// Where windows reach into the padding, the input under the block is copied with its border of zeros, and every window is
// complete. A block is `images` whole images, or `rows` output rows of one image.
#pragma once
#include <cstdint>
#include <cstring>

#include "gemm/conv_shape.h"

namespace convgrad {

struct ConvBlock {
  int64_t image, images, row, rows;
};

struct ConvBlocks {
  int64_t images = 1, rows = 1;

  /** Blocks of at most `pixels` output pixels, but at least one row, and of about equal size. */
  ConvBlocks(const ConvShape& s, int64_t pixels) {
    const int64_t image = int64_t{s.out_h} * s.out_w;
    if (pixels >= 2 * image) images = even(s.n, pixels / image);
    rows = images > 1 ? s.out_h : even(s.out_h, pixels / s.out_w);
  }

  /** The size of equal portions of `all`, none larger than `most`. */
  static int64_t even(int64_t all, int64_t most) {
    if (most < 1) most = 1;
    const int64_t portions = (all + most - 1) / most;
    return portions > 1 ? (all + portions - 1) / portions : all;
  }

  int64_t per_image(const ConvShape& s) const { return (s.out_h + rows - 1) / rows; }
  int64_t count(const ConvShape& s) const {
    return images > 1 ? (s.n + images - 1) / images : s.n * per_image(s);
  }
  ConvBlock at(const ConvShape& s, int64_t index) const {
    ConvBlock block{index * images, images, 0, rows};
    if (images == 1) block.image = index / per_image(s), block.row = index % per_image(s) * rows;
    if (block.image + images > s.n) block.images = s.n - block.image;
    if (block.row + rows > s.out_h) block.rows = s.out_h - block.row;
    return block;
  }
};

/** Where the windows of a block read: the first input of the first window, and strides in elements. */
template <class T>
struct ConvInput {
  const T* x;
  int64_t image, row, column, channels;  // strides between images, input rows, input columns; channels of one column
};

/** Elements a copy of the input under the largest block takes; 0 where no window reaches beyond the image. */
inline int64_t input_copy_length(const ConvShape& s, const ConvBlocks& blocks) {
  return s.padded() ? blocks.images * s.rows_under(blocks.rows) * s.columns_under() * s.group_cin() : 0;
}

/** offsets[kh kw group_cin] of the inputs of one window, in the order of the filter. */
inline void list_offsets(const ConvShape& s, int64_t* offsets) {
  const int64_t channels = s.padded() ? s.group_cin() : s.cin;
  const int64_t row = (s.padded() ? s.columns_under() : s.w) * channels;
  for (int64_t a = 0; a < s.kh; ++a) {
    for (int64_t b = 0; b < s.kw; ++b) {
      for (int64_t p = 0; p < s.group_cin(); ++p) *offsets++ = a * s.dilation_h * row + b * s.dilation_w * channels + p;
    }
  }
}

/** One row of a group's channels from column -pad_left on, zeros outside the image. */
template <class T>
void copy_padded_row(const ConvShape& s, const T* image, int64_t y, T* to) {
  const int64_t columns = s.columns_under(), channels = s.group_cin();
  const auto bytes = [&](int64_t count) { return static_cast<size_t>(count * channels) * sizeof(T); };
  int64_t begin = s.pad_left, end = s.pad_left + int64_t{s.w};
  if (y < 0 || y >= s.h || begin > columns) begin = columns;
  if (end > columns || begin == columns) end = columns;
  std::memset(to, 0, bytes(begin));
  if (end > begin) {
    const T* from = image + y * s.w * s.cin;
    if (channels == s.cin) {
      std::memcpy(to + begin * channels, from, bytes(end - begin));
    } else {
      for (int64_t c = begin; c < end; ++c) std::memcpy(to + c * channels, from + (c - begin) * s.cin, bytes(1));
    }
  }
  std::memset(to + end * channels, 0, bytes(columns - end));
}

/** The input of a block for one group of channels, copied to `copy` where input_copy_length() says so. */
template <class T>
ConvInput<T> input_under(const ConvShape& s, const ConvBlock& block, const T* x, int64_t group, T* copy) {
  const int64_t top = block.row * s.stride_h - s.pad_top;
  if (!s.padded()) {
    const int64_t row = int64_t{s.w} * s.cin;
    return {x + (block.image * s.h + top) * row - int64_t{s.pad_left} * s.cin + group * s.group_cin(), s.h * row, row,
            s.cin, s.cin};
  }
  const int64_t rows = s.rows_under(block.rows), row = s.columns_under() * s.group_cin();
  for (int64_t i = 0; i < block.images; ++i) {
    const T* image = x + (block.image + i) * s.h * s.w * s.cin + group * s.group_cin();
    for (int64_t r = 0; r < rows; ++r) copy_padded_row(s, image, top + r, copy + (i * rows + r) * row);
  }
  return {copy, rows * row, row, s.group_cin(), s.group_cin()};
}

}  // namespace convgrad
