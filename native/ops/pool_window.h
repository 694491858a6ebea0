// How pooling sweeps an image, row by row.
//
// A pooling window is separable: first the rows of a window are reduced to one, element by element and whatever the number
// of channels; then, along that row, column n of every window is combined with the others. Output pixel t takes column
// t·stride + n of the row, which has (out − 1)·stride + kernel pixels, those beyond the image filled with what changes nothing.
//
// For many channels the row keeps the order of its pixels and each output pixel is one run of `channels` elements. For few
// channels (< 16) the pixels are sorted by their column mod stride ("phases"): then column n of all windows is one run of
// out·channels elements, and vectors are full even for gray images.
//
// Where windows lie side by side and channels are many, gradients need no sweep: each pixel belongs to one window or to none,
// and is written once, past the caches if there are more of them than those hold.
//
// Shapes: x [batch, height.input, width.input, channels], y [batch, height.out, width.out, channels].
#pragma once
#include <cstdint>
#include <cstring>

#include "gemm/blocking.h"
#include "ops/chunks.h"

namespace convgrad {

struct PoolAxis {
  int64_t input, kernel, stride, before, out;

  int64_t reach() const { return (out - 1) * stride + kernel; }  // pixels all windows cover, padding included
  int64_t start(int64_t window) const { return window * stride - before; }
  // Inputs that exist: of one window, and of all.
  int64_t first(int64_t window) const { return start(window) > 0 ? start(window) : 0; }
  int64_t last(int64_t window) const { return start(window) + kernel < input ? start(window) + kernel : input; }
  int64_t read() const { return reach() - before < input ? reach() - before : input; }
  // Windows that cover input i: [first_over, last_over).
  int64_t first_over(int64_t i) const {
    const int64_t ahead = i + before - kernel + 1;
    return ahead > 0 ? (ahead + stride - 1) / stride : 0;
  }
  int64_t last_over(int64_t i) const {
    const int64_t end = (i + before) / stride + 1;
    return end < out ? end : out;
  }
};

// Where column n of the windows lies in a row: `runs` runs of `length` elements, the first at offset(n), `step` apart.
struct PoolRow {
  int64_t channels, stride, slots, runs, length, step;
  bool phased;

  PoolRow(const PoolAxis& width, int64_t channel_count)
      : channels(channel_count), stride(width.stride), phased(channel_count < 16) {
    slots = (width.reach() + stride - 1) / stride;
    runs = phased ? 1 : width.out;
    length = phased ? width.out * channels : channels;
    step = stride * channels;
  }
  int64_t size() const { return slots * stride * channels; }
  int64_t output_size() const { return runs * length; }
  int64_t offset(int64_t n) const { return phased ? ((n % stride) * slots + n / stride) * channels : n * channels; }
  bool sorts() const { return phased && stride > 1; }  // else the order of pixels and of phases is the same
};

struct PoolShape {
  int64_t batch, channels;
  PoolAxis height, width;
  PoolRow row;

  PoolShape(int64_t images, int64_t channel_count, const PoolAxis& h, const PoolAxis& w)
      : batch(images), channels(channel_count), height(h), width(w), row(w, channel_count) {}
  int64_t input_row() const { return width.input * channels; }
  int64_t output_row() const { return width.out * channels; }

  // Windows that are reduced one by one with no more operations than row by row.
  bool small_windows() const {
    return !row.phased && height.kernel * width.kernel <= height.kernel * width.stride + width.kernel;
  }

  // Few windows over each input, and enough channels to look them up input by input.
  static constexpr int64_t kFewWindows = 9, kManyChannels = 64;
  bool few_windows() const { return channels >= kManyChannels && height.kernel * width.kernel <= kFewWindows; }

