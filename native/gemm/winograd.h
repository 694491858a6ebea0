// Forward convolution and input gradient with stride 1 by Winograd's minimal filtering F(M x M, R x R): F(2, 3), F(4, 3)
// and F(2, 5). Lavin & Gray 2015, "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308.
//
//   Y = At [ sum over channels of (G g Gt) * (Bt d B) ] A        transforms: winograd_transform.h
//
//   d   tile of the source, P x P with P = M + R - 1; neighbours overlap by R - 1      g   filter, R x R
//   Y   tile of the target, M x M                                                      *   element by element
//
// M^2 results take P^2 products instead of R^2 M^2: 2.25 times fewer for F(2, 3), 4 times for F(4, 3), 2.8 times for
// F(2, 5). For each of the P^2 planes the sum over channels is a matrix product of its own, `rows` of contract.h with one tap:
//
//   Z[plane][tile][n] = sum over k of V[plane][tile][k] U[plane][k][n]          V = Bt d B,  U = G g Gt
//
// On the stream: transform the filter, then for each block of tiles, small enough for the shared cache, transform the source
// (an item is a run of tiles), multiply (plane x range of panels x range of tiles), transform the products back (a run of
// tiles, with bias and activation). The input gradient is the same with source and target exchanged, the filter transposed
// and turned by half a turn. Tiles run across images; pixels outside the image read a row of zeros and are not written.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/contract.h"
#include "gemm/conv_algorithm.h"
#include "gemm/conv_shape.h"
#include "gemm/winograd_tiles.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T>
struct WinogradKernels {
  int tile, kernel;  // M, R
  using S = Sum<T>;

  void (*multiply)(const RowsBlock<S>&);
  void (*pack)(const S* b, int64_t k_stride, int64_t n_stride, int64_t depth, int64_t columns, int64_t width, S* panel);
  void (*filter)(const S* taps, int64_t count, S* u, int64_t plane);
  void (*input)(const T* const* from, int64_t channels, const WinogradPlanes<S>& v);
  void (*output)(const S* z, int64_t plane, int64_t channels, const Finish<S>& finish, T* const* to);
};

template <class T>
class Winograd {
  using S = Sum<T>;  // of all that is not an image

 public:
  Winograd(Launch& launch, const ConvShape& shape, const ConvPass& pass, bool gradient, TileShape tile,
           const WinogradKernels<T>& kernels, const T* source, const S* filter, T* target, const Finish<S>& finish)
      : pass_(pass), gradient_(gradient), tile_(tile), kernels_(kernels), source_(source), filter_(filter),
        target_(target), finish_(finish), m_(kernels.tile), r_(kernels.kernel), p_(m_ + r_ - 1),
        tiles_(winograd_tiles(shape, pass, m_)),
        filter_items_(launch, panels() * filter_chunks(), shape.flops()) {
    const int64_t tiles_h = (pass.target_h + m_ - 1) / m_, tiles_w = (pass.target_w + m_ - 1) / m_;
    source_windows_ = {pass.source_h, pass.source_w, pass.source_c, tiles_h, tiles_w, m_,
                       gradient ? shape.pad_top - (r_ - 1) : -shape.pad_top,
                       gradient ? shape.pad_left - (r_ - 1) : -shape.pad_left, p_};
    target_windows_ = {pass.target_h, pass.target_w, pass.target_c, tiles_h, tiles_w, m_, 0, 0, m_};
    plan_blocks();
    taps_ = launch.scratch<S>(filter_items_.slots() * taps_length());
    zeros_ = launch.scratch<T>(pass.source_c);
    u_ = launch.scratch<S>(planes() * u_plane());
    v_ = launch.scratch<S>(planes() * v_plane_);
    z_ = launch.scratch<S>(planes() * z_plane_);
    a_ = launch.scratch<const S*>(block_tiles_);
    c_ = launch.scratch<S*>(block_tiles_);
  }

  void run() const {
    std::memset(zeros_, 0, static_cast<size_t>(pass_.source_c) * sizeof(T));
    filter_items_.run([this](int64_t slot, int64_t item) { transform_filter(item, taps_ + slot * taps_length()); });
    for (int64_t first = 0; first < tiles_; first += block_tiles_) {
      const int64_t count = tiles_ - first < block_tiles_ ? tiles_ - first : block_tiles_;
      list_rows(count);
      for_all((count + kRun - 1) / kRun, [=, this](int64_t item) { transform_source(first, item * kRun, count); });
      for_all(planes() * panel_parts_ * row_parts_, [=, this](int64_t item) { multiply(item, count); });
      for_all((count + kRun - 1) / kRun, [=, this](int64_t item) { transform_products(first, item * kRun, count); });
    }
  }

 private:
  static constexpr int64_t kRun = 8;           // tiles transformed by one item
  static constexpr int64_t kFilterDepth = 16;  // channels of the filter transformed by one item
  static constexpr int64_t kMinRowTiles = 4;   // register tiles multiplied by one item
  static constexpr int64_t kLine = 64 / static_cast<int64_t>(sizeof(S));
  static constexpr int64_t kPage = 4096 / static_cast<int64_t>(sizeof(S));

  static int64_t round_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

  // Rows and planes are an odd number of lines apart where a power of two would put them into the same sets of a cache.
  static int64_t row_stride(int64_t channels) { return round_up(channels, kLine) + kLine; }
  static int64_t plane_stride(int64_t length) { return round_up(length, kPage) + kLine; }

