// Matrix products with few rows, C[r][n] = f( sum over k of A[r][k] B[k][n] ): small batches in dense layers. Each number
// of B is used for a few multiply-adds only, so the time is that of reading B, once and in place: packing it would double
// that. A and C may be bfloat16 beside a B of float32.
//
//   multiply_few_rows         B[k][n] row-major: the sums stay in the L1 cache and some rows of B at a time are added to them
//   multiply_few_rows_dot     B stored transposed, [n][k]: scalar products of rows of A and B, some of each at a time
//
// Both fetch ahead: what they read next is too far away, or too scattered, for the processor to guess.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_FEW_ROWS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_FEW_ROWS_H
#undef CONVGRAD_GEMM_FEW_ROWS_H
#else
#define CONVGRAD_GEMM_FEW_ROWS_H
#endif

#include "gemm/contract.h"
#include "gemm/tile.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

inline constexpr int kAddedRows = 8;                                 // of B, added to C together
inline constexpr int kDotColumns = 4;                                // of C in a tile of scalar products
inline constexpr int kDotRows = CONVGRAD_VECTOR_COUNT == 32 ? 6 : 2;  // and rows: the operands need registers too

/** The sums of an item and the numbers of A that meet the next rows of B: side by side, as rows of C and A rarely are. */
template <class T>
struct FewRowsSums {
  alignas(64) Sum<T> c[blocking::kFewRowsBytes / sizeof(Sum<T>)];  // [rows][columns, rounded up to whole vectors]
  Sum<T> a[blocking::kFewRows * kAddedRows];
};

/** Adds the products of G rows of B, from k on. */
template <class T, int G>
void add_rows_of_b(const FewRowsBlock<T>& block, int64_t k, FewRowsSums<T>& sums) {
  const int64_t rows = block.rows, columns = block.column_end - block.column_begin;
  const int64_t stride = block.b_stride, ahead = 2 * kAddedRows * stride;
  const int64_t c_stride = (columns + kLanes<T> - 1) / kLanes<T> * kLanes<T>;
  for (int64_t r = 0; r < rows; ++r) {
    CONVGRAD_UNROLL
    for (int g = 0; g < G; ++g) sums.a[r * G + g] = block.a[r * block.depth + k + g];
  }
  const Sum<T>* b = block.b + k * stride + block.column_begin;
  for (int64_t n = 0; n < columns; n += kLanes<T>) {
    Vec<T> row[G];
    CONVGRAD_UNROLL
    for (int g = 0; g < G; ++g) {
      row[g] = load(b + g * stride + n, columns - n);
      __builtin_prefetch(b + g * stride + n + ahead, 0, 2);
    }
    for (int64_t r = 0; r < rows; ++r) {
      Sum<T>* c = sums.c + r * c_stride + n;
      Vec<T> sum = load(c);
      CONVGRAD_UNROLL
      for (int g = 0; g < G; ++g) sum += sums.a[r * G + g] * row[g];
      store(c, sum);
    }
  }
}

template <class T, int G>
void add_rows_from(const FewRowsBlock<T>& block, int64_t k, FewRowsSums<T>& sums) {
  for (; k + G <= block.depth; k += G) add_rows_of_b<T, G>(block, k, sums);
  if constexpr (G > 1) add_rows_from<T, G / 2>(block, k, sums);
}

template <class T>
void multiply_few_rows(const FewRowsBlock<T>& block) {
  const int64_t columns = block.column_end - block.column_begin;
  const int64_t c_stride = (columns + kLanes<T> - 1) / kLanes<T> * kLanes<T>;
  FewRowsSums<T> sums;
  for (int64_t i = 0; i < block.rows * c_stride; i += kLanes<T>) store(sums.c + i, Vec<T>{});
  add_rows_from<T, kAddedRows>(block, 0, sums);
  const bool relu = block.finish.activation == Activation::relu;
  for (int64_t r = 0; r < block.rows; ++r) {
    T* c = block.c + r * block.c_stride + block.column_begin;
    for (int64_t n = 0; n < columns; n += kLanes<T>) {
      Vec<T> v = load(sums.c + r * c_stride + n);
      if (block.finish.bias) v += load(block.finish.bias + block.column_begin + n, columns - n);
      store(c + n, relu ? max(Vec<T>{}, v) : v, columns - n);
    }
  }
}

