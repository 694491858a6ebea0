// Filter gradient with stride 1, R x R, by Winograd's minimal filtering, with the bias gradient from the same pass: the
// adjoint, with respect to the filter, of the convolution in winograd.h.
//
//   dFilter = Gt [ sum over tiles of (Bt d B) * (A e At) ] G         transforms: winograd_transform.h
//
//   d   tile of x, P x P with P = M + R - 1; neighbours overlap by R - 1       *   element by element
//   e   tile of dy, M x M; zeros beyond the image
//
// This is F(R x R, M x M): a tile contributes to R^2 numbers by P^2 products, where direct sums take R^2 M^2. For each of
// the P^2 planes the sum over tiles is a matrix product of its own, `outer` of contract.h with tiles as pixels:
//
//   S[plane][p][q] = sum over tiles of V[plane][tile][p] W[plane][tile][q]          V = Bt d B,  W = A e At
//
// On the stream, for each block of tiles: transform x and dy (an item is a run of tiles), multiply (plane x range of panels
// x range of rows) and add to the sums of the blocks before. So each element of S is summed in the order of the tiles, for
// any number of threads and without partial sums; those of the bias gradient belong to the runs. At last S is transformed
// back. V is stored by cache lines of channels and W by panels, both with one tile after the other, so that multiplying
// reads consecutive numbers. Assigns, does not accumulate.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/contract.h"
#include "gemm/conv_algorithm.h"
#include "gemm/conv_shape.h"
#include "gemm/winograd_tiles.h"
#include "runtime/op.h"

namespace convgrad {

template <class T>
struct WinogradFilterGradientKernels {
  int tile, kernel;  // M, R
  using S = Sum<T>;

  void (*multiply)(const OuterBlock<S>&);
  void (*input)(const T* const* from, int64_t channels, const WinogradPlanes<S>& v);
  void (*upstream)(const T* const* from, int64_t channels, const WinogradPlanes<S>& w, S* sums);
  void (*gradient)(const S* s, int64_t plane, S* d_filter, int64_t length, int64_t begin, int64_t end);
  void (*sum)(const S* parts, int64_t count, int64_t stride, S* sum, int64_t begin, int64_t end);
};

template <class T>
class WinogradFilterGradient {
  using S = Sum<T>;  // of all that is not an image

 public:
  WinogradFilterGradient(Launch& launch, const ConvShape& s, TileShape tile,
                         const WinogradFilterGradientKernels<T>& kernels, const T* x, const T* dy, S* d_filter, S* d_bias)
      : kernels_(kernels), tile_(tile), x_(x), dy_(dy), d_filter_(d_filter), d_bias_(d_bias), cin_(s.cin), cout_(s.cout),
        planes_(winograd_planes(kernels.tile, kernels.kernel)),
        tiles_(winograd_tiles(s, forward_pass(s), kernels.tile)), serial_(s.flops() < blocking::kSerialFlops) {
    const int64_t m = kernels.tile, tiles_h = (s.out_h + m - 1) / m, tiles_w = (s.out_w + m - 1) / m;
    x_windows_ = {s.h, s.w, s.cin, tiles_h, tiles_w, m, -s.pad_top, -s.pad_left, m + kernels.kernel - 1};
    dy_windows_ = {s.out_h, s.out_w, s.cout, tiles_h, tiles_w, m, 0, 0, m};
    plan_blocks();
    offsets_ = launch.scratch<int64_t>(cin_);
    zeros_ = launch.scratch<T>(cin_ < cout_ ? cout_ : cin_);
    v_ = launch.scratch<S>(planes_ * v_plane_);
    w_ = launch.scratch<S>(planes_ * w_plane_);
    s_ = launch.scratch<S>(planes_ * s_plane_);
    bias_parts_ = launch.scratch<S>(runs(block_tiles_) * cout_);
  }

  void run() const {
    for (int64_t p = 0; p < cin_; ++p) offsets_[p] = p / kLine * line_stride() + p % kLine;
    std::memset(zeros_, 0, static_cast<size_t>(cin_ < cout_ ? cout_ : cin_) * sizeof(T));
    std::memset(bias_parts_, 0, static_cast<size_t>(runs(block_tiles_) * cout_) * sizeof(S));
    for (int64_t first = 0; first < tiles_; first += block_tiles_) {
      const int64_t count = tiles_ - first < block_tiles_ ? tiles_ - first : block_tiles_;
      for_all(runs(count), [=, this](int64_t item) { transform(first, item, count); });
      for_all(planes_ * row_parts_ * panel_parts_, [=, this](int64_t item) { multiply(item, count, first > 0); });
    }
    const int64_t length = cin_ * cout_;
    for_all((length + kChunk - 1) / kChunk, [=, this](int64_t item) {
      const int64_t begin = item * kChunk, end = length - begin < kChunk ? length : begin + kChunk;
      kernels_.gradient(s_, s_plane_, d_filter_, length, begin, end);
    });
    if (d_bias_) kernels_.sum(bias_parts_, runs(block_tiles_), cout_, d_bias_, 0, cout_);
  }

