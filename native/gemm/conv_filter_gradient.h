// Filter gradient of a convolution as `outer` problems (contract.h), with the bias gradient from the same pass.
//
//   dFilter[a,b,p][q] = sum over pixels of  x[pixel + (a,b)][p] dy[pixel][q]        dBias[q] = sum over pixels of dy[pixel][q]
//
// The rows of dFilter, (a, b, p) flattened, are rows of C. Where images are thin a tile spans filter positions, so nothing
// is wasted, and x is read with a border of zeros. Else each filter position (a, b) is a product of its own, over the
// pixels whose x lies inside the image: no multiplication with the border.
// Pixels are visited in blocks (conv_blocks.h) of which dy's panel and x stay in the caches; filter_gradient_operands.h
// says in which form.
//
// For the threads, the blocks are cut into `parts` with partial sums of their own, a number that follows from the shape,
// and the partial sums are added in fixed order. A work item is (part, panel, range of rows). Assigns, does not accumulate.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/filter_gradient_operands.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T>
struct ConvFilterGradientKernels {
  void (*multiply)(const OuterBlock<T>&);
  void (*sum)(const Sum<T>* parts, int64_t count, int64_t stride, Sum<T>* sum, int64_t begin, int64_t end);
};

template <class Operands>
class ConvFilterGradient {
  using T = typename Operands::Factor;

 public:
  ConvFilterGradient(Launch& launch, const Operands& operands, const ConvFilterGradientKernels<T>& kernels,
                     Sum<T>* d_filter, Sum<T>* d_bias)
      : operands_(operands), kernels_(kernels), d_filter_(d_filter), d_bias_(d_bias), items_(launch, plan(), s().flops()) {
    offsets_ = launch.scratch<int64_t>(rows());
    parts_ = part_count_ > 1 ? launch.scratch<Sum<T>>(part_count_ * s().filter_length()) : d_filter;
    bias_parts_ = launch.scratch<Sum<T>>(part_count_ * s().cout);
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    operands_.list_offsets(offsets_);
    items_.run([this](int64_t slot, int64_t item) { run_item(item, workspaces_ + slot * workspace_bytes()); });
    if (part_count_ > 1) {
      const int64_t length = s().filter_length(), chunk = 1 << 14;
      const auto add = [=, this](int64_t i) {
        kernels_.sum(parts_, part_count_, length, d_filter_, i * chunk, length < (i + 1) * chunk ? length : (i + 1) * chunk);
      };
      const int64_t chunks = (length + chunk - 1) / chunk;
      if (items_.slots() > 1) parallel_for(chunks, add);
      else for (int64_t i = 0; i < chunks; ++i) add(i);
    }
    if (d_bias_) kernels_.sum(bias_parts_, part_count_, s().cout, d_bias_, 0, s().cout);
  }

 private:
  static constexpr int64_t kMinPartPixels = 512;  // so that adding the partial sums stays cheap

  const ConvShape& s() const { return operands_.cut().s; }
  const TileShape& tile() const { return operands_.cut().tile; }
  const ConvBlocks& blocks() const { return operands_.cut().blocks; }
  bool clipped() const { return operands_.cut().clipped; }

  int64_t rows() const { return int64_t{s().kh} * s().kw * s().group_cin(); }  // of dFilter, in one group
  int64_t panels_per_group() const { return (s().group_cout() + tile().columns - 1) / tile().columns; }
  int64_t units() const { return s().groups * panels_per_group(); }

  int64_t plan() {
    part_count_ = blocks().count(s());
    const int64_t most_bytes = blocking::kPartialBytes / (s().filter_length() * static_cast<int64_t>(sizeof(Sum<T>)));
    const int64_t most_pixels = s().output_pixels() / kMinPartPixels;
    const int64_t enough = (blocking::kItems + units() - 1) / units();
    if (part_count_ > enough) part_count_ = enough;
    if (part_count_ > most_bytes) part_count_ = most_bytes;
    if (part_count_ > most_pixels) part_count_ = most_pixels;
    if (part_count_ < 1) part_count_ = 1;

    splits_ = blocking::kItems / (part_count_ * units());
    const int64_t most_splits = rows() / (Operands::kMinRowTiles * tile().rows);
    if (splits_ > most_splits) splits_ = most_splits;
    if (splits_ < 1) splits_ = 1;
    return part_count_ * units() * splits_;
  }

