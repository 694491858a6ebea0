// Filter gradient of a convolution of bfloat16 images on tiles, as a `rows` product (amx_rows.h) whose depth is positions:
//
//   dFilter[a,b,p][q] = sum over positions of  xT[p][position + (a,b)]  dy[position][q]
//
// Blocks of pixels (conv_blocks.h) are laid out on a grid of positions that has room for the windows: dy with zeros between its
// rows, as panels of pairs; x transposed, each channel a row of positions, ended by zeros. So a filter position is an offset,
// and the same rows serve them all. With strides, x is cut into lattices (phases), on which positions are neighbours again.
// A row of ones takes the sum of dy along, which is the bias gradient.
//
// For the threads: partial sums of parts of the blocks, as in conv_filter_gradient.h. An item is (part, group, channels).
// A dense layer is a convolution of one row of pixels, its samples. Assigns, does not accumulate.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/amx_kernels.h"
#include "gemm/conv_blocks.h"
#include "gemm/work_items.h"

namespace convgrad {

/** The dense layer whose weight gradient is x^T dy, x [samples, inputs] and dy [samples, outputs], as such a convolution. */
inline ConvShape dense_layer(int64_t inputs, int64_t outputs, int64_t samples) {
  constexpr int64_t kRow = 512;  // samples in a row, so that blocks can be cut between rows
  int64_t row = kRow;
  while (row > 1 && samples % row != 0) row -= 2;  // even: pairs do not span rows
  if (row < kRow / 16) row = samples;
  const auto narrow = [](int64_t size) { return static_cast<int32_t>(size); };
  const int32_t h = narrow(samples / row), w = narrow(row);
  return {1, h, w, narrow(inputs), 1, 1, narrow(outputs), h, w, 1, 1, 1, 1, 0, 0, 1};
}

class AmxFilterGradient {
 public:
  /** Whether tiles are not nearly empty, and a row of pixels is not longer than a block should be. */
  static bool applies(const ConvShape& s) {
    constexpr int64_t kLongRow = 8192, least = blocking::kThinChannels;
    const bool full = s.groups == 1 || (s.group_cin() >= least && s.group_cout() >= least);
    return full && s.output_pixels() > 0 && s.out_w <= kLongRow;
  }

  /** d_bias may be null. */
  AmxFilterGradient(Launch& launch, const ConvShape& shape, const AmxKernels& kernels, const bfloat16* x,
                    const bfloat16* dy, float* d_filter, float* d_bias)
      : s_(shape), kernels_(kernels), x_(x), dy_(dy), d_filter_(d_filter), d_bias_(d_bias),
        blocks_(shape, block_pixels(shape)), items_(launch, plan(), shape.flops()) {
    parts_ = part_count_ > 1 ? launch.scratch<float>(part_count_ * s_.filter_length()) : d_filter;
    bias_parts_ = launch.scratch<float>(part_count_ * s_.cout);
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    items_.run([this](int64_t slot, int64_t item) { run_item(item, workspaces_ + slot * workspace_bytes()); });
    if (part_count_ > 1) add(parts_, s_.filter_length(), d_filter_);
    if (d_bias_) add(bias_parts_, s_.cout, d_bias_);
  }

 private:
  static constexpr int64_t kItemRows = 512;          // of dFilter: packing dy for them takes little beside the products
  static constexpr int64_t kMinPartPixels = 512;     // so that adding the partial sums stays cheap
  static constexpr int64_t kBlockBytes = 512 << 10;  // of x and of dy in a block: both stay in L2

  static int64_t channels_of_item(const ConvShape& s) {
    constexpr int64_t least = amx::kTileRows;  // and a multiple of it, so that no tile spans filter positions
    const int64_t fit = kItemRows / (int64_t{s.kh} * s.kw) / least * least, most = fit < least ? least : fit;
    const int64_t splits = (s.group_cin() + most - 1) / most, even = (s.group_cin() + splits - 1) / splits;
    return splits > 1 ? (even + least - 1) / least * least : s.group_cin();
  }
  int64_t channels() const { return channels_of_item(s_); }
  int64_t splits() const { return (s_.group_cin() + channels() - 1) / channels(); }
  int64_t panels() const { return (s_.group_cout() + amx::kColumns - 1) / amx::kColumns; }

  static int64_t block_pixels(const ConvShape& s) {
    const int64_t by_x = kBlockBytes / (2 * channels_of_item(s) * s.stride_h * s.stride_w);
    const int64_t by_y = kBlockBytes / (2 * s.group_cout());
    return by_x < by_y ? by_x : by_y;
  }