/** One vector of products for each element of a tile; all of it is inside unless Tail. */
template <class T, int MR, int NR, bool Tail>
CONVGRAD_INLINE void add_products(const T* a, int64_t a_stride, const Sum<T>* b, int64_t b_stride, int64_t left,
                                  Vec<T> (&total)[MR][NR]) {
  Vec<T> bv[NR];
  CONVGRAD_UNROLL
  for (int i = 0; i < NR; ++i) bv[i] = Tail ? load_partial(b + i * b_stride, left) : load(b + i * b_stride);
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    const Vec<T> av = Tail ? load_partial(a + m * a_stride, left) : load(a + m * a_stride);
    CONVGRAD_UNROLL
    for (int i = 0; i < NR; ++i) total[m][i] += av * bv[i];
  }
}

/** MR rows from r by NR columns from n. */
template <class T, int MR, int NR>
void tile_dot(const FewRowsBlock<T>& block, int64_t r, int64_t n, Ahead& ahead) {
  const int64_t depth = block.depth, b_stride = block.b_stride;
  const T* a = block.a + r * depth;
  const Sum<T>* b = block.b + n * b_stride;
  Vec<T> total[MR][NR];
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    CONVGRAD_UNROLL
    for (int i = 0; i < NR; ++i) total[m][i] = Vec<T>{};
  }
  int64_t k = 0;
  for (; k + kLanes<T> <= depth; k += kLanes<T>) {
    ahead.fetch();
    add_products<T, MR, NR, false>(a + k, depth, b + k, b_stride, 0, total);
  }
  if (k < depth) add_products<T, MR, NR, true>(a + k, depth, b + k, b_stride, depth - k, total);
  CONVGRAD_UNROLL
  for (int m = 0; m < MR; ++m) {
    CONVGRAD_UNROLL
    for (int i = 0; i < NR; ++i) {
      const Sum<T> value = sum(total[m][i]) + (block.finish.bias ? block.finish.bias[n + i] : 0);
      block.c[(r + m) * block.c_stride + n + i] = block.finish.activation == Activation::relu && value < 0 ? 0 : value;
    }
  }
}

/** 1 to MR rows. */
template <class T, int MR, int NR>
void dot_rows(const FewRowsBlock<T>& block, int64_t r, int64_t rows, int64_t n, Ahead& ahead) {
  if constexpr (MR > 1) {
    if (rows < MR) return dot_rows<T, MR - 1, NR>(block, r, rows, n, ahead);
  }
  tile_dot<T, MR, NR>(block, r, n, ahead);
}

template <class T, int NR>
void dot_columns(const FewRowsBlock<T>& block, int64_t n) {
  const int64_t passes = (block.rows + kDotRows - 1) / kDotRows;
  for (; n + NR <= block.column_end; n += NR) {
    const char* next = reinterpret_cast<const char*>(block.b + (n + NR) * block.b_stride);
    const char* end = reinterpret_cast<const char*>(block.b + block.column_end * block.b_stride);
    Ahead ahead{next, next + NR * block.b_stride * sizeof(Sum<T>), (NR + passes - 1) / passes * 64};
    if (ahead.end > end) ahead.end = end;
    for (int64_t pass = 0; pass < passes; ++pass) {
      const int64_t r = block.rows * pass / passes;
      dot_rows<T, kDotRows, NR>(block, r, block.rows * (pass + 1) / passes - r, n, ahead);
    }
  }
  if constexpr (NR > 1) dot_columns<T, 1>(block, n);
}

template <class T>
void multiply_few_rows_dot(const FewRowsBlock<T>& block) {
  dot_columns<T, kDotColumns>(block, block.column_begin);
}

CONVGRAD_END_ISA

#endif