  int64_t panel_bytes() const { return operands_.panel_length() * static_cast<int64_t>(sizeof(T)); }
  int64_t sums_bytes() const { return tile().columns * static_cast<int64_t>(sizeof(Sum<T>)); }
  int64_t workspace_bytes() const {
    return (panel_bytes() + sums_bytes() + operands_.input_length() * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 64;
  }

  void run_item(int64_t item, std::byte* workspace) const {
    const int64_t split = item % splits_, unit = item / splits_ % units(), part = item / splits_ / units();
    const int64_t group = unit / panels_per_group(), column = unit % panels_per_group() * tile().columns;
    const int64_t columns = s().group_cout() - column < tile().columns ? s().group_cout() - column : tile().columns;
    const int64_t begin = group * s().group_cout() + column;  // first column, of all groups
    const int64_t row_begin = first_row(split), row_end = first_row(split + 1);
    T* panel = reinterpret_cast<T*>(workspace);
    Sum<T>* sums = reinterpret_cast<Sum<T>*>(workspace + panel_bytes());
    T* copy = reinterpret_cast<T*>(workspace + panel_bytes() + sums_bytes());
    for (int64_t n = 0; n < columns; ++n) sums[n] = 0;

    OuterBlock<T> outer{};
    outer.tile = tile();
    outer.c_stride = s().cout;
    outer.column_begin = begin;
    outer.column_end = begin + columns;
    Sum<T>* c = parts_ + part * s().filter_length();
    const int64_t count = blocks().count(s()), last = count * (part + 1) / part_count_;
    for (int64_t i = count * part / part_count_; i < last; ++i) {
      const ConvBlock block = blocks().at(s(), i);
      const T* y = operands_.upstream(block, begin, columns, panel, sums);
      const OuterInput<T> input = operands_.input(block, group, copy);
      for (Ahead& ahead : outer.ahead) ahead = {};
      if (i + 1 < last) look_ahead(block, blocks().at(s(), i + 1), outer.ahead);
      if (clipped()) multiply_taps(block, input, row_begin, row_end, y, c, outer);
      else multiply_all(block, input, row_begin, row_end, y, c, outer);
      outer.finish.accumulate = true;
    }
    if (split == 0) std::memcpy(bias_parts_ + part * s().cout + begin, sums, static_cast<size_t>(columns) * sizeof(Sum<T>));
  }

  // Rows [begin, end) of dFilter, over all pixels of a block.
  void multiply_all(const ConvBlock& block, const OuterInput<T>& input, int64_t begin, int64_t end, const T* y, Sum<T>* c,
                    OuterBlock<T>& outer) const {
    const int64_t y_row = s().out_w * tile().columns;
    const PixelLoops pixels{block.images, block.rows, s().out_w, input.image, s().stride_h * input.row,
                            s().stride_w * input.column, block.rows * y_row, y_row, tile().columns};
    outer.pixels = pixels.merged();
    outer.x = input.x + input.corner;
    outer.offsets = offsets_ + begin;
    outer.y = y;
    outer.c = c + begin * s().cout;
    outer.rows = end - begin;
    kernels_.multiply(outer);
  }

  // The same filter position by filter position, each over the pixels of the block that it reads inside the image.
  void multiply_taps(const ConvBlock& block, const OuterInput<T>& input, int64_t begin, int64_t end, const T* y, Sum<T>* c,
                     OuterBlock<T>& outer) const {
    const int64_t depth = s().group_cin(), y_row = s().out_w * tile().columns;
    for (int64_t row = begin; row < end; row += outer.rows) {
      const int64_t tap = row / depth, p = row % depth, a = tap / s().kw * s().dilation_h, b = tap % s().kw * s().dilation_w;
      const Inside rows(a - s().pad_top + block.row * s().stride_h, s().stride_h, s().h, block.rows);
      const Inside columns(b - s().pad_left, s().stride_w, s().w, s().out_w);
      outer.rows = depth - p < end - row ? depth - p : end - row;
      if (outer.finish.accumulate && (rows.count == 0 || columns.count == 0)) continue;
      outer.pixels = {block.images, rows.count, columns.count, input.image, s().stride_h * input.row,
                      s().stride_w * input.column, block.rows * y_row, y_row, tile().columns};
      outer.x = input.x + (input.corner + (rows.first * s().stride_h + a) * input.row +
                           (columns.first * s().stride_w + b) * input.column);
      outer.offsets = offsets_ + p;
      outer.y = y + rows.first * y_row + columns.first * tile().columns;
      outer.c = c + row * s().cout;
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
  void look_ahead(const ConvBlock& block, const ConvBlock& next, Ahead (&ahead)[kAhead]) const {
    const int64_t calls = (s().out_w + Ahead::kPixels - 1) / Ahead::kPixels;  // in a row of pixels
    const int64_t visits = block.images * block.rows * calls * ((rows() / splits_ + tile().rows - 1) / tile().rows);
    Coming coming[kAhead];
    operands_.coming(next, units() == 1, coming);
    for (int i = 0; i < kAhead; ++i) {
      const char* begin = static_cast<const char*>(coming[i].begin);
      if (coming[i].bytes > 0) ahead[i] = {begin, begin + coming[i].bytes, (coming[i].bytes / visits + 64) / 64 * 64};
    }
  }

  // Rows of an item: whole tiles, counted within each filter position where these are products of their own.
  int64_t first_row(int64_t split) const {
    const int64_t run = clipped() ? s().group_cin() : rows(), tiles = (run + tile().rows - 1) / tile().rows;
    const int64_t first = rows() / run * tiles * split / splits_, row = first % tiles * tile().rows;
    return first / tiles * run + row;
  }

  Operands operands_;
  ConvFilterGradientKernels<T> kernels_;
  Sum<T> *d_filter_, *d_bias_;
  int64_t part_count_ = 1, splits_ = 1;
  WorkItems items_;
  int64_t* offsets_;
  Sum<T> *parts_, *bias_parts_;
  std::byte* workspaces_;
};

}  // namespace convgrad