  // The grid of positions of one phase. A window reaches `shift` positions beyond its first.
  int64_t shift_rows() const { return int64_t{s_.kh - 1} * s_.dilation_h / s_.stride_h; }
  int64_t shift_columns() const { return int64_t{s_.kw - 1} * s_.dilation_w / s_.stride_w; }
  int64_t grid_columns() const { return (s_.out_w + shift_columns() + 1) / 2 * 2; }  // pairs do not span rows
  int64_t grid_rows() const { return blocks_.rows + shift_rows(); }
  int64_t positions(const ConvBlock& block) const {  // whole steps: what follows is zero in dy
    return amx::whole_steps(((block.images - 1) * grid_rows() + block.rows) * grid_columns());
  }
  int64_t row_length() const {  // an odd number of steps, so that rows do not share sets of the caches
    const int64_t grid = blocks_.images * grid_rows() * grid_columns();
    return (grid + shift_rows() * grid_columns() + shift_columns() + 2 * amx::kStep) / (2 * amx::kStep) * 2 * amx::kStep +
           amx::kStep;
  }
  int64_t phases_h() const { return s_.kh == 1 ? 1 : s_.stride_h; }
  int64_t phases_w() const { return s_.kw == 1 ? 1 : s_.stride_w; }

  int64_t plan() {
    part_count_ = blocks_.count(s_);
    const int64_t most_bytes = blocking::kPartialBytes / (s_.filter_length() * static_cast<int64_t>(sizeof(float)));
    const int64_t most_pixels = s_.output_pixels() / kMinPartPixels;
    const int64_t enough = (blocking::kItems + s_.groups * splits() - 1) / (s_.groups * splits());
    if (part_count_ > enough) part_count_ = enough;
    if (part_count_ > most_bytes) part_count_ = most_bytes;
    if (part_count_ > most_pixels) part_count_ = most_pixels;
    if (part_count_ < 1) part_count_ = 1;
    return part_count_ * s_.groups * splits();
  }

  // One worker's: panels of dy, rows of x and one of ones, then pointers to rows of A and C.
  int64_t panel_length() const {
    ConvBlock largest{0, blocks_.images, 0, blocks_.rows};
    return positions(largest) * amx::kColumns;
  }
  int64_t rows_length() const { return phases_h() * phases_w() * channels() * row_length(); }
  int64_t table_rows() const {
    return (int64_t{s_.kh} * s_.kw * channels() + 1 + amx::kRows - 1) / amx::kRows * amx::kRows;
  }
  int64_t numbers_bytes() const {
    return static_cast<int64_t>(sizeof(bfloat16)) * (panels() * panel_length() + rows_length() + row_length());
  }
  int64_t workspace_bytes() const {
    return (numbers_bytes() + 2 * table_rows() * static_cast<int64_t>(sizeof(void*)) + 63) / 64 * 64;
  }

  void run_item(int64_t item, std::byte* workspace) const {
    const int64_t split = item % splits(), group = item / splits() % s_.groups, part = item / splits() / s_.groups;
    const int64_t first = split * channels();
    const int64_t count = s_.group_cin() - first < channels() ? s_.group_cin() - first : channels();
    bfloat16* panels_of_dy = reinterpret_cast<bfloat16*>(workspace);
    bfloat16* rows_of_x = panels_of_dy + panels() * panel_length();
    bfloat16* ones = rows_of_x + rows_length();
    for (int64_t i = 0; i < row_length(); ++i) ones[i] = 1.0f;

    const bfloat16** a = reinterpret_cast<const bfloat16**>(workspace + numbers_bytes());
    float** c = reinterpret_cast<float**>(workspace + numbers_bytes()) + table_rows();
    const int64_t used = list_rows(part, group, first, count, rows_of_x, a, c);
    float* sums = bias_parts_ + part * s_.cout + group * s_.group_cout();
    for (int64_t r = used; r < table_rows(); ++r) {
      a[r] = ones;
      c[r] = r == used && split == 0 ? sums : nullptr;
    }
    const int64_t rows = used + (split == 0 ? 1 : 0);
    RowsBlock<bfloat16, float> product{};
    product.tile = {amx::kRows, amx::kColumns};
    product.a = a;
    product.c = c;
    product.tiles = (rows + amx::kRows - 1) / amx::kRows;
    product.taps = 1;
    product.panels = panels_of_dy;
    product.column_end = s_.group_cout();
    const int64_t blocks = blocks_.count(s_), last = blocks * (part + 1) / part_count_;
    for (int64_t i = blocks * part / part_count_; i < last; ++i) {
      const ConvBlock block = blocks_.at(s_, i);
      transpose(block, group * s_.group_cin() + first, count, rows_of_x);
      pack(block, group, panels_of_dy);
      product.depth = positions(block);
      kernels_.sum(product);
      product.finish.accumulate = true;
    }
  }

