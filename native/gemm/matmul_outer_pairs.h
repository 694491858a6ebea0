// C = f( A^T op(B) ) of bfloat16s with A stored [K,M], by `outer` of contract.h: pairs of samples take the place of pixels.
//
// A panel of B by pairs is Y as it is; the rows of A that an item needs are packed the same way, once for all its panels.
#pragma once
#include <cstddef>

#include "gemm/matmul_blocks.h"
#include "gemm/work_items.h"

namespace convgrad {

class MatmulOuterPairs {
 public:
  using Blocks = MatmulBlocks<bfloat16, bfloat16>;

  MatmulOuterPairs(Launch& launch, const MatmulShape& shape, TileShape tile, void (*multiply)(const OuterBlock<BfloatPair>&),
                   Blocks::Pack pack, const bfloat16* a, const bfloat16* b, float* c, const Finish<float>& finish)
      : blocks_(shape, tile, b, finish, pack), multiply_(multiply), pack_(pack), a_(a), c_(c),
        width_(((blocks_.block_rows() + kLine - 1) / kLine | 1) * kLine), items_(launch, blocks_.items(), shape.flops()) {
    offsets_ = launch.scratch<int64_t>(blocks_.block_rows());
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    for (int64_t r = 0; r < blocks_.block_rows(); ++r) offsets_[r] = r;
    items_.run([this](int64_t slot, int64_t item) {
      std::byte* workspace = workspaces_ + slot * workspace_bytes();
      bfloat16* left = reinterpret_cast<bfloat16*>(workspace + blocks_.panel_bytes());
      const int64_t m = blocks_.shape().m;
      int64_t packed = -1;
      blocks_.run_item(item, reinterpret_cast<bfloat16*>(workspace), [&](const MatmulPart<bfloat16>& part) {
        if (part.begin != packed) {
          pack_(a_ + part.begin * m + part.row, m, 1, part.depth, part.rows, width_, left);
          packed = part.begin;
        }
        multiply(part, reinterpret_cast<const BfloatPair*>(left));
      });
    });
  }

 private:
  static constexpr int64_t kLine = 64 / static_cast<int64_t>(sizeof(BfloatPair));  // an odd number: pairs do not share sets

  // The workspace of a worker: a panel of B, then rows of A.
  int64_t workspace_bytes() const { return blocks_.panel_bytes() / blocks_.tile().columns * (blocks_.tile().columns + width_); }

  void multiply(const MatmulPart<bfloat16>& part, const BfloatPair* left) const {
    const int64_t n = blocks_.shape().n;
    const PixelLoops samples{1, 1, (part.depth + 1) / 2, 0, 0, width_, 0, 0, blocks_.tile().columns};
    multiply_({blocks_.tile(), samples, left, offsets_, reinterpret_cast<const BfloatPair*>(part.panel), c_ + part.row * n, n,
               part.rows, part.column, part.column_end, part.finish, {}});
  }

  Blocks blocks_;
  void (*multiply_)(const OuterBlock<BfloatPair>&);
  Blocks::Pack pack_;
  const bfloat16* a_;
  float* c_;
  int64_t width_;  // of a row of `left`, in pairs
  WorkItems items_;
  int64_t* offsets_;
  std::byte* workspaces_;
};

}  // namespace convgrad
