// Forward convolution of thin images (few channels) as `window` problems (contract.h): the filter is flattened, so that a
// tile sums over all of its positions and channels in one loop.
//
//   y[pixel][q] = f( sum over k = (a,b,p) of x[pixel + o(k)] filter[k][q] )
//
// A work item is one block of output rows (conv_blocks.h) with all its panels.
#pragma once
#include <cstddef>

#include "gemm/conv_blocks.h"
#include "gemm/conv_rows.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T, class C = T>
class ConvWindow {
 public:
  ConvWindow(Launch& launch, const ConvShape& shape, TileShape tile, const ConvRowsKernels<T, C>& kernels, const T* x,
             const T* filter, C* y, const Finish<T>& finish)
      : s_(shape), tile_(tile), kernels_(kernels), x_(x), filter_(filter), y_(y), finish_(finish),
        blocks_(shape, blocking::kWindowPixels), items_(launch, blocks_.count(shape), shape.flops()) {
    offsets_ = launch.scratch<int64_t>(depth());
    panels_ = launch.scratch<T>(panels() * depth() * tile.columns);
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    list_offsets(s_, offsets_);
    for (int64_t p = 0; p < panels(); ++p) {
      kernels_.pack(filter_ + p * tile_.columns, s_.cout, 1, depth(), s_.cout - p * tile_.columns, tile_.columns,
                    panels_ + p * depth() * tile_.columns);
    }
    items_.run([this](int64_t slot, int64_t item) { run_item(item, workspaces_ + slot * workspace_bytes()); });
  }

 private:
  int64_t depth() const { return int64_t{s_.kh} * s_.kw * s_.cin; }
  int64_t panels() const { return (s_.cout + tile_.columns - 1) / tile_.columns; }

  int64_t table_rows() const { return blocks_.images * blocks_.rows * s_.out_w + tile_.rows; }
  int64_t table_bytes() const { return 2 * table_rows() * static_cast<int64_t>(sizeof(T*)); }
  int64_t workspace_bytes() const {
    return (table_bytes() + input_copy_length(s_, blocks_) * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 64;
  }

  void run_item(int64_t item, std::byte* workspace) const {
    const ConvBlock block = blocks_.at(s_, item);
    const T** a = reinterpret_cast<const T**>(workspace);
    C** c = reinterpret_cast<C**>(workspace + table_bytes() / 2);
    const ConvInput<T> input = input_under(s_, block, x_, 0, reinterpret_cast<T*>(workspace + table_bytes()));
    C* to = y_ + (block.image * s_.out_h + block.row) * s_.out_w * s_.cout;
    int64_t r = 0;
    for (int64_t image = 0; image < block.images; ++image) {
      for (int64_t i = 0; i < block.rows; ++i) {
        const T* from = input.x + image * input.image + i * s_.stride_h * input.row;
        for (int64_t j = 0; j < s_.out_w; ++j, ++r, to += s_.cout) {
          a[r] = from + j * s_.stride_w * input.column;
          c[r] = to;
        }
      }
    }
    const int64_t tiles = (r + tile_.rows - 1) / tile_.rows;
    for (; r < tiles * tile_.rows; ++r) {
      a[r] = a[0];
      c[r] = nullptr;
    }
    kernels_.multiply({tile_, a, 0, offsets_, c, tiles, 1, depth(), panels_, 0, s_.cout, finish_});
  }

  ConvShape s_;
  TileShape tile_;
  ConvRowsKernels<T, C> kernels_;
  const T *x_, *filter_;
  C* y_;
  Finish<T> finish_;
  ConvBlocks blocks_;
  WorkItems items_;
  int64_t* offsets_;
  T* panels_;
  std::byte* workspaces_;
};

}  // namespace convgrad
