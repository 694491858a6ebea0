// How a matrix product C[M,N] = op(A)[M,K] op(B)[K,N] is cut into work items: an item is a block of rows by a range of
// columns. It cuts K into chunks whose panel of B fits the L2 cache and packs that panel for itself (once per hundreds of
// rows), for the product that knows how A lies. The cut follows from M, N and K alone.
#pragma once
#include "gemm/amx_blocking.h"
#include "gemm/blocking.h"
#include "gemm/contract.h"

namespace convgrad {

/** C[M,N] = activation( op(A)[M,K] op(B)[K,N] + bias[N] ), row-major: what is multiplied, without the operands. */
struct MatmulShape {
  int64_t m, n, k;
  bool transpose_a, transpose_b;  // A is stored [K,M], B is stored [N,K]

  double flops() const { return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k); }
};

/** Rows and columns of C, a chunk of the depth, and the packed panel of B that belongs to both. */
template <class T>
struct MatmulPart {
  int64_t row, rows;
  int64_t column, column_end;
  int64_t begin, depth;
  bool last;  // chunk
  const T* panel;
  Finish<Sum<T>> finish;
};

/** T is what a panel holds, B what it is packed from. */
template <class T, class B>
class MatmulBlocks {
 public:
  using Pack = void (*)(const B* b, int64_t k_stride, int64_t n_stride, int64_t depth, int64_t columns, int64_t width,
                        T* panel);

  MatmulBlocks(const MatmulShape& shape, TileShape tile, const B* b, const Finish<Sum<T>>& finish, Pack pack)
      : shape_(shape), tile_(tile), b_(b), finish_(finish), pack_(pack) {
    // Few items: halve the blocks, columns first (rows share the packed panel).
    while (items() < blocking::kItems && block_columns_ > tile.columns) block_columns_ /= 2;
    while (items() < blocking::kItems && block_rows_ > kBlockRows / 4) block_rows_ /= 2;
    if (block_rows_ > shape.m) block_rows_ = shape.m;
    block_rows_ = (block_rows_ + tile.rows - 1) / tile.rows * tile.rows;
  }

  const MatmulShape& shape() const { return shape_; }
  TileShape tile() const { return tile_; }
  int64_t items() const { return row_blocks() * column_blocks(); }
  int64_t block_rows() const { return block_rows_; }
  int64_t chunks() const { return (shape_.k + kChunk - 1) / kChunk; }
  int64_t panel_bytes() const {
    const int64_t k = shape_.k < kChunk ? shape_.k : kChunk;
    const int64_t depth = kSideBySide<T> > 1 ? amx::whole_steps(k) : k;  // tiles or not
    return (depth * tile_.columns * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 64;
  }

  /** Calls multiply(part) for all parts of an item: the chunks of a panel in order, one panel after the other. */
  template <class Multiply>
  void run_item(int64_t item, T* panel, const Multiply& multiply) const {
    const int64_t n = shape_.n, k = shape_.k;
    const int64_t row = item % row_blocks() * block_rows_, column = item / row_blocks() * block_columns_;
    const int64_t rows = shape_.m - row < block_rows_ ? shape_.m - row : block_rows_;
    const int64_t column_end = n - column < block_columns_ ? n : column + block_columns_;
    const int64_t k_stride = shape_.transpose_b ? 1 : n, n_stride = shape_.transpose_b ? k : 1;
    for (int64_t j = column; j < column_end; j += tile_.columns) {
      const int64_t end = column_end - j < tile_.columns ? column_end : j + tile_.columns;
      Finish<Sum<T>> finish;
      finish.stream = k <= kChunk && shape_.m * n * static_cast<int64_t>(sizeof(T)) >= blocking::kStreamBytes;
      for (int64_t begin = 0; begin < k || begin == 0; begin += kChunk) {
        const int64_t depth = k - begin < kChunk ? k - begin : kChunk;
        const bool last = begin + depth == k;
        if (last) finish.bias = finish_.bias, finish.activation = finish_.activation;
        pack_(b_ + begin * k_stride + j * n_stride, k_stride, n_stride, depth, column_end - j, tile_.columns, panel);
        multiply(MatmulPart<T>{row, rows, j, end, begin, depth, last, panel, finish});
        finish.accumulate = true;
      }
    }
  }

 private:
  static constexpr int64_t kBlockRows = 240;               // of C in one item: a multiple of every tile, many per panel
  static constexpr int64_t kBlockPanels = 4;               // panels in one item
  static constexpr int64_t kChunk = 512 * kSideBySide<T>;  // of K: the same bytes for pairs

  int64_t row_blocks() const { return (shape_.m + block_rows_ - 1) / block_rows_; }
  int64_t column_blocks() const { return (shape_.n + block_columns_ - 1) / block_columns_; }

  MatmulShape shape_;
  TileShape tile_;
  const B* b_;
  Finish<Sum<T>> finish_;
  Pack pack_;
  int64_t block_rows_ = kBlockRows, block_columns_ = kBlockPanels * tile_.columns;
};

}  // namespace convgrad
