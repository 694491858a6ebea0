// C = f( A^T op(B) ) with A stored [K,M], by `outer` of contract.h: samples take the place of pixels.
#pragma once
#include <cstddef>

#include "gemm/matmul_blocks.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T>
class MatmulOuter {
 public:
  MatmulOuter(Launch& launch, const MatmulShape& shape, TileShape tile, void (*multiply)(const OuterBlock<T>&),
              typename MatmulBlocks<T, T>::Pack pack, const T* a, const T* b, T* c, const Finish<T>& finish)
      : blocks_(shape, tile, b, finish, pack), multiply_(multiply), a_(a), c_(c),
        items_(launch, blocks_.items(), shape.flops()) {
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    items_.run([this](int64_t slot, int64_t item) {
      std::byte* workspace = workspaces_ + slot * workspace_bytes();
      int64_t* offsets = reinterpret_cast<int64_t*>(workspace + blocks_.panel_bytes());
      for (int64_t r = 0; r < blocks_.block_rows(); ++r) offsets[r] = r;
      blocks_.run_item(item, reinterpret_cast<T*>(workspace), [&](const MatmulPart<T>& part) { multiply(part, offsets); });
    });
  }

 private:
  // The workspace of a worker: a panel of B, then offsets of the rows of C in a row of A.
  int64_t workspace_bytes() const { return (blocks_.panel_bytes() + blocks_.block_rows() * 8 + 63) / 64 * 64; }

  void multiply(const MatmulPart<T>& part, const int64_t* offsets) const {
    const int64_t m = blocks_.shape().m, n = blocks_.shape().n;
    const PixelLoops samples{1, 1, part.depth, 0, 0, m, 0, 0, blocks_.tile().columns};
    multiply_({blocks_.tile(), samples, a_ + part.begin * m + part.row, offsets, part.panel, c_ + part.row * n, n, part.rows,
               part.column, part.column_end, part.finish, {}});
  }

  MatmulBlocks<T, T> blocks_;
  void (*multiply_)(const OuterBlock<T>&);
  const T* a_;
  T* c_;
  WorkItems items_;
  std::byte* workspaces_;
};

}  // namespace convgrad