 private:
  static constexpr int64_t kRun = 8;          // tiles transformed by one item
  static constexpr int64_t kMinRowTiles = 4;  // register tiles multiplied by one item, in a column
  static constexpr int64_t kChunk = 1 << 11;  // numbers of each plane transformed back by one item
  static constexpr int64_t kLine = 64 / static_cast<int64_t>(sizeof(S));
  static constexpr int64_t kPage = 4096 / static_cast<int64_t>(sizeof(S));

  static int64_t runs(int64_t tiles) { return (tiles + kRun - 1) / kRun; }
  static int64_t plane_stride(int64_t length) { return (length + kPage - 1) / kPage * kPage + kLine; }

  int64_t panels() const { return (cout_ + tile_.columns - 1) / tile_.columns; }
  int64_t panel_stride() const { return block_tiles_ * tile_.columns; }
  int64_t line_stride() const { return block_tiles_ * kLine; }

  template <class Body>
  void for_all(int64_t count, const Body& body) const {
    if (!serial_) return parallel_for(count, body);
    for (int64_t item = 0; item < count; ++item) body(item);
  }

  void plan_blocks() {
    const int64_t most = blocking::kWinogradOuterBytes / (tile_.columns * static_cast<int64_t>(sizeof(S)));
    const int64_t blocks = (tiles_ + most - 1) / most;
    block_tiles_ = (tiles_ + blocks - 1) / blocks;
    v_plane_ = plane_stride((cin_ + kLine - 1) / kLine * line_stride());
    w_plane_ = plane_stride(panels() * panel_stride());
    s_plane_ = plane_stride(cin_ * cout_);
    const auto clamp = [](int64_t value, int64_t most_parts) {
      return value < 1 || most_parts < 1 ? 1 : value < most_parts ? value : most_parts;
    };
    const int64_t wanted = (blocking::kItems + planes_ - 1) / planes_;
    panel_parts_ = clamp(wanted, panels());
    row_parts_ = clamp(wanted / panel_parts_, cin_ / tile_.rows / kMinRowTiles);
  }

  void transform(int64_t first, int64_t run, int64_t count) const {
    const T* from[36];
    for (int64_t r = run * kRun; r < (run + 1) * kRun && r < count; ++r) {
      x_windows_.list<const T>(x_, first + r, zeros_, from);
      kernels_.input(from, cin_, {v_ + r * kLine, v_plane_, kLine, line_stride()});
      dy_windows_.list<const T>(dy_, first + r, zeros_, from);
      kernels_.upstream(from, cout_, {w_ + r * tile_.columns, w_plane_, tile_.columns, panel_stride()},
                        bias_parts_ + run * cout_);
    }
  }

  void multiply(int64_t item, int64_t count, bool accumulate) const {
    const int64_t plane = item / (panel_parts_ * row_parts_);
    const int64_t panel_part = item / row_parts_ % panel_parts_, row_part = item % row_parts_;
    const int64_t begin = first_row(row_part), end = first_row(row_part + 1);
    const int64_t last = panels() * (panel_part + 1) / panel_parts_;
    OuterBlock<S> outer{};
    outer.tile = tile_;
    outer.pixels = {1, 1, count, 0, 0, kLine, 0, 0, tile_.columns};
    outer.x = v_ + plane * v_plane_;
    outer.offsets = offsets_ + begin;
    outer.rows = end - begin;
    outer.c = s_ + plane * s_plane_ + begin * cout_;
    outer.c_stride = cout_;
    outer.finish.accumulate = accumulate;
    for (int64_t panel = panels() * panel_part / panel_parts_; panel < last; ++panel) {
      outer.y = w_ + plane * w_plane_ + panel * panel_stride();
      outer.column_begin = panel * tile_.columns;
      outer.column_end = cout_ < outer.column_begin + tile_.columns ? cout_ : outer.column_begin + tile_.columns;
      kernels_.multiply(outer);
    }
  }

  // Rows of an item: whole register tiles.
  int64_t first_row(int64_t part) const {
    const int64_t row = (cin_ + tile_.rows - 1) / tile_.rows * part / row_parts_ * tile_.rows;
    return row < cin_ ? row : cin_;
  }

  WinogradFilterGradientKernels<T> kernels_;
  TileShape tile_;
  const T *x_, *dy_;
  S *d_filter_, *d_bias_;
  int64_t cin_, cout_, planes_, tiles_;
  bool serial_;
  WinogradWindows x_windows_, dy_windows_;
  int64_t block_tiles_, v_plane_, w_plane_, s_plane_;
  int64_t panel_parts_, row_parts_;
  int64_t* offsets_;
  T* zeros_;
  S *v_, *w_, *s_, *bias_parts_;
};

}  // namespace convgrad
