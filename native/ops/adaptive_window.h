// Adaptive pooling: output t of `out` along an axis sees inputs ⌊t·input / out⌋ … ⌈(t + 1)·input / out⌉ − 1.
// Windows cover the axis; neighbours overlap where `out` does not divide `input`.
#pragma once
#include "ops/chunks.h"

namespace convgrad {

struct AdaptiveAxis {
  int64_t input, out;

  int64_t first(int64_t t) const { return t * input / out; }
  int64_t last(int64_t t) const { return ((t + 1) * input + out - 1) / out; }
};

struct AdaptiveShape {
  int64_t batch, channels;
  AdaptiveAxis height, width;

  int64_t input_image() const { return height.input * width.input * channels; }
  int64_t output_row() const { return width.out * channels; }

  template <class Body>
  void for_each_output_row(Body&& body) const {  // body(image, i, output row's first element)
    const int64_t work = input_image() / height.out + 1;
    for_chunks(batch * height.out, [&](int64_t start, int64_t count) {
      for (int64_t row = start; row < start + count; row++) body(row / height.out, row % height.out, row * output_row());
    }, kChunk / work + 1);
  }

  // Windows overlap, so the gradient of an image is one thread's. body(image)
  template <class Body>
  void for_each_image(Body&& body) const {
    for_chunks(batch, [&](int64_t start, int64_t count) {
      for (int64_t image = start; image < start + count; image++) body(image);
    }, kChunk / (input_image() + 1) + 1);
  }
};

}  // namespace convgrad
