// C[M,N] = activation( op(A)[M,K] op(B)[K,N] + bias[N] ), row-major.
//
//   transpose_a: A is stored [K,M];  transpose_b: B is stored [N,K]
//   dense forward: x w + b;  its gradients: dx = dy w^T (transpose_b), dw = x^T dy (transpose_a)
//
// C is assigned. A work item is one block of rows by a range of columns. It cuts K into chunks whose panel of B fits the
// L2 cache, packs that panel for itself (once per hundreds of rows) and multiplies it with `rows` or, where A is stored
// transposed, `outer` of gemm/contract.h. The cut follows from M, N and K alone.
#include <cstddef>

#include "gemm/blocking.h"
#include "gemm/contract.h"
#include "gemm/work_items.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/matmul.cpp"
#include "simd/foreach_isa.h"
#include "gemm/few_rows.h"
#include "gemm/outer.h"
#include "gemm/packing.h"
#include "gemm/rows.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

constexpr int64_t kBlockRows = 240;   // rows of C in one item: a multiple of every tile, and many per packed panel
constexpr int64_t kBlockPanels = 4;   // panels in one item
constexpr int64_t kChunk = 512;       // of K

template <class T>
struct Matmul {
  const T *a, *b, *bias;
  T* c;
  int64_t m, n, k;
  bool transpose_a, transpose_b;
  Activation activation;
  TileShape tile;
  int64_t block_rows, block_columns;

  double flops() const { return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k); }
  int64_t row_blocks() const { return (m + block_rows - 1) / block_rows; }
  int64_t column_blocks() const { return (n + block_columns - 1) / block_columns; }
  int64_t chunk() const { return k < kChunk ? k : kChunk; }

  // The workspace of one worker: a panel of B, then pointers (or offsets) to the rows of A, then pointers to rows of C.
  int64_t panel_bytes() const { return (chunk() * tile.columns * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 64; }
  int64_t table_rows() const { return block_rows + tile.rows; }
  int64_t workspace_bytes() const { return (panel_bytes() + 2 * table_rows() * 8 + 63) / 64 * 64; }

  void plan() {
    block_columns = kBlockPanels * tile.columns;
    block_rows = kBlockRows;
    // Few items: halve the blocks, columns first (rows share the packed panel).
    while (row_blocks() * column_blocks() < blocking::kItems && block_columns > tile.columns) block_columns /= 2;
    while (row_blocks() * column_blocks() < blocking::kItems && block_rows > kBlockRows / 4) block_rows /= 2;
    if (block_rows > m) block_rows = m;
    block_rows = (block_rows + tile.rows - 1) / tile.rows * tile.rows;
  }

  void run_item(int64_t item, std::byte* workspace) const {
    const auto pack = CONVGRAD_DISPATCH(pack_panel<T>);
    T* panel = reinterpret_cast<T*>(workspace);
    const int64_t row = item % row_blocks() * block_rows, column = item / row_blocks() * block_columns;
    const int64_t rows = m - row < block_rows ? m - row : block_rows;
    const int64_t column_end = n - column < block_columns ? n : column + block_columns;
    const int64_t k_stride = transpose_b ? 1 : n, n_stride = transpose_b ? k : 1;
    for (int64_t j = column; j < column_end; j += tile.columns) {
      Finish<T> finish;
      finish.stream = k <= chunk() && m * n * static_cast<int64_t>(sizeof(T)) >= blocking::kStreamBytes;
      for (int64_t begin = 0; begin < k || begin == 0; begin += chunk()) {
        const int64_t depth = k - begin < chunk() ? k - begin : chunk();
        if (begin + depth == k) finish.bias = bias, finish.activation = activation;
        pack(b + begin * k_stride + j * n_stride, k_stride, n_stride, depth, column_end - j, tile.columns, panel);
        const int64_t end = column_end - j < tile.columns ? column_end : j + tile.columns;
        if (transpose_a) {
          multiply_transposed(begin, depth, row, rows, j, end, panel, workspace, finish);
        } else {
          multiply(begin, depth, row, rows, j, end, panel, workspace, finish);
        }
        finish.accumulate = true;
        if (k == 0) break;
      }
    }
  }

  void multiply(int64_t begin, int64_t depth, int64_t row, int64_t rows, int64_t column, int64_t column_end,
                const T* panel, std::byte* workspace, const Finish<T>& finish) const {
    const T** a_rows = reinterpret_cast<const T**>(workspace + panel_bytes());
    T** c_rows = reinterpret_cast<T**>(workspace + panel_bytes() + table_rows() * 8);
    const int64_t tiles = (rows + tile.rows - 1) / tile.rows;
    for (int64_t r = 0; r < tiles * tile.rows; ++r) {
      a_rows[r] = a + (row + (r < rows ? r : 0)) * k;
      c_rows[r] = r < rows ? c + (row + r) * n : nullptr;
    }
    CONVGRAD_DISPATCH(multiply_rows<T>)
    ({tile, a_rows, begin, nullptr, c_rows, tiles, 1, depth, panel, column, column_end, finish});
  }

  void multiply_transposed(int64_t begin, int64_t depth, int64_t row, int64_t rows, int64_t column, int64_t column_end,
                           const T* panel, std::byte* workspace, const Finish<T>& finish) const {
    int64_t* offsets = reinterpret_cast<int64_t*>(workspace + panel_bytes());
    for (int64_t r = 0; r < rows; ++r) offsets[r] = r;
    const PixelLoops samples{1, 1, depth, 0, 0, m, 0, 0, tile.columns};
    CONVGRAD_DISPATCH(multiply_outer<T>)
    ({tile, samples, a + begin * m + row, offsets, panel, c + row * n, n, rows, column, column_end, finish, {}});
  }
};