  int64_t planes() const { return p_ * p_; }
  int64_t panels() const { return (pass_.target_c + tile_.columns - 1) / tile_.columns; }
  int64_t panel_length() const { return pass_.depth * tile_.columns; }
  int64_t u_plane() const { return plane_stride(panels() * panel_length()); }
  int64_t filter_chunks() const { return (pass_.depth + kFilterDepth - 1) / kFilterDepth; }
  int64_t taps_length() const { return r_ * r_ * kFilterDepth * tile_.columns; }

  template <class Body>
  void for_all(int64_t count, const Body& body) const {
    if (filter_items_.slots() > 1) return parallel_for(count, body);
    for (int64_t item = 0; item < count; ++item) body(item);
  }

  void plan_blocks() {
    const int64_t v_row = row_stride(pass_.source_c), z_row = row_stride(pass_.target_c);
    int64_t most = blocking::kWinogradBytes / (planes() * (v_row + z_row) * static_cast<int64_t>(sizeof(S)));
    if (most < blocking::kWinogradTiles) most = blocking::kWinogradTiles;
    const int64_t blocks = (tiles_ + most - 1) / most;
    block_tiles_ = round_up((tiles_ + blocks - 1) / blocks, tile_.rows);
    v_plane_ = plane_stride(block_tiles_ * v_row);
    z_plane_ = plane_stride(block_tiles_ * z_row);
    const auto clamp = [](int64_t value, int64_t most_parts) {
      return value < 1 || most_parts < 1 ? 1 : value < most_parts ? value : most_parts;
    };
    const int64_t wanted = (blocking::kItems + planes() - 1) / planes();
    panel_parts_ = clamp(wanted, panels());
    row_parts_ = clamp(wanted / panel_parts_, block_tiles_ / tile_.rows / kMinRowTiles);
  }

  void list_rows(int64_t count) const {
    const int64_t v_row = row_stride(pass_.source_c), z_row = row_stride(pass_.target_c);
    for (int64_t r = 0; r < block_tiles_; ++r) {
      a_[r] = v_ + (r < count ? r : 0) * v_row;
      c_[r] = r < count ? z_ + r * z_row : nullptr;
    }
  }

  // The taps of a few channels of a panel, packed as panels are, then transformed number by number.
  void transform_filter(int64_t item, S* taps) const {
    const int64_t panel = item / filter_chunks(), column = panel * tile_.columns;
    const int64_t k = item % filter_chunks() * kFilterDepth;
    const int64_t depth = pass_.depth - k < kFilterDepth ? pass_.depth - k : kFilterDepth;
    const int64_t source_c = pass_.source_c, target_c = pass_.target_c, count = depth * tile_.columns;
    for (int64_t t = 0; t < r_ * r_; ++t) {
      if (gradient_) {
        kernels_.pack(filter_ + ((r_ * r_ - 1 - t) * target_c + column) * source_c + k, 1, source_c, depth, target_c - column,
                      tile_.columns, taps + t * count);
      } else {
        kernels_.pack(filter_ + (t * source_c + k) * target_c + column, target_c, 1, depth, target_c - column,
                      tile_.columns, taps + t * count);
      }
    }
    kernels_.filter(taps, count, u_ + panel * panel_length() + k * tile_.columns, u_plane());
  }

  void transform_source(int64_t first, int64_t begin, int64_t count) const {
    const T* from[36];
    for (int64_t r = begin; r < begin + kRun && r < count; ++r) {
      source_windows_.list<const T>(source_, first + r, zeros_, from);
      kernels_.input(from, pass_.source_c, {v_ + r * row_stride(pass_.source_c), v_plane_});
    }
  }

  void multiply(int64_t item, int64_t count) const {
    const int64_t plane = item / (panel_parts_ * row_parts_);
    const int64_t panel_part = item / row_parts_ % panel_parts_, row_part = item % row_parts_;
    const int64_t tiles = (count + tile_.rows - 1) / tile_.rows;
    const int64_t first = tiles * row_part / row_parts_, last = tiles * (row_part + 1) / row_parts_;
    const int64_t panel = panels() * panel_part / panel_parts_, end = panels() * (panel_part + 1) / panel_parts_;
    const int64_t column = plane * z_plane_;
    kernels_.multiply({tile_, a_ + first * tile_.rows, plane * v_plane_, nullptr, c_ + first * tile_.rows, last - first, 1,
                       pass_.depth, u_ + plane * u_plane() + panel * panel_length(), column + panel * tile_.columns,
                       column + (end < panels() ? end * tile_.columns : pass_.target_c), {}});
  }

  void transform_products(int64_t first, int64_t begin, int64_t count) const {
    T* to[16];
    for (int64_t r = begin; r < begin + kRun && r < count; ++r) {
      target_windows_.list<T>(target_, first + r, nullptr, to);
      kernels_.output(z_ + r * row_stride(pass_.target_c), z_plane_, pass_.target_c, finish_, to);
    }
  }

  ConvPass pass_;
  bool gradient_;
  TileShape tile_;
  WinogradKernels<T> kernels_;
  const T* source_;
  const S* filter_;
  T* target_;
  Finish<S> finish_;
  int32_t m_, r_, p_;
  int64_t tiles_;
  WinogradWindows source_windows_, target_windows_;
  WorkItems filter_items_;
  int64_t block_tiles_, v_plane_, z_plane_;
  int64_t panel_parts_, row_parts_;
  S *taps_, *u_, *v_, *z_;
  T* zeros_;
  const S** a_;
  S** c_;
};

}  // namespace convgrad
