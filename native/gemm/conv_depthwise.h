// Depthwise convolution (one filter per channel), row by row: nothing is packed, no product with padding is computed.
//
//   forward, input gradient   target[pixel][c] = f( sum over taps t of source[pixel + t][c] filter[t][c] )
//   filter gradient           dFilter[t][c] = sum over pixels of x[pixel + t][c] dy[pixel][c]       dBias[c] = sum of dy
//
// The columns of a row on which all taps are inside the image are one run for the micro-kernel (depthwise.h); the few
// others are runs of one pixel with fewer taps. A work item is a range of rows; for the filter gradient it has partial
// sums of its own, which are added in fixed order. The cut follows from the shape alone.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/contract.h"
#include "gemm/conv_shape.h"
#include "gemm/work_items.h"

namespace convgrad {

/** Pixels of one row that have the same taps. */
template <class T>
struct DepthwiseRun {
  const T* source;  // under the first pixel, at the offset 0 of a tap
  T* target;
  int64_t source_step, target_step;  // from pixel to pixel
  const ConvTap* taps;
  int64_t tap_count, pixels, channels;
  int64_t ahead;    // from `source` to what the next row will read
  const Sum<T>* filter;  // [.][channels]
  Finish<Sum<T>> finish;
};

/** The same for the filter gradient: sums[.][channels] += source * dy. */
template <class T>
struct DepthwiseOuterRun {
  const T *source, *dy;
  int64_t source_step;
  const ConvTap* taps;
  int64_t tap_count, pixels, channels;
  int64_t ahead, dy_ahead;
  Sum<T>* sums;
};

/** Calls run(first column, columns, taps, tap count) for the runs of row i of a phase; `workspace` holds twice its taps. */
template <class Run>
void for_each_run(const ConvPass& pass, const ConvPhase& phase, const ConvTap* taps, int64_t i, ConvTap* workspace,
                  const Run& run) {
  const int64_t y = i * pass.source_step_h, step = pass.source_step_w;
  ConvTap* row = workspace;
  int64_t row_count = 0;
  for (int32_t t = 0; t < phase.taps; ++t) {
    const ConvTap& tap = taps[phase.tap_begin + t];
    if (y + tap.dy >= 0 && y + tap.dy < pass.source_h) row[row_count++] = tap;
  }
  // The columns [begin, end) have all of these taps.
  int64_t begin = 0, end = phase.columns;
  if (row_count > 0) {
    if (phase.dx_min < 0) begin = (-int64_t{phase.dx_min} + step - 1) / step;
    const int64_t last = pass.source_w - 1 - int64_t{phase.dx_max};
    const int64_t reach = last < 0 ? 0 : last / step + 1;
    if (end > reach) end = reach;
    if (begin > phase.columns) begin = phase.columns;
    if (end < begin) end = begin;
  }
  const auto edge = [&](int64_t j) {
    ConvTap* list = workspace + phase.taps;
    int64_t count = 0;
    for (int64_t t = 0; t < row_count; ++t) {
      const int64_t x = j * step + row[t].dx;
      if (x >= 0 && x < pass.source_w) list[count++] = row[t];
    }
    run(j, int64_t{1}, list, count);
  };
  for (int64_t j = 0; j < begin; ++j) edge(j);
  if (begin < end) run(begin, end - begin, row, row_count);
  for (int64_t j = end; j < phase.columns; ++j) edge(j);
}

/** Forward and input gradient. */
template <class T>
class ConvDepthwise {
 public:
  ConvDepthwise(Launch& launch, const ConvShape& shape, bool gradient, void (*kernel)(const DepthwiseRun<T>&),
                const T* source, const Sum<T>* filter, T* target, const Finish<Sum<T>>& finish)
      : shape_(shape), pass_(gradient ? input_gradient_pass(shape) : forward_pass(shape)), gradient_(gradient),
        kernel_(kernel), source_(source), filter_(filter), target_(target), finish_(finish),
        items_(launch, plan(), shape.flops()), phases_(launch.scratch<ConvPhase>(pass_.phases())),
        taps_(launch.scratch<ConvTap>(pass_.taps)), workspaces_(launch.scratch<ConvTap>(items_.slots() * 2 * pass_.taps)) {
    const int64_t length = int64_t{shape.n} * pass_.target_h * pass_.target_w * pass_.target_c;
    finish_.stream = length * static_cast<int64_t>(sizeof(T)) >= blocking::kStreamBytes;
  }

  void run() const {
    if (gradient_) list_input_gradient_taps(shape_, pass_, phases_, taps_);
    else list_forward_taps(shape_, pass_, phases_, taps_);
    items_.run([this](int64_t slot, int64_t item) { run_item(item, workspaces_ + slot * 2 * pass_.taps); });
  }

 private:
  static constexpr int64_t kMinRows = 4;  // in an item, for the input rows that neighbours share

  // Phases differ by at most one row; the first one is the largest.
  int64_t phase_rows() const { return (pass_.target_h - 1) / pass_.target_step_h + 1; }
  int64_t plan() {
    const int64_t images = int64_t{shape_.n} * pass_.phases();
    blocks_ = (blocking::kItems + images - 1) / images;
    const int64_t most = (phase_rows() + kMinRows - 1) / kMinRows;
    if (blocks_ > most) blocks_ = most;
    return images * blocks_;
  }