/** Columns of an item: C's part stays in the L1 cache, and each row of B is read in pieces worth fetching. */
template <class T>
int64_t few_rows_columns(int64_t m, int64_t n) {
  constexpr int64_t kPiece = 256 / sizeof(T), kFewItems = 16;
  int64_t columns = blocking::kFewRowsBytes / (m * static_cast<int64_t>(sizeof(T)));
  if (columns > n / kFewItems) columns = n / kFewItems;
  return columns < kPiece ? kPiece : columns / kPiece * kPiece;
}

template <class T>
void launch_few_rows(Launch& launch, const Matmul<T>& matmul) {
  const auto kernel = matmul.transpose_b ? CONVGRAD_DISPATCH(multiply_few_rows_dot<T>) : CONVGRAD_DISPATCH(multiply_few_rows<T>);
  const int64_t n = matmul.n, columns = few_rows_columns<T>(matmul.m, n);
  const FewRowsBlock<T> block{matmul.a, matmul.b, matmul.transpose_b ? matmul.k : n, matmul.c, n, matmul.m, matmul.k, 0, n,
                              {matmul.bias, matmul.activation}};
  const WorkItems items(launch, (n + columns - 1) / columns, matmul.flops());
  launch([=] {
    items.run([&](int64_t, int64_t item) {
      FewRowsBlock<T> part = block;
      part.column_begin = item * columns;
      part.column_end = n < (item + 1) * columns ? n : (item + 1) * columns;
      kernel(part);
    });
  });
}

template <class T>
void launch_matmul(Launch& launch, Matmul<T> matmul) {
  if (matmul.m <= blocking::kFewRows && !matmul.transpose_a) return launch_few_rows(launch, matmul);
  matmul.tile = CONVGRAD_DISPATCH(choose_tile<T>)(matmul.m, matmul.n);
  matmul.plan();
  const WorkItems items(launch, matmul.row_blocks() * matmul.column_blocks(), matmul.flops());
  std::byte* workspaces = launch.scratch<std::byte>(items.slots() * matmul.workspace_bytes());
  launch([=] {
    items.run([&](int64_t slot, int64_t item) {
      matmul.run_item(item, workspaces + slot * matmul.workspace_bytes());
    });
  });
}

void matmul(Launch& launch, const Buffer& a, const Buffer& b, OptionalBuffer bias, const Buffer& c, int64_t m, int64_t n,
            int64_t k, bool transpose_a, bool transpose_b, int32_t activation) {
  if (m == 0 || n == 0) return;
  visit_float(c.dtype, [&]<class T>() {
    launch_matmul<T>(launch, {a.as<T>(), b.as<T>(), bias ? bias->as<T>() : nullptr, c.as<T>(), m, n, k, transpose_a,
                              transpose_b, static_cast<Activation>(activation), {}, 0, 0});
  });
}

}  // namespace

REGISTER_OP(matmul);

}  // namespace convgrad
#endif
