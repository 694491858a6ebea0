// Pixels [pixels, channels] seen as rows that fill vectors, whatever the number of channels.
//
// `repeat` pixels make a row of `width` = repeat·channels elements, a multiple of 16 where channels are few; the last row may
// be shorter. A table of one number per channel is repeated to one row, and element i of the pixels meets entry i mod width.
// Reductions over pixels run over fixed chunks of whole rows; each gives `width` partial results, which are then folded per
// channel, in order and in float64: the same bits for any number of threads.
#pragma once
#include <cstdint>
#include <numeric>

#include "ops/chunks.h"

namespace convgrad {

struct ChannelRows {
  int64_t pixels, channels, repeat, width, chunk_pixels;

  static constexpr int64_t kLongestSum = 512;  // rows: bounds the rounding error of a partial result

  ChannelRows(int64_t pixel_count, int64_t channel_count) : pixels(pixel_count), channels(channel_count) {
    repeat = channels < 256 ? 16 / std::gcd(channels, int64_t{16}) : 1;
    width = repeat * channels;
    const int64_t rows = kChunk / width;
    chunk_pixels = (rows < 16 ? 16 : rows < kLongestSum ? rows : kLongestSum) * repeat;
  }

  int64_t chunks() const { return (pixels + chunk_pixels - 1) / chunk_pixels; }
  int64_t pixels_in(int64_t chunk) const {
    const int64_t left = pixels - chunk * chunk_pixels;
    return left < chunk_pixels ? left : chunk_pixels;
  }

  // body(chunk, first element, elements), on the pool
  template <class Body>
  void for_each_chunk(Body&& body) const {
    parallel_for(chunks(), [&](int64_t chunk) {
      body(chunk, chunk * chunk_pixels * channels, pixels_in(chunk) * channels);
    });
  }

  // body(channel), on the pool
  template <class Body>
  void for_each_channel(Body&& body) const {
    constexpr int64_t kBlock = 64;
    parallel_for((channels + kBlock - 1) / kBlock, [&](int64_t block) {
      for (int64_t c = block * kBlock; c < channels && c < (block + 1) * kBlock; c++) body(c);
    });
  }

  // Σ of a channel's entries of one row of partial results.
  template <class T>
  double fold(const T* row, int64_t channel) const {
    double total = 0;
    for (int64_t r = 0; r < repeat; r++) total += static_cast<double>(row[r * channels + channel]);
    return total;
  }

  template <class T>
  void fill(T* row, int64_t channel, T value) const {
    for (int64_t r = 0; r < repeat; r++) row[r * channels + channel] = value;
  }
};

// A row each of what maps pixels of a normalisation to (x − mean)·scale + shift, where scale = gamma·inverse.
template <class T>
struct ChannelMap {
  const T *mean, *scale, *shift;

  static int64_t length(const ChannelRows& rows) { return 3 * rows.width; }  // of the tables

  ChannelMap(const T* means, const T* scales, const T* shifts) : mean(means), scale(scales), shift(shifts) {}
  ChannelMap(const ChannelRows& rows, T* tables, const T* means, const T* inverse, const T* gamma, const T* beta)
      : ChannelMap(tables, tables + rows.width, tables + 2 * rows.width) {
    for (int64_t c = 0; c < rows.channels; c++) {
      rows.fill(tables, c, means[c]);
      rows.fill(tables + rows.width, c, gamma[c] * inverse[c]);
      rows.fill(tables + 2 * rows.width, c, beta[c]);
    }
  }
};

}  // namespace convgrad
