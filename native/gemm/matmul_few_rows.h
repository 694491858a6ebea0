// C = f( A op(B) ) with few rows of A, stored [M,K], by few_rows.h: an item is a range of columns.
#pragma once
#include "gemm/matmul_blocks.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T>
class MatmulFewRows {
 public:
  MatmulFewRows(Launch& launch, const MatmulShape& s, void (*kernel)(const FewRowsBlock<T>&), const T* a,
                const Sum<T>* b, T* c, const Finish<Sum<T>>& finish)
      : block_{a, b, s.transpose_b ? s.k : s.n, c, s.n, s.m, s.k, 0, s.n, finish}, kernel_(kernel),
        columns_(columns_of_item(s)), items_(launch, (s.n + columns_ - 1) / columns_, s.flops()) {}

  void run() const {
    items_.run([this](int64_t, int64_t item) {
      FewRowsBlock<T> part = block_;
      part.column_begin = item * columns_;
      part.column_end = block_.column_end < (item + 1) * columns_ ? block_.column_end : (item + 1) * columns_;
      kernel_(part);
    });
  }

 private:
  /** C's part stays in the L1 cache, and each row of B is read in pieces worth fetching. */
  static int64_t columns_of_item(const MatmulShape& s) {
    constexpr int64_t kPiece = 256 / sizeof(Sum<T>), kFewItems = 16;
    int64_t columns = blocking::kFewRowsBytes / (s.m * static_cast<int64_t>(sizeof(Sum<T>)));
    if (columns > s.n / kFewItems) columns = s.n / kFewItems;
    return columns < kPiece ? kPiece : columns / kPiece * kPiece;
  }

  FewRowsBlock<T> block_;
  void (*kernel_)(const FewRowsBlock<T>&);
  int64_t columns_;
  WorkItems items_;
};

}  // namespace convgrad