  void run_item(int64_t item, ConvTap* workspace) const {
    const int64_t block = item % blocks_, image = item / blocks_ % shape_.n;
    const ConvPhase& phase = phases_[item / blocks_ / shape_.n];
    const int64_t channels = pass_.source_c, source_row = pass_.source_w * channels;
    DepthwiseRun<T> run{};
    run.source_step = pass_.source_step_w * channels;
    run.target_step = pass_.target_step_w * channels;
    run.channels = channels;
    run.ahead = phase.taps > 0 ? (phase.dy_max + pass_.source_step_h) * source_row : 0;
    run.filter = filter_;
    run.finish = finish_;
    const int64_t last = phase.rows * (block + 1) / blocks_;
    for (int64_t i = phase.rows * block / blocks_; i < last; ++i) {
      const T* source = source_ + (image * pass_.source_h + i * pass_.source_step_h) * source_row;
      const int64_t y = phase.y + i * pass_.target_step_h;
      T* target = target_ + ((image * pass_.target_h + y) * pass_.target_w + phase.x) * channels;
      for_each_run(pass_, phase, taps_, i, workspace, [&](int64_t j, int64_t columns, const ConvTap* taps, int64_t count) {
        run.source = source + j * run.source_step;
        run.target = target + j * run.target_step;
        run.taps = taps;
        run.tap_count = count;
        run.pixels = columns;
        kernel_(run);
      });
    }
  }

  ConvShape shape_;
  ConvPass pass_;
  bool gradient_;
  void (*kernel_)(const DepthwiseRun<T>&);
  const T* source_;
  const Sum<T>* filter_;
  T* target_;
  Finish<Sum<T>> finish_;
  int64_t blocks_ = 1;  // of one phase of one image
  WorkItems items_;
  ConvPhase* phases_;
  ConvTap *taps_, *workspaces_;
};

template <class T>
struct ConvDepthwiseFilterGradientKernels {
  void (*multiply)(const DepthwiseOuterRun<T>&);
  void (*add_pixels)(const T* dy, int64_t pixels, int64_t channels, Sum<T>* sums);
  void (*sum)(const Sum<T>* parts, int64_t count, int64_t stride, Sum<T>* sum, int64_t begin, int64_t end);
};

template <class T>
class ConvDepthwiseFilterGradient {
 public:
  ConvDepthwiseFilterGradient(Launch& launch, const ConvShape& shape, const ConvDepthwiseFilterGradientKernels<T>& kernels,
                              const T* x, const T* dy, Sum<T>* d_filter, Sum<T>* d_bias)
      : shape_(shape), pass_(forward_pass(shape)), kernels_(kernels), x_(x), dy_(dy), d_filter_(d_filter), d_bias_(d_bias),
        items_(launch, plan(), shape.flops()), phase_(launch.scratch<ConvPhase>(1)), taps_(launch.scratch<ConvTap>(pass_.taps)),
        workspaces_(launch.scratch<ConvTap>(items_.slots() * 2 * pass_.taps)),
        parts_(launch.scratch<Sum<T>>(items_.items() * part_length())) {}

  void run() const {
    list_forward_taps(shape_, pass_, phase_, taps_);
    items_.run([this](int64_t slot, int64_t item) { run_item(item, workspaces_ + slot * 2 * pass_.taps); });
    kernels_.sum(parts_, items_.items(), part_length(), d_filter_, 0, shape_.filter_length());
    if (d_bias_) kernels_.sum(parts_ + shape_.filter_length(), items_.items(), part_length(), d_bias_, 0, shape_.cout);
  }

 private:
  static constexpr int64_t kMinPartPixels = 512;

  int64_t rows() const { return int64_t{shape_.n} * shape_.out_h; }
  int64_t part_length() const { return shape_.filter_length() + shape_.cout; }
  int64_t plan() const {
    const int64_t most = shape_.output_pixels() / kMinPartPixels;
    int64_t parts = most < rows() ? most : rows();
    if (parts > blocking::kItems) parts = blocking::kItems;
    return parts < 1 ? 1 : parts;
  }

  void run_item(int64_t item, ConvTap* workspace) const {
    Sum<T>* part = parts_ + item * part_length();
    std::memset(part, 0, static_cast<size_t>(part_length()) * sizeof(Sum<T>));
    const int64_t channels = shape_.cin, x_row = shape_.w * channels, dy_row = shape_.out_w * channels;
    DepthwiseOuterRun<T> run{};
    run.source_step = shape_.stride_w * channels;
    run.channels = channels;
    run.ahead = (phase_->dy_max + shape_.stride_h) * x_row;
    run.dy_ahead = dy_row;
    run.sums = part;
    const int64_t last = rows() * (item + 1) / items_.items();
    for (int64_t r = rows() * item / items_.items(); r < last; ++r) {
      const int64_t image = r / shape_.out_h, i = r % shape_.out_h;
      const T* source = x_ + (image * shape_.h + i * shape_.stride_h) * x_row;
      const T* dy = dy_ + r * dy_row;
      for_each_run(pass_, *phase_, taps_, i, workspace, [&](int64_t j, int64_t columns, const ConvTap* taps, int64_t count) {
        run.source = source + j * run.source_step;
        run.dy = dy + j * channels;
        run.taps = taps;
        run.tap_count = count;
        run.pixels = columns;
        kernels_.multiply(run);
      });
      if (d_bias_) kernels_.add_pixels(dy, shape_.out_w, channels, part + shape_.filter_length());
    }
  }

  ConvShape shape_;
  ConvPass pass_;
  ConvDepthwiseFilterGradientKernels<T> kernels_;
  const T *x_, *dy_;
  Sum<T> *d_filter_, *d_bias_;
  WorkItems items_;
  ConvPhase* phase_;
  ConvTap *taps_, *workspaces_;
  Sum<T>* parts_;
};

}  // namespace convgrad
