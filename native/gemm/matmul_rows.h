// C = f( A op(B) ) with A stored [M,K], by `rows` of contract.h: its rows lie as they are multiplied.
//
// Where C is bfloat16 and K is cut into chunks, the sums of a block wait for the last one in float32, and are rounded once.
#pragma once
#include <cstddef>

#include "gemm/matmul_blocks.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T, class B, class C>
struct MatmulRowsKernels {
  typename MatmulBlocks<T, B>::Pack pack;
  void (*multiply)(const RowsBlock<T, C>&);
  void (*sum)(const RowsBlock<T, Sum<T>>&);               // multiply, where C is not rounded
  void (*round)(const Sum<T>* sums, C* c, int64_t n);     // null there
};

template <class T, class B, class C>
class MatmulRows {
 public:
  MatmulRows(Launch& launch, const MatmulShape& shape, TileShape tile, const MatmulRowsKernels<T, B, C>& kernels, const T* a,
             const B* b, C* c, const Finish<Sum<T>>& finish)
      : blocks_(shape, tile, b, finish, kernels.pack), kernels_(kernels), a_(a), c_(c),
        items_(launch, blocks_.items(), shape.flops()) {
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    items_.run([this](int64_t slot, int64_t item) {
      std::byte* workspace = workspaces_ + slot * workspace_bytes();
      T* panel = reinterpret_cast<T*>(workspace);
      blocks_.run_item(item, panel, [this, workspace](const MatmulPart<T>& part) {
        if (rounded_last()) sum(part, workspace);
        else multiply(part, workspace);
      });
    });
  }

 private:
  bool rounded_last() const { return sizeof(C) < sizeof(Sum<T>) && blocks_.chunks() > 1; }

  // The workspace of a worker: a panel of B, the block's sums where they are rounded last, pointers to rows of A and of C.
  int64_t table_rows() const { return blocks_.block_rows() + blocks_.tile().rows; }
  int64_t sums_bytes() const {
    return rounded_last() ? blocks_.block_rows() * blocks_.tile().columns * static_cast<int64_t>(sizeof(Sum<T>)) : 0;
  }
  int64_t workspace_bytes() const { return (blocks_.panel_bytes() + sums_bytes() + 2 * table_rows() * 8 + 63) / 64 * 64; }

  /** The product of a part, for rows of C that lie `stride` apart. */
  template <class To>
  RowsBlock<T, To> block(const MatmulPart<T>& part, std::byte* workspace, To* c, int64_t stride) const {
    std::byte* table = workspace + blocks_.panel_bytes() + sums_bytes();
    const T** a_rows = reinterpret_cast<const T**>(table);
    To** c_rows = reinterpret_cast<To**>(table + table_rows() * 8);
    const int64_t height = blocks_.tile().rows, tiles = (part.rows + height - 1) / height;
    for (int64_t r = 0; r < tiles * height; ++r) {
      a_rows[r] = a_ + (part.row + (r < part.rows ? r : 0)) * blocks_.shape().k;
      c_rows[r] = r < part.rows ? c + r * stride : nullptr;
    }
    return {blocks_.tile(), a_rows,     part.begin, nullptr,     c_rows,          tiles,
            1,              part.depth, part.panel, part.column, part.column_end, part.finish};
  }

  void multiply(const MatmulPart<T>& part, std::byte* workspace) const {
    const int64_t n = blocks_.shape().n;
    kernels_.multiply(block(part, workspace, c_ + part.row * n, n));
  }

  void sum(const MatmulPart<T>& part, std::byte* workspace) const {
    const int64_t width = blocks_.tile().columns, n = blocks_.shape().n;
    Sum<T>* sums = reinterpret_cast<Sum<T>*>(workspace + blocks_.panel_bytes());
    kernels_.sum(block(part, workspace, sums - part.column, width));
    if (!part.last) return;
    C* c = c_ + part.row * n + part.column;
    for (int64_t r = 0; r < part.rows; ++r) kernels_.round(sums + r * width, c + r * n, part.column_end - part.column);
  }

  MatmulBlocks<T, B> blocks_;
  MatmulRowsKernels<T, B, C> kernels_;
  const T* a_;
  C* c_;
  WorkItems items_;
  std::byte* workspaces_;
};

}  // namespace convgrad