  // Pointers to the rows of A and C, one per filter position and channel; returns how many.
  int64_t list_rows(int64_t part, int64_t group, int64_t first, int64_t count, const bfloat16* rows, const bfloat16** a,
                    float** c) const {
    int64_t used = 0;
    for (int64_t tap = 0; tap < int64_t{s_.kh} * s_.kw; ++tap) {
      const int64_t y = tap / s_.kw * s_.dilation_h, x = tap % s_.kw * s_.dilation_w;
      const int64_t phase = y % s_.stride_h * phases_w() + x % s_.stride_w;
      const int64_t shift = y / s_.stride_h * grid_columns() + x / s_.stride_w;
      float* sums = parts_ + part * s_.filter_length() + (tap * s_.group_cin() + first) * s_.cout + group * s_.group_cout();
      for (int64_t p = 0; p < count; ++p, ++used) {
        a[used] = rows + (phase * channels() + p) * row_length() + shift;
        c[used] = sums + p * s_.cout;
      }
    }
    return used;
  }

  // rows[phase][channel][image][grid row][grid column] of the input under a block, zeros outside the image and at the end.
  void transpose(const ConvBlock& block, int64_t channel, int64_t count, bfloat16* rows) const {
    const int64_t columns = grid_columns(), sw = s_.stride_w, grid = block.images * grid_rows() * columns;
    for (int64_t phase = 0; phase < phases_h() * phases_w(); ++phase, rows += channels() * row_length()) {
      const int64_t x = phase % phases_w() - s_.pad_left;  // of the first column, and the range of columns inside
      const int64_t begin = x < 0 ? (sw - 1 - x) / sw : 0, end = x < s_.w ? (s_.w - 1 - x) / sw + 1 : 0;
      for (int64_t i = 0; i < block.images * grid_rows(); ++i) {
        const int64_t y = (block.row + i % grid_rows()) * s_.stride_h + phase / phases_w() - s_.pad_top;
        const bool inside = y >= 0 && y < s_.h;
        const int64_t offset = (((block.image + i / grid_rows()) * s_.h + y) * s_.w + x) * s_.cin + channel;
        kernels_.transpose(x_ + (inside ? offset : 0), sw * s_.cin, begin, inside ? end : begin, columns, count,
                           rows + i * columns, row_length());
      }
      for (int64_t p = 0; p < count; ++p) {
        std::memset(rows + p * row_length() + grid, 0, static_cast<size_t>(row_length() - grid) * sizeof(bfloat16));
      }
    }
  }

  // Panels of dy over the grid of positions, zeros where it has no pixel.
  void pack(const ConvBlock& block, int64_t group, bfloat16* panel) const {
    const int64_t columns = grid_columns(), whole = (s_.out_w + 1) / 2 * 2, all = positions(block);
    const auto clear = [&](int64_t from, int64_t to) {
      std::memset(panel + from * amx::kColumns, 0, static_cast<size_t>((to - from) * amx::kColumns) * sizeof(bfloat16));
    };
    for (int64_t column = 0; column < s_.group_cout(); column += amx::kColumns, panel += all * amx::kColumns) {
      int64_t done = 0;
      for (int64_t i = 0; i < block.images; ++i) {
        for (int64_t r = 0; r < block.rows; ++r, done += columns) {
          const int64_t pixel = ((block.image + i) * s_.out_h + block.row + r) * s_.out_w;
          kernels_.pack_positions(dy_ + pixel * s_.cout + group * s_.group_cout() + column, s_.cout, s_.out_w,
                                  s_.group_cout() - column, panel + done * amx::kColumns);
          clear(done + whole, done + columns);
        }
        const int64_t next = i + 1 < block.images ? (i + 1) * grid_rows() * columns : all;
        clear(done, next);
        done = next;
      }
    }
  }

  // In fixed order.
  void add(const float* parts, int64_t length, float* sum) const {
    constexpr int64_t kPiece = 1 << 14;
    const auto piece = [=, this](int64_t i) {
      kernels_.add_parts(parts, part_count_, length, sum, i * kPiece, length < (i + 1) * kPiece ? length : (i + 1) * kPiece);
    };
    const int64_t pieces = (length + kPiece - 1) / kPiece;
    if (items_.slots() > 1) parallel_for(pieces, piece);
    else for (int64_t i = 0; i < pieces; ++i) piece(i);
  }

  ConvShape s_;
  AmxKernels kernels_;
  const bfloat16 *x_, *dy_;
  float *d_filter_, *d_bias_;
  ConvBlocks blocks_;
  int64_t part_count_ = 1;
  WorkItems items_;
  float *parts_, *bias_parts_;
  std::byte* workspaces_;
};

}  // namespace convgrad