  // Windows side by side inside the image.
  bool apart() const {
    const auto along = [](const PoolAxis& axis) {
      return axis.stride == axis.kernel && axis.before == 0 && axis.reach() <= axis.input;
    };
    return !row.phased && along(height) && along(width);
  }
};

// One row of windows that lie side by side, and the first of the height.kernel rows of dx under it.
template <class T>
struct ApartRow {
  int64_t windows, channels, kernel_h, kernel_w;
  T* dx;
  int64_t dx_row;
  bool stream;
};

namespace detail {

template <int64_t kChannels, class T>
void copy_pixels(const T* from, int64_t from_step, T* to, int64_t to_step, int64_t pixels, int64_t channels) {
  const int64_t extent = kChannels ? kChannels : channels;
  for (int64_t i = 0; i < pixels; i++)
    for (int64_t c = 0; c < extent; c++) to[i * to_step * extent + c] = from[i * from_step * extent + c];
}

template <class T>
void copy_pixels(const T* from, int64_t from_step, T* to, int64_t to_step, int64_t pixels, int64_t channels) {
  const auto copy = channels == 1 ? copy_pixels<1, T> : channels == 3 ? copy_pixels<3, T> : copy_pixels<0, T>;
  copy(from, from_step, to, to_step, pixels, channels);
}

}  // namespace detail

// Row in the order of its pixels → row in phases.
template <class T>
void sort_row(const PoolRow& row, const T* pixels, T* phases) {
  for (int64_t p = 0; p < row.stride; p++)
    detail::copy_pixels(pixels + p * row.channels, row.stride, phases + p * row.slots * row.channels, 1, row.slots,
                        row.channels);
}

template <class T>
void unsort_row(const PoolRow& row, const T* phases, T* pixels) {
  for (int64_t p = 0; p < row.stride; p++)
    detail::copy_pixels(phases + p * row.slots * row.channels, 1, pixels + p * row.channels, row.stride, row.slots,
                        row.channels);
}

// Rows of all images, in blocks that one thread takes at a time and that share scratch memory.
struct RowBlocks {
  int64_t rows, per_block;

  RowBlocks(int64_t all_rows, int64_t elements_per_row) : rows(all_rows) {
    const int64_t full = kChunk / (elements_per_row > 0 ? elements_per_row : 1) + 1, few = (all_rows + 127) / 128;
    per_block = full > few ? full : few;
  }
  int64_t count() const { return (rows + per_block - 1) / per_block; }

  template <class Body>
  void operator()(Body&& body) const {  // body(block, first row, last row)
    parallel_for(count(), [&](int64_t block) {
      const int64_t end = (block + 1) * per_block;
      body(block, block * per_block, end < rows ? end : rows);
    });
  }
};

// body(index, ApartRow) for all rows of windows; pixels that belong to none become 0.
template <class T, class Body>
void for_each_row_apart(const PoolShape& shape, T* dx, Body&& body) {
  const RowBlocks blocks(shape.batch * shape.height.out, shape.input_row() * shape.height.kernel);
  const int64_t dx_row = shape.input_row(), covered = shape.width.reach() * shape.channels;
  const bool stream = shape.batch * shape.height.input * dx_row * static_cast<int64_t>(sizeof(T)) >= blocking::kStreamBytes;
  const auto clear = [](T* p, int64_t count) { std::memset(p, 0, sizeof(T) * static_cast<size_t>(count)); };
  blocks([&](int64_t, int64_t begin, int64_t end) {
    const PoolAxis& height = shape.height;
    for (int64_t index = begin; index < end; index++) {
      const int64_t image = index / height.out, i = index % height.out;
      T* target = dx + (image * height.input + i * height.stride) * dx_row;
      body(index, ApartRow<T>{shape.width.out, shape.channels, height.kernel, shape.width.kernel, target, dx_row, stream});
      for (int64_t m = 0; m < height.kernel; m++) clear(target + m * dx_row + covered, dx_row - covered);
      if (i + 1 == height.out) clear(target + height.kernel * dx_row, (height.input - height.reach()) * dx_row);
    }
  });
}

}  // namespace convgrad
